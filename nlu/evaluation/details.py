"""What a report says beyond its scores, utterance by utterance: intervals, spans, confidences, thresholds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.evaluation.answers import Answered, best_in_scope, is_exact, plain
from nlu.evaluation.calibration import Judged, Sure, bins_of, threshold_curve
from nlu.evaluation.intervals import Clustered
from nlu.evaluation.span_schemes import SchemeScore, by_scheme, by_type_and_scheme
from nlu.evaluation.statistics import clusters_of
from nlu.types import FALLBACK_INTENT

_HISTOGRAM = 20
_PLACES = 4
"""Digits of what is measured; more say nothing."""
Rows = NDArray[np.bool_]


def details(answered: Answered, slices: Mapping[str, Sequence[int]], sure: Sure) -> dict[str, Any]:
    """Derive the details of a report, as JSON values.

    Args:
        answered: all of them.
        slices: name → which of them, by number.
        sure: the best intent's confidence, and whether it was right, of each utterance with an intent in scope.

    Returns:
        `intervals` of slices, intents and entity types; `spans` under each scheme, whole and by type; `reliability` and
        `histogram` bins of confidence; `fallback`, what each threshold would do.
    """
    scope = [(gold, parse) for gold, parse in answered if gold.intent != FALLBACK_INTENT]
    wanted, found = [list(gold.spans) for gold, _ in scope], [plain(parse.entities) for _, parse in scope]
    types = by_type_and_scheme(wanted, found)
    return {
        "intervals": _Intervals(answered).all(slices),
        "spans": {
            "schemes": _schemes(by_scheme(wanted, found)) if types else {},
            "types": {name: _schemes(scores) for name, scores in types.items()},
        },
        "reliability": [asdict(one) | {"accuracy": _rounded(one.accuracy), "confidence": _rounded(one.confidence)}
                        for one in bins_of(sure)],
        "histogram": [asdict(one) | {"confidence": _rounded(one.confidence)} for one in bins_of(sure, _HISTOGRAM)],
        "fallback": _fallback(answered),
    }  # fmt: skip


class _Intervals:
    """Intervals of everything that is a share or an F1, as lists of two."""

    def __init__(self, answered: Answered) -> None:
        self._gold = np.array([gold.intent or "" for gold, _ in answered])
        self._said = np.array([parse.intent.name or "" for _, parse in answered])
        self._out = self._gold == FALLBACK_INTENT
        self._clusters = clusters_of([gold for gold, _ in answered])
        rejected = np.array([parse.fallback.is_fallback for _, parse in answered])
        labelled = self._gold != ""
        scope, all_rows = labelled & ~self._out, np.ones(len(self._gold), bool)
        ranked = np.array([best_in_scope(*pair)[1] for pair in answered])
        self._entities = _entity_counts(answered)
        counts = np.zeros((len(answered), 3))
        for rows, of_type in self._entities.values():
            counts[rows] += of_type
        exact = np.array([is_exact(gold, parse) for gold, parse in answered])
        self.scores = {
            "exact_match": self._of(exact, all_rows),
            "intent_accuracy": self._of(self._gold == self._said, scope),
            "ranking_accuracy": self._of(ranked, scope),
            "entity_f1": self._of(counts[:, 0], (counts[:, 1] + counts[:, 2]) / 2),
            "false_rejects": self._of(rejected, scope),
            "caught": self._of(rejected, self._out),
        }
        self._decisions = self._of(self._gold == self._said, labelled)

    def _of(self, hits: NDArray[Any], trials: NDArray[Any]) -> Clustered:
        return Clustered.of(hits * (trials > 0), trials, self._clusters)

    def all(self, slices: Mapping[str, Sequence[int]]) -> dict[str, Any]:
        rows = {name: np.isin(np.arange(len(self._gold)), numbers) for name, numbers in slices.items()}
        return {
            "slices": {name: {figure: _pair(one, taken) for figure, one in self.scores.items()}
                       for name, taken in rows.items()},
            "intents": {str(name): self._intent(str(name)) for name in np.unique(self._gold) if name},
            "entities": {name: self._entity(*counts) for name, counts in sorted(self._entities.items())},
        }  # fmt: skip

    def _intent(self, name: str) -> dict[str, Any]:
        said, wanted = (self._said == name) & (self._gold != ""), self._gold == name
        return self._pairs(self._decisions, (said & wanted).astype(float), said.astype(float), wanted.astype(float))

    def _entity(self, rows: NDArray[np.intp], counts: NDArray[np.float64]) -> dict[str, Any]:
        whole = self.scores["entity_f1"]
        return self._pairs(replace(whole, clusters=whole.clusters[rows]), *counts.T)

    def _pairs(self, whole: Clustered, right: Any, found: Any, wanted: Any) -> dict[str, Any]:
        trials = {"precision": found, "recall": wanted, "f1-score": (found + wanted) / 2}
        return {figure: _pair(replace(whole, hits=right, trials=of)) for figure, of in trials.items()}


def _pair(one: Clustered, rows: Rows | None = None) -> list[float] | None:
    found = one.interval(rows)
    return None if found is None else [round(found.low, _PLACES), round(found.high, _PLACES)]


def _entity_counts(answered: Answered) -> dict[str, tuple[NDArray[np.intp], NDArray[np.float64]]]:
    """Type → the utterances in scope that have some `(n,)`, and how many are right, found and in the gold labels there.

    The counts are `(n, 3)`.
    """
    counts: dict[str, dict[int, list[int]]] = {}
    for row, (gold, parse) in enumerate(answered):
        if gold.intent == FALLBACK_INTENT:
            continue
        found, wanted = ({(one.start, one.end, one.entity) for one in spans} for spans in (parse.entities, gold.spans))
        for column, several in enumerate((found & wanted, found, wanted)):
            for _, _, name in several:
                counts.setdefault(name, {}).setdefault(row, [0, 0, 0])[column] += 1
    return {name: (np.array(list(rows)), np.array(list(rows.values()), float)) for name, rows in counts.items()}


def _schemes(scores: Mapping[Any, SchemeScore]) -> dict[str, Any]:
    return {
        scheme: asdict(one) | {"precision": _rounded(one.precision), "recall": _rounded(one.recall),
                               "f1-score": _rounded(one.f1)}
        for scheme, one in scores.items()
    }  # fmt: skip


def _fallback(answered: Answered) -> dict[str, Any] | None:
    judged = [
        Judged(parse.fallback.score, gold.intent != FALLBACK_INTENT, best_in_scope(gold, parse)[1])
        for gold, parse in answered
        if gold.intent is not None
    ]
    if not judged:
        return None
    chosen = Counter(parse.fallback.threshold for _, parse in answered).most_common(1)[0][0]
    points = threshold_curve(judged, chosen)
    names = ("threshold", "false_rejects", "caught", "accuracy")
    return {
        "threshold": _rounded(chosen),
        "in_scope": sum(one.in_scope for one in judged),
        "out_of_scope": sum(not one.in_scope for one in judged),
        "points": [{name: _rounded(getattr(point, name)) for name in names} for point in points],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _PLACES)
