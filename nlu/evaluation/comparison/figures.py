"""A score of two models on the same utterances: the difference first, then how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nlu.evaluation.statistics import Difference, Verdict, holm, verdict

MARGIN = 0.005
"""A loss that would not matter, unless told otherwise: half a point."""
ERROR = 0.05
"""The chance of calling a difference that is none."""


@dataclass(frozen=True)
class Figure:
    """A score of both models.

    Attributes:
        difference: new less old, with its interval; its `p` takes clusters for what they are.
        only_old: utterances that only the old one has right.
        only_new: those that only the new one has right.
        mcnemar: exact p that takes utterances for independent; None where a score is not of utterances that are right.
        corrected: the difference's `p`, corrected for all groups that were looked at beside this one.
    """

    difference: Difference
    only_old: int
    only_new: int
    mcnemar: float | None
    corrected: float

    def verdict(self, margin: float) -> Verdict:
        """What can be said, though several groups were looked at: nobody is called better or worse by chance alone."""
        said = verdict(self.difference, margin)
        if said in ("better", "worse") and self.corrected > ERROR:
            return "no_worse" if self.difference.low > -margin else "cannot_tell"
        return said

    def to_dict(self, margin: float) -> dict[str, Any]:
        """All figures as JSON values, the difference first."""
        one = self.difference
        return {
            "difference": _rounded(one.point),
            "low": _rounded(one.low),
            "high": _rounded(one.high),
            "level": one.level,
            "verdict": self.verdict(margin),
            "old": _rounded(one.old),
            "new": _rounded(one.new),
            "only_old": self.only_old,
            "only_new": self.only_new,
            "p_mcnemar": self.mcnemar,
            "p_clustered": one.p,
            "p_holm": self.corrected,
            "utterances": one.utterances,
            "clusters": one.clusters,
        }


def corrected(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """Correct the p of groups that are looked at together."""
    chances = holm([figure.difference.p for figure in figures.values()])
    return {name: replace(figure, corrected=p) for (name, figure), p in zip(figures.items(), chances, strict=True)}


def _rounded(value: float) -> float:
    return round(value, 6)
