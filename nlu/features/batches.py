"""Utterances in batches: of a limited size, of similar length, and as padded arrays."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlu.features.encoder import Features, Ids
from nlu.features.unit_features import ROWS

Item = TypeVar("Item")

_POOL = 32
"""Batches whose utterances are sorted by length together; between pools, chance alone decides."""
_WORTH_A_RUN = 24
"""So many units of padding take as long as another run of the networks."""


@dataclass(frozen=True, slots=True)
class PaddedFeatures:
    """What the networks read of B utterances, padded with zeros to the longest; the fields are named as their inputs.

    Attributes:
        ids: `(10, B, L)` see `Features`.
        flags: `(B, L, 2 E + 1)` see `Features`; the last is 0.0 for padding.
        ngram: `(B, N)` ids of the known n-grams.
        lengths: `(B,)` how many units each has.
    """

    ids: Ids
    flags: NDArray[np.float32]
    ngram: Ids
    lengths: NDArray[np.int32]


def pad(several: Sequence[Features]) -> PaddedFeatures:
    """Lay the arrays of utterances together, at least 1 long, since no network can read a batch of nothing."""
    lengths = np.array([len(one.units) for one in several], dtype=np.int32)
    if len(several) == 1 and lengths[0] and len(several[0].ngram):
        (one,) = several
        return PaddedFeatures(one.ids[:, None], one.flags[None], one.ngram[None], lengths)
    longest = max(1, *lengths.tolist())
    ids = np.zeros((len(ROWS), len(several), longest), dtype=np.int64)
    flags = np.zeros((len(several), longest, several[0].flags.shape[1]), dtype=np.float32)
    ngram = np.zeros((len(several), max(1, *(len(one.ngram) for one in several))), dtype=np.int64)
    for row, one in enumerate(several):
        ids[:, row, : len(one.units)] = one.ids
        flags[row, : len(one.units)] = one.flags
        ngram[row, : len(one.ngram)] = one.ngram
    return PaddedFeatures(ids, flags, ngram, lengths)


def batches_by_size(
    items: Iterable[Item], size_of: Callable[[Item], int], largest: int, most: int | None = None
) -> Iterator[list[Item]]:
    """Cut a sequence into batches, in order; an item that is larger than all that is allowed is one alone.

    Args:
        items: the sequence.
        size_of: the size of an item.
        largest: the largest sum of sizes.
        most: the most items of a batch; None for any number.

    Example:
        >>> list(batches_by_size(["a", "bc", "def", "g"], len, 3))
        [['a', 'bc'], ['def'], ['g']]
    """
    batch: list[Item] = []
    size = 0
    for item in items:
        own = size_of(item)
        if batch and (len(batch) == most or size + own > largest):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += own
    if batch:
        yield batch


def batches_by_length(lengths: Sequence[int], batch_size: int, rng: random.Random | None = None) -> Iterator[list[int]]:
    """Yield the positions of each batch, similar lengths together; every position exactly once.

    Args:
        lengths: length of each utterance.
        batch_size: utterances a batch, the last of a length group may be shorter.
        rng: shuffles the utterances and the batches; None keeps one fixed order.
    """
    order = list(range(len(lengths)))
    if rng is not None:
        rng.shuffle(order)
        pool = batch_size * _POOL
        order = [
            position
            for start in range(0, len(order), pool)
            for position in sorted(order[start : start + pool], key=lengths.__getitem__)
        ]
    else:
        order.sort(key=lengths.__getitem__)
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if rng is not None:
        rng.shuffle(batches)
    yield from batches


def batches_with_little_padding(lengths: Sequence[int], most: int = 32) -> Iterator[list[int]]:
    """Yield the positions of utterances that are best scored together: about as long, so that few need much padding.

    Args:
        lengths: length of each utterance.
        most: how many to take together at most; more would gain nothing, and cost memory.
    """
    batch: list[int] = []
    padding = 0
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch:
            padding += len(batch) * (lengths[position] - lengths[batch[-1]])
            if len(batch) == most or padding > _WORTH_A_RUN:
                yield batch
                batch, padding = [], 0
        batch.append(position)
    if batch:
        yield batch
