"""Different values for several slots of one entity: counted exactly, and the i-th assignment computed directly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from math import factorial


class Draws:
    """All ways to fill `slots` places from groups of surfaces, never two from one group.

    With `sizes` the number of surfaces of each value there are `slots! * e(sizes)` ways, where e is the elementary
    symmetric polynomial of that degree.

    Args:
        sizes: how many surfaces each canonical value has.
        slots: how many places there are.

    Example:
        >>> draws = Draws([1, 2], 2)                        # value A: surface 0; value B: surfaces 1, 2
        >>> [draws.pick(i) for i in range(draws.count)]
        [(0, 1), (1, 0), (0, 2), (2, 0)]
        >>> draws.index_of((2, 0))
        3
    """

    def __init__(self, sizes: Sequence[int], slots: int) -> None:
        self.slots = slots
        self._sizes = tuple(sizes)
        self._starts = [0, *accumulate(sizes)]
        self._orders = factorial(slots)

    @cached_property
    def _ways(self) -> list[list[int]]:
        """Row t, column j: ways to choose t surfaces from the groups from j on, in the groups' order."""
        groups = len(self._sizes)
        rows = [[1] * (groups + 1)]
        for _ in range(self.slots):
            before, row = rows[-1], [0] * (groups + 1)
            for j in range(groups - 1, -1, -1):
                row[j] = row[j + 1] + self._sizes[j] * before[j + 1]
            rows.append(row)
        return rows

    @cached_property
    def _passed(self) -> list[list[int]]:
        return [[row[0] - ways for ways in row] for row in self._ways]

    @cached_property
    def count(self) -> int:
        """How many assignments there are."""
        return self._orders * self._ways[self.slots][0]

    def pick(self, index: int) -> tuple[int, ...]:
        """Return the `index`-th assignment: for each place, the position of its surface among all surfaces."""
        index, order = divmod(index, self._orders)
        chosen: list[int] = []
        group = 0
        for left in range(self.slots, 0, -1):
            passed = self._passed[left]
            target = index + passed[group]
            group = bisect_right(passed, target) - 1
            surface, index = divmod(target - passed[group], self._ways[left - 1][group + 1])
            chosen.append(self._starts[group] + surface)
            group += 1
        return _reorder(chosen, order)

    def index_of(self, surfaces: Sequence[int]) -> int:
        """Return the index at which `pick` gives these surfaces."""
        ordered = sorted(surfaces)
        index, group = 0, 0
        digits: list[tuple[int, int]] = []
        for left, surface in zip(range(self.slots, 0, -1), ordered, strict=True):
            found = self.group(surface)
            rest = self._ways[left - 1][found + 1]
            skipped = self._passed[left][found] - self._passed[left][group]
            digits.append((skipped + (surface - self._starts[found]) * rest, rest))
            group = found + 1
        for offset, _ in digits:
            index += offset
        order = 0
        remaining = list(ordered)
        for surface in surfaces:
            order = order * len(remaining) + remaining.index(surface)
            remaining.remove(surface)
        return index * self._orders + order

    def group(self, surface: int) -> int:
        """Return which value a surface belongs to, by position."""
        return bisect_right(self._starts, surface) - 1


def _reorder(items: list[int], order: int) -> tuple[int, ...]:
    digits: list[int] = []
    for base in range(1, len(items) + 1):
        order, digit = divmod(order, base)
        digits.append(digit)
    remaining = list(items)
    return tuple(remaining.pop(digit) for digit in reversed(digits))
