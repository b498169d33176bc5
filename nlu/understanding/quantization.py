"""Numbers as bytes: a quarter of the memory to read, and the same sums on every machine.

What the networks look up (tables) and multiply with (weights) is rounded once, at the export; nothing is measured or
rounded while serving, so an utterance gets the same answer alone and beside others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ZERO = 128
"""The byte that stands for 0 in a table."""
_LARGEST_IN_TABLE = 127
_LARGEST_WEIGHT = 63
"""Two products of a table's byte and a weight fit into 16 bits, which is how processors without VNNI add them."""


@dataclass(frozen=True)
class Quantized:
    """Numbers as bytes: `number = (code - zero) × scale of its column`.

    Attributes:
        codes: `(N, D)`; uint8 around `ZERO` for a table, int8 around 0 for weights.
        scale: `(D,)` float32.
    """

    codes: NDArray[Any]
    scale: NDArray[np.float32]


def quantize_table(table: NDArray[np.float32]) -> Quantized:
    """Round a table `(N, D)` column by column."""
    rounded, scale = _rounded(table, _LARGEST_IN_TABLE)
    return Quantized((rounded + ZERO).astype(np.uint8), scale)


def quantize_weights(weights: NDArray[np.float32]) -> Quantized:
    """Round weights `(N, D)`, those of an output together."""
    rounded, scale = _rounded(weights, _LARGEST_WEIGHT)
    return Quantized(rounded.astype(np.int8), scale)


def restored(codes: NDArray[Any], scale: NDArray[np.float32] | float = 1.0) -> NDArray[np.float32]:
    """The numbers that codes stand for; floats stand for themselves, times `scale`."""
    zero = ZERO if codes.dtype == np.uint8 else 0
    numbers: NDArray[np.float32] = (codes.astype(np.float32) - zero) * np.asarray(scale, dtype=np.float32)
    return numbers


def _rounded(numbers: NDArray[np.float32], largest: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    scale = np.abs(numbers).max(0, initial=0.0).astype(np.float32) / largest
    scale[scale == 0] = 1.0
    return np.rint(numbers / scale), scale
