"""Whether confidences mean what they say, bin by bin, and what another fallback threshold would do."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Sure = Sequence[tuple[float, bool]]
"""The confidence of each decision, 0..1, and whether it was right."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Decisions of about the same confidence: above `low` and at most `high`; the first bin holds 0, too.

    Attributes:
        low: where the bin begins.
        high: where it ends.
        count: how many decisions.
        right: how many of them were right.
        confidence: their mean confidence; None where there are none.
    """

    low: float
    high: float
    count: int
    right: int
    confidence: float | None

    @property
    def accuracy(self) -> float | None:
        """The part that was right."""
        return self.right / self.count if self.count else None


def bins_of(decisions: Sure, bins: int = 15) -> list[Bin]:
    """Sort decisions into bins of equal width, as `metrics.expected_calibration_error` does.

    Example:
        >>> bins_of([(0.4, False), (0.9, True), (1.0, True)], 2)[1]
        Bin(low=0.5, high=1.0, count=2, right=2, confidence=0.95)
    """
    found: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in decisions:
        found[min(max(math.ceil(confidence * bins - 1e-12) - 1, 0), bins - 1)].append((confidence, right))
    return [
        Bin(at / bins, (at + 1) / bins, len(inside), sum(right for _, right in inside),
            sum(confidence for confidence, _ in inside) / len(inside) if inside else None)
        for at, inside in enumerate(found)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What the fallback rule compared for one utterance.

    Attributes:
        score: how much it belongs to what the bot is for, 0..1.
        in_scope: whether it ought to be understood.
        ranks_right: whether the best intent is the right one.
    """

    score: float
    in_scope: bool
    ranks_right: bool = False


@dataclass(frozen=True, slots=True)
class ThresholdPoint:
    """What a threshold would do.

    Attributes:
        threshold: the least score of what is understood.
        false_rejects: of the utterances in scope, the part that is rejected; None where there are none.
        caught: of the utterances out of scope, the part that is rejected; None where there are none.
        accuracy: of all utterances, the part that is answered rightly or rejected rightly.
    """

    threshold: float
    false_rejects: float | None
    caught: float | None
    accuracy: float


def threshold_curve(judged: Sequence[Judged], chosen: float, steps: int = 50) -> list[ThresholdPoint]:
    """Tell what each threshold would do, the chosen one among them; a score of 0 is always rejected.

    Args:
        judged: all utterances with a gold intent.
        chosen: the threshold in use.
        steps: how many parts 0..1 is cut into.
    """
    thresholds = sorted({at / steps for at in range(steps + 1)} | {chosen})
    counts = Counter(one.in_scope for one in judged)
    right = sum(one.in_scope and one.ranks_right for one in judged)
    ordered = sorted(judged, key=lambda one: one.score)
    points, at = [], 0
    rejected = Counter[tuple[bool, bool]]()
    for threshold in thresholds:
        while at < len(ordered) and (ordered[at].score < threshold or ordered[at].score == 0.0):
            rejected[ordered[at].in_scope, ordered[at].ranks_right] += 1
            at += 1
        lost, caught = rejected[True, True] + rejected[True, False], rejected[False, True] + rejected[False, False]
        missed = lost / counts[True] if counts[True] else None
        share = caught / counts[False] if counts[False] else None
        accuracy = (right - rejected[True, True] + caught) / max(len(judged), 1)
        points.append(ThresholdPoint(threshold, missed, share, accuracy))
    return points
