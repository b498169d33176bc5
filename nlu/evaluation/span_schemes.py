"""Entities scored leniently and strictly: what counts as found where place or type are right only in part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.evaluation.metrics import Spans
from nlu.types import Span

Scheme = Literal["strict", "exact", "partial", "type"]
Fate = Literal["correct", "incorrect", "partial", "missed", "spurious"]

SCHEMES: tuple[Scheme, ...] = ("strict", "exact", "partial", "type")
"""Place and type right; place right; place right or half a point where it overlaps; type right where it overlaps."""

_OVERLAPPING: dict[Scheme, Callable[[bool, bool], Fate]] = {
    "strict": lambda same_place, same_type: "correct" if same_place and same_type else "incorrect",
    "exact": lambda same_place, same_type: "correct" if same_place else "incorrect",
    "partial": lambda same_place, same_type: "correct" if same_place else "partial",
    "type": lambda same_place, same_type: "correct" if same_type else "incorrect",
}


@dataclass(frozen=True, slots=True)
class SchemeScore:
    """What became of the entities under one scheme.

    Attributes:
        correct: found as the scheme wants it.
        incorrect: found, and wrong.
        partial: found at a place that overlaps; half a point.
        missed: in the gold labels, and nothing was found there.
        spurious: found where there is none.
    """

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, the part that is right."""
        return _part(self._points, self.correct + self.incorrect + self.partial + self.spurious)

    @property
    def recall(self) -> float:
        """Of what is in the gold labels, the part that was found."""
        return _part(self._points, self.correct + self.incorrect + self.partial + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return _part(2 * self.precision * self.recall, both)

    @property
    def _points(self) -> float:
        return self.correct + 0.5 * self.partial


def by_scheme(gold: Spans, predicted: Spans) -> dict[Scheme, SchemeScore]:
    """Score all entities under each scheme.

    Source: Segura-Bedmar et al., SemEval-2013 Task 9 (the schemes); the `nervaluate` package (their counts).

    Example:
        >>> found = by_scheme([[Span(0, 4, "loc")]], [[Span(0, 2, "loc")]])
        >>> found["strict"].f1, found["partial"].f1, found["type"].f1
        (0.0, 0.5, 1.0)
    """
    scores = {scheme: SchemeScore() for scheme in SCHEMES}
    for types in by_type_and_scheme(gold, predicted).values():
        scores = {scheme: _added(score, types[scheme]) for scheme, score in scores.items()}
    return scores


def by_type_and_scheme(gold: Spans, predicted: Spans) -> dict[str, dict[Scheme, SchemeScore]]:
    """Score each entity type under each scheme, types in order; what was found for another type counts for that one.

    Raises:
        ValueError: there are not as many of both.
    """
    if len(gold) != len(predicted):
        raise ValueError(f"expected {len(gold)} predictions, got {len(predicted)}")
    counts: dict[str, dict[Scheme, Counter[str]]] = {}
    for wanted, got in zip(gold, predicted, strict=True):
        for name, fates in _fates(wanted, got):
            of_type = counts.setdefault(name, {scheme: Counter() for scheme in SCHEMES})
            for scheme, fate in fates.items():
                of_type[scheme][fate] += 1
    return {name: {scheme: SchemeScore(**counts[name][scheme]) for scheme in SCHEMES} for name in sorted(counts)}


def aligned(gold: Sequence[Span], predicted: Sequence[Span]) -> list[tuple[Span | None, Span | None]]:
    """Pair the gold entities of an utterance with those found that overlap them, each with at most one.

    As many pairs as there can be, and of those ways the one with most pairs of one type.

    Args:
        gold: sorted, not overlapping one another.
        predicted: the same.

    Returns:
        The pairs, then what is alone on either side.

    Example:
        >>> aligned([Span(0, 2, "loc")], [Span(0, 2, "loc"), Span(3, 5, "date")])[1]
        (None, Span(start=3, end=5, entity='date', role=None, value=None))
    """
    best: list[list[tuple[int, int]]] = [[(0, 0)] * (len(predicted) + 1) for _ in range(len(gold) + 1)]
    for row, one in enumerate(gold, 1):
        for column, other in enumerate(predicted, 1):
            pairs, same = best[row - 1][column - 1]
            taken = (pairs + 1, same + (one.entity == other.entity)) if _overlap(one, other) else (0, 0)
            best[row][column] = max(taken, best[row - 1][column], best[row][column - 1])
    pairs_found: list[tuple[Span | None, Span | None]] = []
    row, column = len(gold), len(predicted)
    while row and column:
        if best[row][column] == best[row - 1][column]:
            row -= 1
        elif best[row][column] == best[row][column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs_found.append((gold[row], predicted[column]))
    alone_left = {one for one, _ in pairs_found}, {other for _, other in pairs_found}
    pairs_found.reverse()
    pairs_found += [(one, None) for one in gold if one not in alone_left[0]]
    return pairs_found + [(None, other) for other in predicted if other not in alone_left[1]]


def _fates(gold: Iterable[Span], predicted: Iterable[Span]) -> Iterable[tuple[str, dict[Scheme, Fate]]]:
    """What became of each entity under each scheme, with the type that it counts for."""
    for one, other in aligned(sorted(gold), sorted(predicted)):
        if one and other:
            places = (one.start, one.end) == (other.start, other.end), one.entity == other.entity
            yield one.entity, {scheme: fate(*places) for scheme, fate in _OVERLAPPING.items()}
        elif one:
            yield one.entity, dict.fromkeys(SCHEMES, "missed")
        elif other:
            yield other.entity, dict.fromkeys(SCHEMES, "spurious")


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _added(one: SchemeScore, other: SchemeScore) -> SchemeScore:
    names = ("correct", "incorrect", "partial", "missed", "spurious")
    return SchemeScore(*(getattr(one, name) + getattr(other, name) for name in names))


def _part(value: float, whole: float) -> float:
    return value / whole if whole else 0.0
