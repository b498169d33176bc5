"""What a report says beside the scores: values that measure more, each a key of `report.json`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from nlu.evaluation.baseline_scores import BaselineScores
from nlu.evaluation.behaviour import Behaviour
from nlu.evaluation.costs import Costs
from nlu.evaluation.curves import LearningCurve
from nlu.evaluation.data_facts import DataFacts
from nlu.evaluation.marks import MarkRow
from nlu.evaluation.reasons import ErrorReason
from nlu.evaluation.report import Report
from nlu.evaluation.sturdiness import SturdinessRow


@dataclass(frozen=True)
class Sections:
    """All of them; None, or nothing, where something was not measured.

    Attributes:
        baselines: simple systems beside the model.
        behaviour: what must not change an answer, and what must.
        marks: values with marks beside them.
        sturdiness: utterances typed in a hurry.
        curves: how the networks learned.
        data: what they learned from.
        costs: bytes, milliseconds, seconds.
        reasons: of what was not understood, why; these quote utterances.
    """

    baselines: BaselineScores | None = None
    behaviour: Behaviour | None = None
    marks: tuple[MarkRow, ...] = ()
    sturdiness: tuple[SturdinessRow, ...] = ()
    curves: tuple[LearningCurve, ...] = ()
    data: DataFacts | None = None
    costs: Costs | None = None
    reasons: tuple[ErrorReason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """What a report file holds, as JSON values; keys of what was not measured are left out."""
        figures = self.to_keep()
        if self.behaviour:
            figures["behaviour"] = self.behaviour.to_dict()
        if self.costs:
            figures["costs"] = self.costs.to_dict()
        if self.data:
            figures["data"] = self.data.to_dict()
        return figures

    def to_keep(self) -> dict[str, Any]:
        """What a bundle keeps: no utterance, which real people may have said, and no time, which is never the same."""
        figures: dict[str, Any] = {
            "marks": _rows(self.marks),
            "sturdiness": _rows(self.sturdiness),
            "curves": _rows(self.curves),
        }
        if self.baselines:
            figures["baselines"] = self.baselines.to_dict()
        if self.behaviour:
            figures["behaviour"] = self.behaviour.to_dict(with_texts=False)
        return {name: value for name, value in figures.items() if value}

    def explain(self, report: Report) -> Report:
        """The same report, whose errors have the key `why` where their reason is known."""
        known = {(one.text, one.intent): one.to_dict() for one in self.reasons}
        whys = (known.get((error["text"], error["intent"])) for error in report.errors)
        errors = [{**error, "why": why} if why else error for error, why in zip(report.errors, whys, strict=True)]
        return replace(report, errors=errors)


def _rows(rows: Iterable[MarkRow | SturdinessRow | LearningCurve]) -> list[dict[str, Any]]:
    return [row.to_dict() for row in rows]
