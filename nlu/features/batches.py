"""A sequence in portions that are small enough to be worked on at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def portions(
    items: Iterable[Item], size_of: Callable[[Item], int], most_size: int, most: int | None = None
) -> Iterator[list[Item]]:
    """Cut a sequence into portions, in order; an item that is larger than all that is allowed is one alone.

    Args:
        items: the sequence.
        size_of: the size of an item.
        most_size: the largest sum of sizes.
        most: the most items of a portion; None for any number.

    Example:
        >>> list(portions(["a", "bc", "def", "g"], len, 3))
        [['a', 'bc'], ['def'], ['g']]
    """
    portion: list[Item] = []
    size = 0
    for item in items:
        own = size_of(item)
        if portion and (len(portion) == most or size + own > most_size):
            yield portion
            portion, size = [], 0
        portion.append(item)
        size += own
    if portion:
        yield portion
