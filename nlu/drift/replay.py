"""Go through utterances in the order in which they were said, window by window, as if it were happening."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.drift.check import LEAST, WINDOW, Check, Checker
from nlu.drift.reading import Reader
from nlu.drift.sample import Heard
from nlu.drift.sketch import Sketch

STEP = 100
"""Utterances between two looks."""


@dataclass(frozen=True)
class Replayed:
    """What was seen on the way.

    Attributes:
        checks: how many utterances had been said, and what was found then.
        last: of the last window.
        first_alarm: how many utterances had been said at the first alarm; None where there was none.
        alarms: how often an alarm began.
    """

    checks: tuple[tuple[int, Check], ...]
    last: Check
    first_alarm: int | None
    alarms: int


def replay(
    heard: Sequence[Heard], sketch: Sketch, reader: Reader, *, window: int = WINDOW, step: int = STEP
) -> Replayed:
    """Check the last `window` utterances after every `step`, and after the last one.

    Args:
        heard: what was said, in order.
        sketch: the reference.
        reader: of the model that answered.
        window: utterances that are looked at together.
        step: utterances between two looks.
    """
    checker = Checker(sketch, reader)
    seen = sketch.look(reader.read(heard))
    ends = sorted({*range(min(window, max(LEAST, step)), len(heard), step), len(heard)})
    checks = tuple((end, checker.check(seen, slice(max(0, end - window), end))) for end in ends)
    raised = [found.is_alarm for _, found in checks]
    first = next((end for end, found in checks if found.is_alarm), None)
    begun = sum(now and not before for before, now in zip([False, *raised], raised, strict=False))
    return Replayed(checks, checks[-1][1], first, begun)
