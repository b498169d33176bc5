"""Whether a version that answers some users, or all, is surely worse than the one it is to replace."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt, Lt
from pydantic.dataclasses import dataclass as checked

from nlu.bounds import STRICT, Positive
from nlu.evaluation.statistics import Share, has_risen
from nlu.events import Notice

Part = Annotated[float, Gt(0), Lt(1)]
Times = Annotated[float, Gt(1)]
Seconds = Annotated[float, Gt(0)]


@checked(frozen=True, config=STRICT)
class Bounds:
    """What a version may do worse than the one before it, asked again and again while both answer.

    Attributes:
        level: the chance of stopping a version that is no worse, over all looks, of each figure.
        fallbacks: a rise of the share of utterances not understood that would not matter.
        complaints: a rise of the share of utterances that somebody corrects that would not matter.
        least: with fewer utterances of either version nothing is said of shares and times.
        slower: how many times the time of the version before an answer may take, in the middle.
        slow_seconds: an answer that takes longer than this is slow by itself; a few of them are enough.
        failures: answers that failed, of which so many stop a version at once.
    """

    level: Part = 0.01
    fallbacks: Part = 0.02
    complaints: Part = 0.01
    least: Positive = 50
    slower: Times = 3.0
    slow_seconds: Seconds = 1.0
    failures: Positive = 1


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of the utterances that a version answered.

    Attributes:
        count: how many.
        fallbacks: those not understood.
        complaints: those that somebody corrected since.
        failures: those it failed to answer.
        error: what the last failure was; "" where there was none, or nobody knows.
        slow: those that took too long by themselves.
        seconds: what one took, in the middle; None where that is not known.
    """

    count: int = 0
    fallbacks: int = 0
    complaints: int = 0
    failures: int = 0
    error: str = ""
    slow: int = 0
    seconds: float | None = None


_SLOW_ENOUGH = 3
"""Slow answers from which nobody waits for a median."""


def find_fault(old: Answers, new: Answers, bounds: Bounds) -> Notice | None:
    """Tell the first thing that is surely worse; None where nothing is, or nobody can tell yet.

    Args:
        old: of the version that answers, or answered before, over the same time where that can be.
        new: of the version on trial.
        bounds: what would not matter.

    Example:
        >>> find_fault(Answers(1000, 50), Answers(100, 30), Bounds()).code
        'beside.fallbacks'
    """
    if new.failures >= bounds.failures and _is_oftener(new.failures, new.count, old.failures, old.count):
        return Notice("beside.failures", {"failures": new.failures, "count": new.count, "error": new.error})
    if new.slow >= _SLOW_ENOUGH and _is_oftener(new.slow, new.count, old.slow, old.count):
        return Notice("beside.slow", {"slow": new.slow, "count": new.count, "seconds": bounds.slow_seconds})
    if min(old.count, new.count) >= bounds.least and (new.seconds or 0) > bounds.slower * (old.seconds or math.inf):
        values = {"old": 1000 * (old.seconds or 0), "new": 1000 * (new.seconds or 0), "most": bounds.slower}
        return Notice("beside.slower", values)
    for name in ("fallbacks", "complaints"):
        before, after = Share(getattr(old, name), old.count), Share(getattr(new, name), new.count)
        if has_risen(before, after, least=bounds.least, margin=getattr(bounds, name), level=bounds.level):
            values = {"old": 100 * before.value, "new": 100 * after.value, "before": old.count, "count": new.count}
            return Notice(f"beside.{name}", values)
    return None


def _is_oftener(new: int, count: int, old: int, old_count: int) -> bool:
    """Whether something that hardly ever happens does so more than twice as often as before."""
    return not old or new * old_count > 2 * old * count
