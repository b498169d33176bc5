"""What an interval says of a new model: better, no worse, worse, or that nobody can tell."""

from __future__ import annotations

from typing import Literal

from nlu.evaluation.statistics.differences import Difference

Verdict = Literal["better", "no_worse", "worse", "cannot_tell"]


def verdict(difference: Difference, margin: float) -> Verdict:
    """Judge a difference by its interval alone.

    Better, if all of it is above 0; no worse, if all of it is above `-margin`; worse, if all of it is below 0 and
    reaches down to the margin; else the utterances are too few to tell.

    Args:
        difference: new less old.
        margin: the loss that would not matter, 0 or more; 0.005 is half a point.

    Source: Piaggio et al., Reporting of Noninferiority and Equivalence Randomized Trials, JAMA 2012.

    Example:
        >>> several = [(0.01, 0.03), (-0.002, 0.02), (-0.04, -0.01), (-0.02, 0.01)]
        >>> [verdict(Difference(0.9, 0.9, low, high, 1.0, 100, 100), 0.005) for low, high in several]
        ['better', 'no_worse', 'worse', 'cannot_tell']
    """
    if not margin >= 0:
        raise ValueError(f"expected a margin of at least 0, got {margin}")
    if difference.low > 0:
        return "better"
    if difference.low > -margin:
        return "no_worse"
    return "worse" if difference.high < 0 else "cannot_tell"
