"""Two sequences side by side: the best global alignment, by dynamic programming."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")


class Pair(NamedTuple):
    """Positions that stand side by side; None where the other sequence has nothing there."""

    one: int | None
    other: int | None


def align(
    one: Sequence[Item],
    other: Sequence[Item],
    score: Callable[[Item, Item], float | None],
    gap: Callable[[Item], float],
) -> tuple[float, list[Pair]]:
    """Align two sequences so that the sum of scores is greatest; of equal ones, pairs come before gaps.

    Args:
        one: a sequence.
        other: another.
        score: what two items side by side are worth; None where they must not be.
        gap: what an item with nothing beside it is worth.

    Returns:
        The sum, and each position of both sequences once, in order.

    Source: Needleman and Wunsch, A general method applicable to the search for similarities in the amino acid sequence
    of two proteins (1970).

    Example:
        >>> same = lambda a, b: 2.0 if a == b else None
        >>> align("날씨좀", "날씨", same, lambda item: -1.0)
        (3.0, [Pair(one=0, other=0), Pair(one=1, other=1), Pair(one=2, other=None)])
    """
    best = _sums(one, other, score, gap)
    pairs: list[Pair] = []
    row, column = len(one), len(other)
    while row or column:
        here = best[row][column]
        if row and column and _is_pair(best[row - 1][column - 1], score(one[row - 1], other[column - 1]), here):
            row, column = row - 1, column - 1
            pairs.append(Pair(row, column))
        elif row and here == best[row - 1][column] + gap(one[row - 1]):
            row -= 1
            pairs.append(Pair(row, None))
        else:
            column -= 1
            pairs.append(Pair(None, column))
    return best[-1][-1], pairs[::-1]


def _sums(
    one: Sequence[Item],
    other: Sequence[Item],
    score: Callable[[Item, Item], float | None],
    gap: Callable[[Item], float],
) -> list[list[float]]:
    """The greatest sum for each pair of beginnings."""
    first = [0.0]
    for item in other:
        first.append(first[-1] + gap(item))
    best = [first]
    gaps = [gap(item) for item in other]
    for item in one:
        above, loss = best[-1], gap(item)
        row = [above[0] + loss]
        for column, item_beside in enumerate(other):
            value = max(above[column + 1] + loss, row[column] + gaps[column])
            worth = score(item, item_beside)
            row.append(value if worth is None else max(value, above[column] + worth))
        best.append(row)
    return best


def _is_pair(before: float, worth: float | None, here: float) -> bool:
    return worth is not None and before + worth == here
