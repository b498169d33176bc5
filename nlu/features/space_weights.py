"""How likely a space is between two characters: a logistic regression on hashed windows of the characters around.

Hashing (Weinberger and others 2009) keeps the weights in one array of bytes: no names, nothing to look up, and the
same few lines in the browser's port.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

EDGE = "\x02"
LEFT, RIGHT = 4, 3
WINDOWS = ((0, 1), (0, 2), (0, 3), (1, 0), (2, 0), (3, 0), (4, 0), (1, 1), (2, 1), (1, 2), (2, 2), (3, 1))
"""How many characters to the left and to the right of a gap each feature sees."""
STEP = 0.05
"""Nats; a weight is a whole number of such steps, at most 127."""
START, OF_CHARACTER, OF_LEFT, OF_RIGHT, OF_WINDOW, MIXING = (
    *(0x811C9DC5, 0x01000193, 0x9E3779B1),
    *(0x85EBCA6B, 0xC2B2AE35, 0x2C1B3C6D),
)
"""What the hash starts from and multiplies by, modulo 2^32."""

Codes = NDArray[np.uint32]

_PRIOR = "space_prior.safetensors.gz"
_BITS = 21
_BATCH = 512
_LEFTS, _RIGHTS = (np.array(side) for side in zip(*WINDOWS, strict=True))
_OF_CHARACTER, _OF_LEFT, _OF_RIGHT, _MIXING = map(np.uint32, (OF_CHARACTER, OF_LEFT, OF_RIGHT, MIXING))
_FIRST_SHIFT, _SECOND_SHIFT = np.uint32(15), np.uint32(13)
_SALTS = (np.arange(1, len(WINDOWS) + 1, dtype=np.uint64) * OF_WINDOW).astype(np.uint32)[:, None]


@dataclass(frozen=True, eq=False)
class SpaceWeights:
    """Weights of hashed features.

    Attributes:
        table: `(2^n,)` int8; steps of `STEP` nats.
        bias: the log-odds of a space where no feature is known.
    """

    table: NDArray[np.int8]
    bias: float = 0.0

    @classmethod
    def none(cls) -> SpaceWeights:
        """Those that know nothing."""
        return cls(np.zeros(1 << _BITS, np.int8))

    @classmethod
    def named(cls, weights: Mapping[str, float], bias: float, bits: int = _BITS) -> SpaceWeights:
        """Hash weights in nats that have names: the characters before, a space, those after."""
        parts = [name.partition(" ") for name in weights]
        around = "".join(before.rjust(LEFT, EDGE) + after.ljust(RIGHT, EDGE) for before, _, after in parts)
        windows = [WINDOWS.index((len(before), len(after))) for before, _, after in parts]
        table, codes, width = np.zeros(1 << bits, np.int8), _codes(around), LEFT + RIGHT
        if not parts:
            return cls(table, bias)
        rows = _rows(codes, codes[LEFT:], len(parts), width, bits)[windows, np.arange(len(parts))]
        np.add.at(table, rows, _steps(np.array(list(weights.values()))))
        return cls(table, bias)

    @classmethod
    @cache
    def shipped(cls) -> SpaceWeights:
        """Those of film reviews, which come with the product; `scripts/statistics/space_prior.py` made them."""
        return cls.from_bytes(gzip.decompress((files("nlu.features") / _PRIOR).read_bytes()))

    @classmethod
    def from_bytes(cls, packed: bytes) -> SpaceWeights:
        """Read what `to_bytes` wrote."""
        tensors = load(packed)
        return cls(tensors["weights"], float(tensors["bias"][0]))

    def to_bytes(self) -> bytes:
        """Write them; equal weights give equal bytes."""
        return save({"weights": self.table, "bias": np.array([self.bias])})

    def log_odds(self, squeezed: str) -> list[float]:
        """The log-odds of a space after each character but the last of a text without spaces."""
        if len(squeezed) < 2:
            return []
        sums: NDArray[np.int64] = self.table[_rows_of(squeezed, self._bits)].sum(0, dtype=np.int64)
        return (self.bias + STEP * sums).tolist()  # type: ignore[no-any-return]

    def learn(
        self,
        texts: Sequence[str],
        *,
        epochs: int,
        learning_rate: float,
        min_count: int = 1,
        seed: int = 0,
        batch: int = _BATCH,
    ) -> SpaceWeights:
        """Start from these weights and learn how texts are spaced, by Adagrad (Duchi, Hazan and Singer 2011).

        Args:
            texts: normalised.
            epochs: passes over them.
            learning_rate: the first step of a weight, in nats.
            min_count: what occurs less often keeps its weight.
            seed: of the order.
            batch: gaps that are learned from together.
        """
        rows, spaces = self._gaps(texts)
        if not len(rows):
            return self
        often = np.bincount(rows.ravel(), minlength=len(self.table)) >= min_count
        weights, squares = np.append(self.table * STEP, self.bias), np.full(len(self.table) + 1, 1e-6)
        rate = np.append(often, True) * learning_rate
        rows = np.hstack([rows, np.full((len(rows), 1), len(self.table), rows.dtype)])  # the bias is the last weight
        order = np.random.default_rng(seed)
        for _ in range(epochs):
            shuffled = order.permutation(len(rows))
            for start in range(0, len(rows), batch):
                chosen = shuffled[start : start + batch]
                wrong = 1 / (1 + np.exp(-weights[rows[chosen]].sum(1))) - spaces[chosen]
                touched, where = np.unique(rows[chosen], return_inverse=True)
                slope = np.bincount(where.ravel(), weights=np.repeat(wrong, rows.shape[1])) / len(chosen)
                squares[touched] += slope**2
                weights[touched] -= rate[touched] * slope / np.sqrt(squares[touched])
        return SpaceWeights(_steps(weights[:-1]), round(float(weights[-1]), 2))

    def without(self, least: float) -> SpaceWeights:
        """Leave out the weights that are nearer to 0 than so many nats."""
        return SpaceWeights(np.where(np.abs(self.table) * STEP < least, 0, self.table).astype(np.int8), self.bias)

    @cached_property
    def knows(self) -> bool:
        """Whether any weight differs from 0."""
        return bool(self.table.any())

    @property
    def _bits(self) -> int:
        return len(self.table).bit_length() - 1

    def _gaps(self, texts: Iterable[str]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """The features of all gaps between characters, `(G, F)`, and where spaces stand, `(G,)`."""
        rows: list[NDArray[np.uint32]] = []
        spaces: list[NDArray[np.bool_]] = []
        for words in map(str.split, texts):
            squeezed = "".join(words)
            if len(squeezed) < 2:
                continue
            rows.append(_rows_of(squeezed, self._bits).T)
            spaced = np.zeros(len(squeezed), bool)
            spaced[np.cumsum([len(word) for word in words]) - 1] = True
            spaces.append(spaced[:-1])
        if not rows:
            return np.zeros((0, len(WINDOWS)), np.uint32), np.zeros(0, bool)
        return np.concatenate(rows), np.concatenate(spaces)


def _rows(before: Codes, after: Codes, gaps: int, step: int, bits: int) -> NDArray[np.uint32]:
    """The hashed features `(F, G)` of gaps.

    Args:
        before: the LEFT characters before the first gap, and those between the others, which lie `step` apart.
        after: the same, of the RIGHT characters after it.
        gaps: how many.
        step: from one gap to the next.
        bits: of a hash.
    """
    left, right = np.empty((LEFT + 1, gaps), np.uint32), np.empty((RIGHT + 1, gaps), np.uint32)
    left[0] = right[0] = START
    last = step * (gaps - 1) + 1
    for size in range(1, LEFT + 1):
        start = LEFT - size
        np.multiply(left[size - 1] ^ before[start : start + last : step], _OF_CHARACTER, out=left[size])
    for size in range(1, RIGHT + 1):
        np.multiply(right[size - 1] ^ after[size - 1 : size - 1 + last : step], _OF_CHARACTER, out=right[size])
    left *= _OF_LEFT
    right *= _OF_RIGHT
    hashed: NDArray[np.uint32] = left[_LEFTS]
    hashed += right[_RIGHTS]
    hashed += _SALTS
    hashed ^= hashed >> _FIRST_SHIFT
    hashed *= _MIXING
    hashed ^= hashed >> _SECOND_SHIFT
    hashed &= np.uint32((1 << bits) - 1)
    return hashed


def _rows_of(squeezed: str, bits: int) -> NDArray[np.uint32]:
    """The hashed features of each gap of a text without spaces."""
    codes = _codes(EDGE * (LEFT - 1) + squeezed + EDGE * (RIGHT - 1))
    return _rows(codes, codes[LEFT:], len(squeezed) - 1, 1, bits)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _steps(weights: NDArray[np.float64]) -> NDArray[np.int8]:
    return np.clip(np.rint(weights / STEP), -127, 127).astype(np.int8)
