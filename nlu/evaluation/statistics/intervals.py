"""Intervals: of a share, and Student's t, by hand, so that serving needs no library for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

_LARGE = 2_000
"""Degrees of freedom from which Student's t is the normal distribution to three digits."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a value is likely to be."""

    low: float
    high: float


def wilson(hits: float, count: float, level: float = 0.95) -> Interval:
    """Give the score interval of a share; where nothing was counted, it may be anything.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 1927.

    Example:
        >>> found = wilson(9, 10)
        >>> round(found.low, 3), round(found.high, 3)
        (0.596, 0.982)
    """
    if not 0 <= hits <= count:
        raise ValueError(f"expected 0 <= hits <= count, got hits={hits}, count={count}")
    if count == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + checked_level(level) / 2)
    share, spread = hits / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return Interval(0.0 if hits == 0 else middle - half, 1.0 if hits == count else middle + half)


def student_quantile(chance: float, freedom: int) -> float:
    """Give the value that Student's t is below with this chance.

    Args:
        chance: above 0 and below 1.
        freedom: degrees of freedom, at least 1.

    Example:
        >>> round(student_quantile(0.975, 9), 4)
        2.2622
    """
    if not 0 < chance < 1 or freedom < 1:
        raise ValueError(f"expected a chance in (0, 1) and freedom of at least 1, got {chance} and {freedom}")
    if freedom >= _LARGE:
        return NormalDist().inv_cdf(chance)
    wanted, low, high = abs(2 * chance - 1), 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < wanted else (low, middle)
    return math.copysign(math.tan(low) * math.sqrt(freedom), chance - 0.5) if wanted else 0.0


def student_chance(value: float, freedom: int) -> float:
    """Give the chance that Student's t is below a value.

    Example:
        >>> round(student_chance(2.2622, 9), 4), student_chance(0.0, 3)
        (0.975, 0.5)
    """
    if freedom >= _LARGE:
        return NormalDist().cdf(value)
    within = _within(math.atan(abs(value) / math.sqrt(freedom)), freedom)
    return 0.5 + math.copysign(within, value) / 2


def checked_level(level: float) -> float:
    """The level of an interval, which is above 0 and below 1."""
    if not 0 < level < 1:
        raise ValueError(f"expected a level in (0, 1), got {level}")
    return level


def _within(angle: float, freedom: int) -> float:
    """The chance that |t| is below `tan(angle) * sqrt(freedom)`, by a finite sum.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = freedom % 2
    term, total = (cosine if is_odd else 1.0), 0.0
    for step in range(is_odd, freedom - 1, 2):
        total += term
        term *= cosine * cosine * (step + 1) / (step + 2)
    return 2 / math.pi * (angle + sine * total) if is_odd else sine * total
