"""The characters around each gap of a text as numbers: what the spacer looks up, without a string for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]

EDGE = "\x02"
"""Stands before the first and after the last character."""
LEFT, RIGHT = 4, 3
WINDOWS = ((0, 1), (0, 2), (0, 3), (1, 0), (2, 0), (3, 0), (4, 0), (1, 1), (2, 1), (1, 2), (2, 2), (3, 1))
"""How many characters to the left and to the right of a gap each feature sees."""
_LONGEST = 4
_BASE = 32_771
"""More than an alphabet has characters; its fourth power twelve times over is below 2 ** 64, so that no two features
have one key."""
_SALTS: Keys = np.arange(len(WINDOWS), dtype=np.uint64)[:, None] * np.uint64(_BASE**_LONGEST)
"""What tells the windows apart."""


class GapKeys:
    """Gives each feature of a gap a number of its own, those with a character outside of an alphabet none.

    Args:
        characters: the alphabet; of more than 32,769 characters those that come last in code-point order are left out.

    Example:
        >>> keys = GapKeys("피자줘")
        >>> keys.names(keys.of_text("피자줘")[7])
        ['피 자', '자 줘']
        >>> [key in keys.of_names(["자 줘", "자 요"]) for key in keys.of_text("피자줘")[7]]
        [False, True]
    """

    def __init__(self, characters: Iterable[str]) -> None:
        self._alphabet = np.array(sorted({*map(ord, characters), ord(EDGE)})[: _BASE - 2], dtype=np.uint32)
        self._ids = np.zeros(int(self._alphabet[-1]) + 2, dtype=np.uint64)
        self._ids[self._alphabet] = np.arange(1, len(self._alphabet) + 1)

    def of_text(self, squeezed: str) -> Keys:
        """The key of each feature of each gap, `(12, G)`, of a text without spaces."""
        gaps = max(len(squeezed) - 1, 0)
        parts = _stretches(self._ids_of(f"{EDGE * LEFT}{squeezed}{EDGE * RIGHT}"))
        keys = np.empty((len(WINDOWS), gaps), dtype=np.uint64)
        for row, (left, right) in enumerate(WINDOWS):
            first = LEFT + 1 - left
            keys[row] = parts[left + right - 1][first : first + gaps]
        keys += _SALTS
        return keys

    def of_names(self, names: Sequence[str]) -> Keys:
        """The keys of features as the spacer's file writes them, what is left of the gap, a space, what is right.

        A name that no gap can have, or with a character outside of the alphabet, has the key 0, which is no feature's.
        """
        joined = "".join(names)
        codes = self._ids_of(joined)
        ends = np.cumsum(np.fromiter(map(len, names), np.int64, len(names)))
        starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
        spaces = np.flatnonzero(_codes(joined) == ord(" "))
        keys = np.zeros(len(names), dtype=np.uint64)
        if len(spaces) != len(names) or (spaces < starts).any() or (spaces >= ends).any():
            raise ValueError("expected one space in each name")
        lefts, rights = spaces - starts, ends - spaces - 1
        for row, (left, right) in enumerate(WINDOWS):
            chosen = np.flatnonzero((lefts == left) & (rights == right))
            places = starts[chosen]
            sums = np.zeros(len(chosen), dtype=np.uint64)
            is_known = np.ones(len(chosen), dtype=bool)
            for at in (*range(left), *range(left + 1, left + 1 + right)):
                ids = codes[places + at]
                is_known &= ids > 0
                sums = sums * np.uint64(_BASE) + ids
            keys[chosen] = np.where(is_known, sums + _SALTS[row], 0)
        return keys

    def names(self, keys: Iterable[int]) -> list[str]:
        """The features that keys stand for, as the spacer's file writes them."""
        return [self._name(int(key)) for key in keys]

    def _name(self, key: int) -> str:
        row, key = divmod(key, _BASE**_LONGEST)
        chars = ""
        while key:
            key, number = divmod(key, _BASE)
            chars = chr(self._alphabet[number - 1]) + chars
        left, _ = WINDOWS[row]
        return f"{chars[:left]} {chars[left:]}"

    def _ids_of(self, text: str) -> Keys:
        codes = _codes(text)
        ids: Keys = self._ids[np.minimum(codes, len(self._ids) - 1)]
        return ids


def _stretches(ids: Keys) -> tuple[Keys, ...]:
    """The number of one character from each place on, of two, of three and of four."""
    base = np.uint64(_BASE)
    two = ids[:-1] * base + ids[1:]
    three = two[:-1] * base + ids[2:]
    return ids, two, three, three[:-1] * base + ids[3:]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
