"""Measure a model on the test part of a data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nlu.data.dataset import Dataset
from nlu.data.rows import DatasetRow
from nlu.evaluation.about import About, Kind
from nlu.evaluation.report import Report, evaluate
from nlu.events import Listener, ignore
from nlu.pipeline.fingerprint import FINGERPRINT
from nlu.pipeline.right_korean import slips
from nlu.store.bundle import Bundle
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser

_ORDINARY_LENGTH = 14
"""Of an utterance, in characters."""
_MOST_OF_A_CELL = 8
"""Utterances of one cell of the confusion matrix that are shown."""


def measure(model: TrainedModel, dataset: Dataset, *, listen: Listener = ignore) -> Report:
    """Measure a model on the test part, which must not be empty, through the very parser that serves.

    Args:
        model: what is measured.
        dataset: holds the test part.
        listen: is told of every utterance.
    """
    slices = [row.slice.name for row in dataset.part("test")]
    parse = UtteranceParser(model).parse
    return evaluate(parse, dataset.utterances("test"), slices if any(slices) else None, listen=listen)


def about(
    kind: Kind, bundle: Bundle, dataset: Mapping[str, Any] | None = None, measured: Mapping[str, str] | None = None
) -> About:
    """Say which model was measured on what.

    Args:
        kind: what the utterances are to the model.
        bundle: holds the model, or the one that was made after it was measured.
        dataset: the manifest of the data set that it was made of; None where that is not at hand.
        measured: file that was measured on → its SHA-256.
    """
    made_of = {name: digest for name, digest in bundle.manifest.data.items() if name != FINGERPRINT}
    facts = dataset or {}
    return About(
        kind,
        bundle.manifest.version,
        bundle.manifest.created_at.isoformat(),
        measured or {},
        dict(facts.get("inputs", {})) | made_of,
        facts.get("seed"),
        {part: counts.get("utterances", 0) for part, counts in facts.get("counts", {}).items()},
    )


def understood_examples(report: Report, test: Sequence[DatasetRow]) -> dict[str, str]:
    """Choose for each intent in scope an utterance that was understood in every part.

    One in right Korean if there is one, with two entities, and of an ordinary length.

    Args:
        report: of the test part.
        test: rows of the test part that everyone may see (`nlu.pipeline.shown`).
    """
    wrong = {error["text"] for error in report.errors}
    chosen: dict[str, LabelledUtterance] = {}
    for utterance in (row.utterance for row in test):
        intent = utterance.intent
        if intent in (None, FALLBACK_INTENT) or utterance.text in wrong:
            continue
        if intent not in chosen or _worth(utterance) > _worth(chosen[intent]):
            chosen[intent] = utterance
    return {intent: utterance.text for intent, utterance in sorted(chosen.items())}


def shown_decisions(report: Report, test: Sequence[DatasetRow]) -> dict[str, dict[str, list[str]]]:
    """Some utterances of each cell of the confusion matrix: right intent → decision → texts.

    Args:
        report: of the test part.
        test: rows of the test part that everyone may see (`nlu.pipeline.shown`).
    """
    decisions = {error["text"]: error["intent_prediction"]["name"] for error in report.errors}
    cells: dict[str, dict[str, list[str]]] = {}
    for utterance in (row.utterance for row in test):
        if utterance.intent is not None:
            decision = decisions.get(utterance.text, utterance.intent)
            several = cells.setdefault(utterance.intent, {}).setdefault(decision, [])
            if len(several) < _MOST_OF_A_CELL and utterance.text not in several:
                several.append(utterance.text)
    return cells


def _worth(example: LabelledUtterance) -> tuple[int, int, int]:
    return -slips(example), min(len(example.spans), 2), -abs(len(example.text) - _ORDINARY_LENGTH)
