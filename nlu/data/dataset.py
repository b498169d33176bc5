"""A data set as one folder: what training reads, what people look at, and where it all came from.

| file | what it holds |
|---|---|
| `utterances.jsonl` | every utterance with all that is known of it; the form that training reads |
| `plain.txt` | the texts alone, one a line, in the same order |
| `iob.csv` | one row a token: utterance, intent, token, start, end, pos, tag, part, slice; UTF-8 with BOM, for Excel |
| `iob.txt` | `token TAG` a line (a tab before TAG where the token has spaces), an empty line between utterances |
| `patterns.json` | the patterns themselves, so that a model can answer what they say (`nlu.pattern.table`) |
| `lines.jsonl` | some utterances of each line that the author wrote, to see whether a model understands them |
| `manifest.json` | inputs, seed, versions and counts; no times, so that the same inputs give the same bytes |

Excel takes a token such as `=1+1` for a formula; import that column as text to see it.
"""

from __future__ import annotations

import contextlib
import csv
import errno
import json
import os
import platform
import random
import secrets
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TextIO

from nlu.data.alignment import split_at
from nlu.data.iob import encode
from nlu.data.json_lines import decode_row, encode_row
from nlu.data.paraphrases import hold_out_groups, paraphrase_groups
from nlu.data.rows import IMPORTED, PARTS, DatasetRow
from nlu.system.files import atomic_directory, sha256
from nlu.tokenizers import Setting, Tokenizer
from nlu.types import LabelledUtterance, Token
from nlu.version import VERSION

FORMAT = 1
"""Version of the folder's layout."""
PATTERNS, LINES = "patterns.json", "lines.jsonl"
"""The files beside the rows that a data set made of patterns has."""

_COLUMNS = ("utterance", "intent", "token", "start", "end", "pos", "tag", "part", "slice")


@dataclass(frozen=True)
class Dataset:
    """Labelled utterances, part by part, and the manifest of their making; `of` makes one.

    Attributes:
        rows: the utterances.
        manifest: what they were made of.
        patterns: what `patterns.json` holds; nothing in a data set of real utterances alone.
        lines: some utterances of each line of the patterns.
        left_on_disk: how many more rows the folder has (`scan` reads them all).
    """

    rows: tuple[DatasetRow, ...]
    manifest: Mapping[str, Any]
    patterns: bytes = b""
    lines: tuple[LabelledUtterance, ...] = ()
    left_on_disk: int = 0

    @classmethod
    def of(cls, rows: Iterable[DatasetRow], manifest: Mapping[str, Any] | None = None) -> Dataset:
        """Sort rows by their parts.

        Raises:
            ValueError: a row's part is none of `PARTS`.
        """
        return cls(tuple(sorted(rows, key=lambda row: PARTS.index(_known_part(row)))), manifest or {})

    @property
    def computed(self) -> Mapping[str, str]:
        """The entity types whose values are computed, and how."""
        return dict(self.manifest.get("computed", {}))

    def part(self, name: str) -> tuple[DatasetRow, ...]:
        """Return the rows of a part."""
        return tuple(row for row in self.rows if row.part == name)

    def utterances(self, part: str) -> tuple[LabelledUtterance, ...]:
        """Return the utterances of a part."""
        return tuple(row.utterance for row in self.part(part))


@contextlib.contextmanager
def writing(
    folder: Path, tokenizer: Tokenizer, *, seed: int | None = None, inputs: Iterable[Path] = ()
) -> Iterator[DatasetWriter]:
    """Write a data set row by row, in constant memory; the folder appears, complete, when the block ends well.

    Args:
        folder: where to; a data set that is there is replaced, anything else is left alone.
        tokenizer: cuts the utterances for the IOB files.
        seed: what they were sampled with.
        inputs: files that they were made from; the manifest keeps their hashes.

    Raises:
        FileExistsError: `folder` holds something that is no data set.
    """
    hashes = input_hashes(inputs)
    with _replaced(folder) as new:
        with contextlib.ExitStack() as files:
            writer = DatasetWriter(new, tokenizer, files)
            yield writer
        manifest = {
            "format": FORMAT,
            "seed": seed,
            "inputs": hashes,
            "versions": {"korean-nlu": VERSION, "python": platform.python_version()},
            "tokenizer": {"name": tokenizer.name, "settings": _portable(tokenizer.settings)},
            "counts": {part: writer.counts(part) for part in PARTS},
            "files": {path.name: sha256(path) for path in sorted(new.iterdir())},
            **writer.facts,
        }
        (new / "manifest.json").write_text(
            json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
        )


