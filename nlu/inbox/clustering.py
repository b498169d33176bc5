"""Groups of near vectors by leaders: whoever is near enough to a leader follows it, whoever is near none leads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

BLOCK = 256
"""Rows compared at once: with 20,000 leaders their similarities take 20 MB."""


def follow_leaders(vectors: Vectors, least: float, leaders: Vectors | None = None) -> NDArray[np.intp]:
    """Give each row its leader, in the order of the rows.

    A row follows the leader that is most alike, the earliest of several, if they are alike enough; else it leads from
    now on. A row of zeros resembles nothing, so it leads, alone.

    Args:
        vectors: `(N, D)` float32, each of length 1 or 0.
        least: how alike a row and its leader must be, as the cosine of their angle.
        leaders: `(K, D)` those there already are; their numbers come first.

    Returns:
        `(N,)` the number of each row's leader; new leaders are numbered from K on.

    Example:
        >>> rows = np.array([[1, 0], [0, 1], [0.8, 0.6], [1, 0]], dtype=np.float32)
        >>> follow_leaders(rows, 0.7).tolist()
        [0, 1, 0, 0]
    """
    found = _Leaders(vectors.shape[1], leaders)
    numbers = np.empty(len(vectors), dtype=np.intp)
    for first in range(0, len(vectors), BLOCK):
        block = vectors[first : first + BLOCK]
        numbers[first : first + len(block)] = _followed(block, found, least)
    return numbers


class _Leaders:
    """The vectors of leaders, in memory that doubles when it is full."""

    def __init__(self, width: int, given: Vectors | None) -> None:
        self.count = 0 if given is None else len(given)
        self._rows = np.zeros((max(BLOCK, 2 * self.count), width), dtype=np.float32)
        if given is not None:
            self._rows[: self.count] = given

    @property
    def rows(self) -> Vectors:
        return self._rows[: self.count]

    def add(self, row: Vectors) -> int:
        if self.count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self.count] = row
        self.count += 1
        return self.count - 1


def _followed(block: Vectors, leaders: _Leaders, least: float) -> Sequence[int]:
    """The leaders of a block's rows: those from before it are compared at once, those within it as they come."""
    before = leaders.count
    nearest, alike = _nearest(block, leaders.rows)
    inside = block @ block.T  # (B, B)
    numbers: list[int] = []
    new: list[int] = []  # the rows of the block that lead
    for row in range(len(block)):
        best, number = float(alike[row]), int(nearest[row])
        if new:
            among = inside[row, new]
            at = int(among.argmax())
            if among[at] > best:
                best, number = float(among[at]), before + at
        if best < least:
            number = leaders.add(block[row])
            new.append(row)
        numbers.append(number)
    return numbers


def _nearest(block: Vectors, leaders: Vectors) -> tuple[NDArray[np.intp], Vectors]:
    """The most alike of some leaders for each row, and how alike it is; −2 where there is none."""
    if not len(leaders):
        return np.zeros(len(block), dtype=np.intp), np.full(len(block), -2, dtype=np.float32)
    alike = block @ leaders.T  # (B, K)
    nearest = alike.argmax(1)
    return nearest, alike[np.arange(len(block)), nearest]
