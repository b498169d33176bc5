"""Page–Hinkley: whether the mean of figures that come one by one, such as a rate a day, has moved for good."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


@dataclass
class PageHinkley:
    """Sums up how far figures lie from their mean so far, less what is allowed, and tells when the sum has grown long.

    Attributes:
        allowed: how far a figure may lie from the mean and not count.
        threshold: how long a sum is a change.
        least: figures before which nothing is said.

    Source: Page (1954), Continuous Inspection Schemes; Hinkley (1971), Inference about the change-point from
        cumulative sum tests.
    """

    allowed: float = 0.5
    threshold: float = 8.0
    least: int = 7

    def __post_init__(self) -> None:
        self._count, self._mean = 0, 0.0
        self._up = self._down = self._least = self._most = 0.0

    def update(self, figure: float) -> bool:
        """Take a figure in, and tell whether the mean has moved; after a change it begins anew."""
        self._count += 1
        self._mean += (figure - self._mean) / self._count
        self._up += figure - self._mean - self.allowed
        self._down += figure - self._mean + self.allowed
        self._least, self._most = min(self._least, self._up), max(self._most, self._down)
        if self._count < self.least or max(self._up - self._least, self._most - self._down) <= self.threshold:
            return False
        self.__post_init__()
        return True


class Rate(NamedTuple):
    """A share of one day: so many of so many."""

    hits: float
    total: int


def changes(rates: Iterable[Rate]) -> list[int]:
    """Find the days at which a daily rate has moved, by number.

    A day counts by how far its rate lies from the usual one in standard errors, so that a day with few utterances says
    little; where days differ by themselves more than chance makes them, as working days and Sundays do, by more.
    """
    detector = PageHinkley()
    return [at for at, figure in enumerate(_standardised(list(rates))) if detector.update(figure)]


_FIRST_DAYS = 7
"""Days that say what is usual."""


def _standardised(rates: Sequence[Rate]) -> list[float]:
    first = [one for one in rates[:_FIRST_DAYS] if one.total]
    hits, count = sum(one.hits for one in first), sum(one.total for one in first)
    if not count:
        return []
    usual = (hits + 0.5) / (count + 1)
    figures = [
        (one.hits / one.total - usual) / math.sqrt(usual * (1 - usual) / one.total) if one.total else 0.0
        for one in rates
    ]
    first_figures = figures[: len(rates[:_FIRST_DAYS])]
    spread = math.sqrt(sum(one * one for one in first_figures) / max(len(first_figures), 1))
    return [figure / max(spread, 1.0) for figure in figures]