class DatasetWriter:
    """The files of a data set that is being written; `writing` opens it.

    Args:
        folder: an empty folder.
        tokenizer: cuts the utterances for the IOB files.
        files: closes what is opened here.

    Attributes:
        facts: further things for the manifest to say, such as what was covered.
    """

    def __init__(self, folder: Path, tokenizer: Tokenizer, files: contextlib.ExitStack) -> None:
        def create(name: str, encoding: str = "utf-8") -> TextIO:
            return files.enter_context((folder / name).open("w", encoding=encoding, newline="\n"))

        self.facts: dict[str, object] = {}
        self._folder = folder
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._tokenizer = tokenizer
        self._number = 0
        self._json, self._plain, self._iob = create("utterances.jsonl"), create("plain.txt"), create("iob.txt")
        self._table = csv.writer(create("iob.csv", "utf-8-sig"), lineterminator="\n")
        self._table.writerow(_COLUMNS)

    def add(self, row: DatasetRow) -> None:
        """Write a row into each file.

        Raises:
            ValueError: its part is none of `PARTS`.
        """
        utterance, part = row.utterance, _known_part(row)
        tokens = split_at(self._tokenizer.tokenize(utterance.text), utterance.spans)
        tags = encode(tokens, utterance.spans)
        self._json.write(encode_row(row) + "\n")
        self._plain.write(" ".join(utterance.text.splitlines()) + "\n")
        self._iob.write("".join(map(_iob_line, tokens, tags)) + "\n")
        number, intent, name = self._number, utterance.intent or "", row.slice.name
        self._table.writerows(
            (number, intent, token.text, token.start, token.end, token.pos, tag, part, name)
            for token, tag in zip(tokens, tags, strict=True)
        )
        self._number += 1
        self._counts[part, "utterances", ""] += 1
        self._counts[part, "tokens", ""] += len(tokens)
        self._counts.update(((part, "intents", intent), (part, "slices", name)))
        self._counts.update((part, "entities", span.label) for span in utterance.spans)

    def keep(self, patterns: bytes, lines: Iterable[LabelledUtterance]) -> None:
        """Keep the patterns, and some utterances of each of their lines, beside the rows."""
        (self._folder / PATTERNS).write_bytes(patterns)
        written = "".join(encode_row(DatasetRow(line)) + "\n" for line in lines)
        (self._folder / LINES).write_text(written, encoding="utf-8", newline="\n")

    def counts(self, part: str) -> dict[str, object]:
        """Tell what a part holds so far."""
        tables: dict[str, dict[str, int]] = {"intents": {}, "entities": {}, "slices": {}}
        for (of, table, name), count in sorted(self._counts.items()):
            if of == part and table in tables:
                tables[table][name] = count
        numbers = {name: self._counts[part, name, ""] for name in ("utterances", "tokens")}
        return {**numbers, **tables}


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a data set says of itself.

    Raises:
        FileNotFoundError: the folder holds no data set.
    """
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


IN_MEMORY = 100_000
"""Rows of a data set that are read into memory at most, unless more are asked for."""


def read(folder: Path, most: int = IN_MEMORY) -> Dataset:
    """Read a data set; of a large one a fair sample of the rows, and of each line and intent of a part the first.

    Args:
        folder: where it lies.
        most: how many rows to keep in memory, but for those first ones.

    Raises:
        SourceErrors: utterances that can't be read.
        FileNotFoundError: the folder holds no data set.
    """
    manifest = read_manifest(folder)
    kept, own = folder / PATTERNS, folder / LINES
    patterns = kept.read_bytes() if kept.exists() else b""
    lines = tuple(row.utterance for row in _rows(own)) if own.exists() else ()
    total = sum(part["utterances"] for part in manifest.get("counts", {}).values())
    rows = scan(folder) if total <= most else _some(scan(folder), total, most)
    dataset = Dataset.of(rows, manifest)
    left = max(0, total - len(dataset.rows))
    return replace(dataset, patterns=patterns, lines=lines, left_on_disk=left)


def scan(folder: Path) -> Iterator[DatasetRow]:
    """Read the rows of a data set one after the other, as they stand, in constant memory.

    Raises:
        SourceErrors: utterances that can't be read.
    """
    return _rows(folder / "utterances.jsonl")


def _some(rows: Iterable[DatasetRow], total: int, most: int) -> Iterator[DatasetRow]:
    """Choose rows by chance, and in each part the first of each intent and line of the author's."""
    rng, firsts = random.Random(0), set[tuple[str, str | None, str]]()
    for row in rows:
        line = "" if row.slice == IMPORTED else row.utterance.origin  # of what was imported, each is a line
        first = row.part, row.utterance.intent, line
        if rng.random() * total < most or first not in firsts:
            firsts.add(first)
            yield row


