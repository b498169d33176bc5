"""What a measured model has learned, as hashes: which utterances of a later test it may not be compared on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from nlu.data.dataset import Dataset
from nlu.data.rows import DatasetRow
from nlu.errors import BundleError
from nlu.generation.holdout import SEEN
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.store.bundle import Bundle

LEARNED_NAME = "learned.json"
"""The file beside the parts of a measured model."""


@dataclass(frozen=True)
class Learned:
    """What a model knew when it was measured.

    Attributes:
        texts: hashes of the utterances of train and dev, whatever their spaces and case.
        patterns: keys of the patterns that train had (`nlu.generation.report.PatternCount`).
    """

    texts: frozenset[str]
    patterns: frozenset[str]

    @classmethod
    def of(cls, dataset: Dataset, rows: Iterable[DatasetRow] | None = None) -> Learned:
        """Gather what the train and dev parts of a data set teach.

        Args:
            dataset: tells the patterns.
            rows: all its rows, where some of them were left on disk.
        """
        every = dataset.rows if rows is None else rows
        texts = (row.utterance.text for row in every if row.part in ("train", "dev"))
        seen = {key for _, (key, part) in _patterns(dataset).items() if part == SEEN}
        return cls(frozenset(map(_hash, texts)), frozenset(seen))

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it."""
        values = {"texts": sorted(self.texts), "patterns": sorted(self.patterns)}
        return {LEARNED_NAME: json.dumps(values).encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> Learned:
        """Read what `files` wrote."""
        raw = bundle.read_json(LEARNED_NAME)
        return cls(frozenset(raw["texts"]), frozenset(raw["patterns"]))


@dataclass(frozen=True)
class Knowledge:
    """What a measured model knows of utterances: what it learned, and its dictionary."""

    learned: Learned
    lexicon: Lexicon

    @classmethod
    def read(cls, measured: Bundle, lexicon: Lexicon) -> Knowledge:
        """Read what the bundle of a measured model keeps of it.

        Raises:
            BundleError: that is damaged.
        """
        try:
            return cls(Learned.read(measured), lexicon)
        except (KeyError, TypeError) as error:
            raise BundleError("bundle.part", folder=measured.folder, problem=repr(error)) from error

    def knows_text(self, row: DatasetRow) -> bool:
        """Whether it was trained on the very utterance."""
        return _hash(row.utterance.text) in self.learned.texts

    def of_kind(self, row: DatasetRow, key: str | None) -> tuple[bool, bool]:
        """Whether it knows the utterance's pattern, and all its values."""
        utterance = row.utterance
        said = ((span.entity, utterance.text[span.start : span.end]) for span in utterance.spans)
        values = all(self.lexicon.canonical(entity, raw) is not None for entity, raw in said)
        return key in self.learned.patterns, values


def fair(dataset: Dataset, rows: Iterable[DatasetRow], one: Knowledge, other: Knowledge) -> list[DatasetRow]:
    """Choose the utterances on which two models may be compared.

    Neither was trained on them, and their pattern and their values are known to both or to neither.

    Args:
        dataset: the rows' data set, which tells their patterns.
        rows: of the test part.
        one: what one of the models knows.
        other: what the other one does.
    """
    keys = {origin: key for origin, (key, _) in _patterns(dataset).items()}
    return [
        row for row in rows
        if not one.knows_text(row) and not other.knows_text(row)
        and one.of_kind(row, key := keys.get(row.utterance.origin)) == other.of_kind(row, key)
    ]  # fmt: skip


def _patterns(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """Origin → key and part of each pattern; a data set of before has no keys, so the place counts."""
    rows = dataset.manifest.get("patterns", ())
    return {row["origin"]: (row.get("key") or row["origin"], row["part"]) for row in rows}


def _hash(text: str) -> str:
    said = squeeze(normalize(text).text)
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=6, person=b"learned").hexdigest()
