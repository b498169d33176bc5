"""Whether a share has surely risen, however often one looks: of two groups of different utterances, not of pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nlu.evaluation.statistics.intervals import Interval, checked_level, wilson

_ALL_LOOKS = math.pi**2 / 6
"""The sum of 1/k² over all k: what is spent of the level at the k-th look, k² parts of it, never sums to more."""
_WITHIN = 4
"""How many times as likely a chance is to be seen by who looks all the time until a count doubles, as at its end."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of so many."""

    hits: int
    count: int

    @property
    def value(self) -> float:
        """The share itself; 0 of nothing."""
        return self.hits / self.count if self.count else 0.0


def share_difference(old: Share, new: Share, level: float = 0.95) -> Interval:
    """Give the interval of the new share less the old one, the two counted on different utterances.

    Source: Newcombe, Interval Estimation for the Difference between Independent Proportions, Statistics in Medicine
    1998, method 10.

    Example:
        >>> found = share_difference(Share(48, 80), Share(56, 70))
        >>> round(found.low, 4), round(found.high, 4)
        (0.0524, 0.3339)
    """
    before, after = wilson(old.hits, old.count, level), wilson(new.hits, new.count, level)
    if not old.count or not new.count:
        return Interval(-1.0, 1.0)
    middle = new.value - old.value
    down = math.hypot(new.value - after.low, before.high - old.value)
    up = math.hypot(after.high - new.value, old.value - before.low)
    return Interval(max(-1.0, middle - down), min(1.0, middle + up))


def has_risen(old: Share, new: Share, *, least: int, margin: float = 0.0, level: float = 0.01) -> bool:
    """Whether a share has surely risen by more than a margin, asked again and again while both are counted.

    Each doubling of the smaller group has its own part of the level, and each look in between a part of that, so that
    the chance of any false alarm stays below the level for who looks after every single utterance.

    Args:
        old: the share that was.
        new: the share that is.
        least: with fewer in either group nothing is said.
        margin: a rise that would not matter.
        level: the chance of one false alarm over all looks.

    Source: a union over doublings, as in Jamieson and Nowak, Best-arm Identification, 2014; the part between them is
    measured (`tests/nlu/evaluation/statistics/test_shares.py`).

    Example:
        >>> has_risen(Share(50, 1000), Share(60, 100), least=50), has_risen(Share(50, 1000), Share(6, 100), least=50)
        (True, False)
    """
    count = min(old.count, new.count)
    if count < max(1, least):
        return False
    look = 1 + int(math.log2(count / max(1, least)))
    spent = checked_level(level) / (_WITHIN * _ALL_LOOKS * look * look)
    return share_difference(old, new, 1 - 2 * spent).low > margin
