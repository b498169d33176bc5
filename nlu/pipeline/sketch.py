"""Sketch what a model makes of utterances that were held out, to compare what it will be asked with."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlu.data.dataset import Dataset
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.drift.reading import Reader
from nlu.drift.sample import Heard
from nlu.drift.sketch import Kind, Sketch
from nlu.korean.personal_data import mask_text
from nlu.types import LabelledUtterance
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser

_ENOUGH, _MOST = 100, 2_000
"""Utterances that people wrote, from which on only they are taken; and how many are taken at most."""


def sketched(unseen: TrainedModel, served: TrainedModel, dataset: Dataset, parts: Sequence[str]) -> Mapping[str, bytes]:
    """Sketch the parts that a model did not learn from: what people wrote, where there is enough of it.

    Words and their vectors are read as the served model reads them, since it will read what is to be compared; which
    words are unknown, as the one that did not learn these utterances, whose answers are sketched, too.

    Args:
        unseen: a calibrated model that did not learn from these parts.
        served: the model that will serve.
        dataset: holds the parts.
        parts: their names.

    Returns:
        The file of the bundle; none where hardly anything was held out.
    """
    rows = [row for part in parts for row in dataset.part(part) if row.utterance.intent is not None]
    written = [row for row in rows if row.slice == IMPORTED]
    kind: Kind = "written" if len(written) >= _ENOUGH else "generated"
    chosen = _some(written if kind == "written" else rows)
    if len(chosen) < 2:
        return {}
    learned = [row.utterance for row in dataset.part("train") if kind == "generated" or row.slice == IMPORTED]
    asked = replace(unseen, authored=_authored(dataset, learned)) if kind == "written" else unseen
    texts = [row.utterance.text for row in chosen]
    heard = [
        Heard.of_parse(parse, mask_text(row.utterance.text), row.utterance.intent)
        for parse, row in zip(UtteranceParser(asked).parse_many(texts, top_n=1), chosen, strict=True)
    ]
    reader = Reader.of(served)
    sample = replace(reader.read(heard), unknown=Reader.of(unseen).read(heard).unknown)
    more = reader.counted(mask_text(utterance.text) for utterance in learned)
    return Sketch.of(sample, kind, more_words=more).files()


def _some(rows: Sequence[DatasetRow]) -> list[DatasetRow]:
    return random.Random(0).sample(rows, min(len(rows), _MOST))


def _authored(dataset: Dataset, learned: Sequence[LabelledUtterance]) -> AuthoredUtterances:
    """What is answered as it was written when people write anew: patterns, and rows that were learned."""
    return AuthoredUtterances.of(dataset.patterns, learned)
