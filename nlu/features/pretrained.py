"""Vectors of common Korean words that have read much Korean, which the product brings along."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

NOTICE = "pretrained.NOTICE"
"""The file of the package, and of each bundle that holds such vectors, that says whose they are."""
_TABLE = "pretrained.safetensors.gz"
_LEVELS = 15
"""A number is one of 2 × 15 + 1 steps, which pack to half a byte and turn a vector by five degrees."""
_CLIP = 3.5
"""The largest step, against the mean size of a number (root mean square)."""


@dataclass(frozen=True)
class PretrainedVectors:
    """Words, the commonest first, and their vectors of length 1.

    Attributes:
        words: each once.
        matrix: `(N, D)` float32.
    """

    words: tuple[str, ...]
    matrix: NDArray[np.float32]

    @classmethod
    def shipped(cls) -> PretrainedVectors:
        """Read those that the product brings along; `scripts/statistics/pretrained_words.py` made them."""
        return cls.from_bytes((files("nlu.features") / _TABLE).read_bytes())

    @classmethod
    def from_bytes(cls, packed: bytes) -> PretrainedVectors:
        """Read what `to_bytes` wrote."""
        tensors = load(gzip.decompress(packed))
        matrix = tensors["codes"] * tensors["scale"]
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-6)
        return cls(tuple(tensors["words"].tobytes().decode().split("\n")), matrix)

    def only(self, wanted: Callable[[str], bool]) -> PretrainedVectors:
        """Those of the words that are wanted."""
        rows = [row for row, word in enumerate(self.words) if wanted(word)]
        return PretrainedVectors(tuple(self.words[row] for row in rows), self.matrix[rows])

    def to_bytes(self) -> bytes:
        """Write them in half a byte a number; the same vectors give the same bytes."""
        scale = _CLIP / _LEVELS * np.maximum(np.sqrt((self.matrix**2).mean(0)), 1e-6)
        codes = np.clip(np.rint(self.matrix / scale), -_LEVELS, _LEVELS).astype(np.int8)
        words = np.frombuffer("\n".join(self.words).encode(), dtype=np.uint8)
        return gzip.compress(save({"codes": codes, "scale": scale.astype(np.float32), "words": words}), mtime=0)


def notice() -> bytes:
    """Whose vectors they are: it goes wherever they go."""
    return (files("nlu.features") / NOTICE).read_bytes()
