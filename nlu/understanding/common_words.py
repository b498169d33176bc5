"""Which words people type: a Bloom filter (1970) of those of many reviews, in 256 KB without one of the words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

START, PRIME = 0x811C9DC5, 0x01000193
"""Of the hash (FNV-1a, over code points)."""
PROBES = 5
_BITS = 1 << 21
_SHIPPED = "common_words.bin"


@dataclass(frozen=True, eq=False)
class CommonWords:
    """Tells whether a word is among many; of those that are not it takes one in a hundred for one.

    Attributes:
        filter: `(N,)` uint8, its number of bits a power of two.
    """

    filter: NDArray[np.uint8]

    @classmethod
    def of(cls, words: Iterable[str], bits: int = _BITS) -> CommonWords:
        """Take words in."""
        return cls(np.zeros(bits // 8, np.uint8)).along_with(words)

    def along_with(self, words: Iterable[str]) -> CommonWords:
        """The same with more words."""
        found, bits = self.filter.copy(), len(self.filter) * 8
        for word in words:
            for at in _places(word, bits):
                found[at >> 3] |= 1 << (at & 7)
        return CommonWords(found)

    @classmethod
    @cache
    def shipped(cls) -> CommonWords:
        """Those that the product brings along; `scripts/statistics/common_words.py` made them."""
        return cls.from_bytes((files("nlu.understanding") / _SHIPPED).read_bytes())

    @classmethod
    def from_bytes(cls, packed: bytes) -> CommonWords:
        """Read what `to_bytes` wrote."""
        return cls(np.frombuffer(packed, np.uint8))

    def to_bytes(self) -> bytes:
        """Write them; equal filters give equal bytes."""
        return self.filter.tobytes()

    def __contains__(self, word: str) -> bool:
        bits = len(self.filter) * 8
        return all(self.filter[at >> 3] >> (at & 7) & 1 for at in _places(word, bits))


def _places(word: str, bits: int) -> list[int]:
    hashed = START
    for char in word:
        hashed = (hashed ^ ord(char)) * PRIME & 0xFFFFFFFF
    step = (hashed >> 16 ^ hashed * PRIME) & 0xFFFFFFFF | 1
    return [(hashed + probe * step) & (bits - 1) for probe in range(PROBES)]
