"""What exported networks and those who run them agree on: the names of tensors, and numbers rounded to bytes.

What the networks look up (tables) and multiply with (weights) is rounded once, at the export, to a quarter of the
memory. Nothing is measured or rounded while serving, so an utterance gets the same answer alone and beside others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IDS, FLAGS, NGRAM, LENGTHS = "ids", "flags", "ngram", "lengths"
"""The inputs: the fields of `nlu.features.batches.PaddedFeatures`."""
EMISSIONS = "emissions"
"""What the entity network gives, `(B, L, T)`."""
LOGITS = "logits"
POOLED = "pooled"
UNITS = "units"
INTENT_OUTPUTS = (LOGITS, POOLED, UNITS)
"""What the intent network gives: logits `(B, K)`; what the output layer read, `(B, P)`; what the kernels looked at,
`(B, L, D)`. The last two only explain."""

KERNELS = "kernel.weight."
"""How the names of the kernels begin, its number follows: `(n D, F)`, for a window of n units."""
KERNEL_BIAS = "kernel.bias"
"""`(F,)` what is added to the responses of all kernels."""
KERNEL_SCALE = "kernel.scale"
"""`(F,)` what 1 stands for in the weights of a filter, where they are bytes, of all kernels one after the other."""
NGRAM_TABLE = "ngram.weight"
"""`(vocabulary, G)` the vector of every n-gram."""
NGRAM_SCALE = "ngram.scale"
"""`(G,)` what 1 stands for in a column of them, where they are bytes."""
OUTPUT = "output.weight"
"""`(P, K)` what the pooled responses and the bag of n-grams are multiplied with."""

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