def _rows(path: Path) -> Iterator[DatasetRow]:
    with path.open(encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            yield decode_row(line.rstrip("\n"), str(path), number)


def split_by_meaning(utterances: Sequence[LabelledUtterance], rng: random.Random) -> Dataset:
    """Part utterances by chance, about 60/20/20, into train, dev and test.

    Wordings of one request stay together, and so do those of the same text; where an intent has but one group, it is
    learned.
    """
    groups, first = paraphrase_groups(utterances), dict[str, int]()
    groups = [first.setdefault(one.text, group) for one, group in zip(utterances, groups, strict=True)]
    held = [row for row, is_held in enumerate(hold_out_groups(utterances, groups, 0.4, rng)) if is_held]
    tested = hold_out_groups([utterances[row] for row in held], [groups[row] for row in held], 0.5, rng)
    part_of = {row: "test" if is_tested else "dev" for row, is_tested in zip(held, tested, strict=True)}
    return Dataset.of(DatasetRow(one, part_of.get(row, "train")) for row, one in enumerate(utterances))


def input_hashes(paths: Iterable[Path]) -> dict[str, str]:
    """Hash files as the manifest does: each under as much of the end of its path as tells it from the others."""
    whole = {path.resolve().parts: sha256(path) for path in paths}
    names: dict[str, str] = {}
    for parts, digest in whole.items():
        length = next(n for n in range(1, len(parts) + 1) if sum(other[-n:] == parts[-n:] for other in whole) == 1)
        names["/".join(parts[-length:])] = digest
    return dict(sorted(names.items()))


def _iob_line(token: Token, tag: str) -> str:
    """Write `token TAG`, with a tab where the token has a space in it."""
    return f"{token.text}\t{tag}\n" if " " in token.text else f"{token.text} {tag}\n"


def _known_part(row: DatasetRow) -> str:
    if row.part not in PARTS:
        raise ValueError(f"expected a part among {', '.join(PARTS)}, got {row.part!r} in {row}")
    return row.part


def _portable(settings: Mapping[str, Setting]) -> dict[str, Setting]:
    """Leave the folders of this machine out of file names."""
    return {
        name: os.path.basename(value) if isinstance(value, str) and os.path.isabs(value) else value
        for name, value in sorted(settings.items())
    }


@contextlib.contextmanager
def _replaced(folder: Path) -> Iterator[Path]:
    """Fill a folder beside this one, and put it in its place when it is complete."""
    if folder.exists() and not (folder / "manifest.json").exists() and any(folder.iterdir()):
        raise FileExistsError(errno.EEXIST, "expected a free place or a data set", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    mark = secrets.token_hex(8)
    new, old = (folder.with_name(f".{folder.name}.{mark}.{kind}") for kind in ("new", "old"))
    try:
        with atomic_directory(new) as staging:
            yield staging
        if folder.exists():
            os.rename(folder, old)
        os.rename(new, folder)
    finally:
        shutil.rmtree(old if folder.exists() else new, ignore_errors=True)
