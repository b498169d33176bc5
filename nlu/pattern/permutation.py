"""A seeded pseudo-random order of 0 … n-1 that needs no memory, whatever the size of n.

A Feistel network over pairs `(a, b)` with `a * b >= n`, walking on while it lands at n or beyond.

Source:
    Black and Rogaway, Ciphers with Arbitrary Finite Domains (2002), the generalised Feistel cipher with cycle walking.
"""

from __future__ import annotations

from hashlib import blake2b
from math import isqrt

_ROUNDS = 6
_MASK = (1 << 64) - 1


class Permutation:
    """A bijection of 0 … size-1, the same on every machine.

    Args:
        size: how many numbers there are, at least 1.
        seed: which order; any text.

    Example:
        >>> order = Permutation(10, "seed")
        >>> sorted(order(i) for i in range(10)) == list(range(10))
        True
        >>> Permutation(10**30, "seed")(0) == Permutation(10**30, "seed")(0)
        True
    """

    def __init__(self, size: int, seed: str) -> None:
        if size < 1:
            raise ValueError(f"expected a size of at least 1, got {size}")
        self.size = size
        self._left = isqrt(size - 1) + 1
        self._right = -(-size // self._left)
        digest = blake2b(seed.encode("utf-8", "surrogatepass"), digest_size=8 * _ROUNDS).digest()
        self._keys = [int.from_bytes(digest[i : i + 8], "little") for i in range(0, len(digest), 8)]
        self._mix = _mix if self._left <= 1 << 56 else _mix_wide

    def __call__(self, position: int) -> int:
        """Return the number at a position of the order."""
        if not 0 <= position < self.size:
            raise ValueError(f"expected a position from 0 to {self.size - 1}, got {position}")
        left_size, right_size, mix = self._left, self._right, self._mix
        number = position
        while True:
            left, right = divmod(number, right_size)
            keys = iter(self._keys)
            for key in keys:
                left = (left + mix(right, key)) % left_size
                right = (right + mix(left, next(keys))) % right_size
            number = left * right_size + right
            if number < self.size:
                return number


def _mix(number: int, key: int) -> int:
    """Mix a number below 2^64 (splitmix64's finaliser)."""
    number = (number + key) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


def _mix_wide(number: int, key: int) -> int:
    """Mix a number of any size into one at least 64 bits larger, so that its remainders are even."""
    size = (number.bit_length() + 7) // 8 + 1
    state = number.to_bytes(size, "little") + key.to_bytes(8, "little")
    blocks = (
        blake2b(state, digest_size=64, salt=block.to_bytes(4, "little")).digest() for block in range(size // 64 + 2)
    )
    return int.from_bytes(b"".join(blocks), "little")
