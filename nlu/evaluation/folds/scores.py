"""The scores of every fold, and what they come to."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlu.evaluation.bounds import FIGURES
from nlu.evaluation.report import ALL, Report
from nlu.evaluation.statistics import Across, across_folds
from nlu.types import FALLBACK_INTENT

_F1 = "f1-score"
_PLACES = 6


@dataclass(frozen=True)
class FoldScores:
    """How one model did on what it had not learned.

    Attributes:
        number: of the fold, from 1.
        learned: utterances that it learned.
        report: what was measured on the fold's own utterances.
    """

    number: int
    learned: int
    report: Report

    @property
    def tested(self) -> int:
        """Utterances that it was tested on."""
        return self.report.overall.utterances


@dataclass(frozen=True)
class CrossValidation:
    """Every fold of a data set.

    Attributes:
        folds: their scores.
        seed: what the patterns were dealt out with.
        patterns: how many patterns, and groups of wordings, were tested, each in one fold.
        always_learned: how many never were.
    """

    folds: Sequence[FoldScores]
    seed: int
    patterns: int
    always_learned: int

    def slices(self) -> dict[str, dict[str, Across]]:
        """Slice → score → its mean over the folds that have it; where all is one slice, only "all"."""
        names = list(dict.fromkeys(name for fold in self.folds for name in fold.report.slices))
        return {name: self._figures(name) for name in (names if len(names) > 2 else [ALL])}

    def intents(self) -> dict[str, Across]:
        """The F1 of each intent."""
        return self._by_label([fold.report.intents for fold in self.folds])

    def entities(self) -> dict[str, Across]:
        """The F1 of each entity type."""
        return self._by_label([fold.report.entities for fold in self.folds])

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return {
            "folds": [
                {"number": fold.number, "learned": fold.learned, "tested": fold.tested,
                 "scores": fold.report.to_dict()["slices"]}
                for fold in self.folds
            ],
            "seed": self.seed,
            "patterns": self.patterns,
            "always_learned": self.always_learned,
            "slices": {name: _values(figures) for name, figures in self.slices().items()},
            "intents": _values(self.intents()),
            "entities": _values(self.entities()),
        }  # fmt: skip

    def means(self) -> dict[str, dict[str, float | int | None]]:
        """Slice → score → its mean, for bounds."""
        nothing: dict[str, float | int | None] = dict.fromkeys(FIGURES)
        slices = self.slices().items()
        return {name: nothing | {figure: one.mean for figure, one in figures.items()} for name, figures in slices}

    def _figures(self, name: str) -> dict[str, Across]:
        slices = [fold.report.slices.get(name) for fold in self.folds]
        rows = [asdict(scores) if scores else {} for scores in slices]
        found = {}
        for figure in FIGURES:
            trials = [
                min(_trials(fold.report, figure), row["utterances"])
                for fold, row in zip(self.folds, rows, strict=True)
                if row
            ]
            if one := self._across([row.get(figure) for row in rows], trials):
                found[figure] = one
        return found

    def _by_label(self, rows: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, Across]:
        """The F1 of each label over the folds that test it."""
        tested = [{name: scores for name, scores in row.items() if scores["support"]} for row in rows]
        found = {}
        for name in sorted({name for row in tested for name in row}):
            scores = [row.get(name, {}) for row in tested]
            if one := self._across([each.get(_F1) for each in scores], [each["support"] for each in scores if each]):
                found[name] = one
        return found

    def _across(self, values: Sequence[float | None], trials: Sequence[float]) -> Across | None:
        """Average a score over the folds that have it; None where none has."""
        if all(value is None for value in values):
            return None
        tested, learned = (sum(getattr(fold, what) for fold in self.folds) for what in ("tested", "learned"))
        return across_folds(values, tested / max(learned, 1), statistics.fmean(trials))


def _trials(report: Report, figure: str) -> float:
    """How many utterances, or entities, a score of a report is of."""
    if figure == "caught":
        return report.intents.get(FALLBACK_INTENT, {}).get("support", 0)
    if figure in ("entity_f1", "entity_precision", "entity_recall", "role_f1"):
        return sum(row["support"] for row in report.entities.values())
    return report.overall.utterances


def _values(figures: Mapping[str, Across]) -> dict[str, Any]:
    return {
        name: {
            "mean": round(one.mean, _PLACES),
            "spread": round(one.spread, _PLACES),
            "low": round(one.low, _PLACES),
            "high": round(one.high, _PLACES),
            "values": [None if value is None else round(value, _PLACES) for value in one.values],
        }
        for name, one in figures.items()
    }
