"""Features of many utterances as padded tensors, in batches of similar length."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from nlu.features.encoder import Features
from nlu.features.vocabulary import PADDING, UNKNOWN


@dataclass(frozen=True)
class Batch:
    """B utterances, padded to the longest; see `Features` for the axes.

    Attributes:
        ngram: `(B, N)` ids.
        syllable: `(B, L, W)` ids.
        jamo: `(B, L, W, 3)` ids.
        bigram: `(B, L, 2)` ids.
        word: `(B, L)` ids.
        pos: `(B, L)` ids.
        position: `(B, L)` ids.
        spacing: `(B, L)` ids.
        dictionary: `(B, L, 2 E)` float.
        target: `(B,)` intent ids or `(B, L)` tag ids; None when only predicting.
        weight: `(B,)` float; how much each utterance counts.
    """

    ngram: Tensor
    syllable: Tensor
    jamo: Tensor
    bigram: Tensor
    word: Tensor
    pos: Tensor
    position: Tensor
    spacing: Tensor
    dictionary: Tensor
    target: Tensor | None
    weight: Tensor

    @property
    def units(self) -> tuple[Tensor, ...]:
        """The tensors of `UnitEmbedding.forward`, in its order."""
        return (
            self.syllable,
            self.jamo,
            self.bigram,
            self.word,
            self.pos,
            self.position,
            self.spacing,
            self.dictionary,
        )

    @property
    def mask(self) -> Tensor:
        """`(B, L)` bool; where there is a unit."""
        return self.syllable[..., 0] != 0

    def hiding(self, rows: Tensor) -> Batch:
        """Hide the words of some units, as if they were new: only jamo, part of speech and place remain.

        Args:
            rows: `(B, L)` bool; the units to hide.
        """
        rows = rows & self.mask
        wide = rows.unsqueeze(-1)  # (B, L, 1)
        around = functional.pad(rows, (1, 1))
        pairs = torch.stack([rows | around[:, :-2], rows | around[:, 2:]], -1)  # (B, L, 2), a pair has two units
        return replace(
            self,
            syllable=torch.where(wide & (self.syllable != PADDING), UNKNOWN, self.syllable),
            bigram=torch.where(pairs & (self.bigram != PADDING), UNKNOWN, self.bigram),
            word=torch.where(rows, UNKNOWN, self.word),
            dictionary=self.dictionary * ~wide,
        )

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        tensors = {field.name: getattr(self, field.name) for field in fields(self)}
        moved: dict[str, Any] = {
            name: tensor if tensor is None else tensor.to(device) for name, tensor in tensors.items()
        }
        return Batch(**moved)


UNIT_FIELDS = ("syllable", "jamo", "bigram", "word", "pos", "position", "spacing", "dictionary")


def collate(
    features: Sequence[Features],
    targets: Sequence[int] | Sequence[Sequence[int]] | None = None,
    weights: Sequence[float] | None = None,
) -> Batch:
    """Pad utterances to one batch; targets are one intent id or one tag id a unit for each."""
    target = None
    if targets is not None:
        arrays = [np.asarray(value, dtype=np.int64) for value in targets]
        target = torch.from_numpy(_pad(arrays) if arrays[0].ndim else np.stack(arrays))
    return Batch(
        ngram=torch.from_numpy(_pad([f.ngram for f in features])),
        **{name: torch.from_numpy(_pad([getattr(f, name) for f in features])) for name in UNIT_FIELDS},
        target=target,
        weight=torch.tensor(weights if weights is not None else [1.0] * len(features)),
    )


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
        pool = batch_size * 32
        order = [
            position
            for start in range(0, len(order), pool)
            for position in sorted(order[start : start + pool], key=lambda position: lengths[position])
        ]
    else:
        order.sort(key=lambda position: lengths[position])
    chunks = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if rng is not None:
        rng.shuffle(chunks)
    yield from chunks


def _pad(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    # At least 1 along each axis, since no network can read a batch of nothing.
    shape = tuple(max(1, *(array.shape[axis] for array in arrays)) for axis in range(arrays[0].ndim))
    padded = np.zeros((len(arrays), *shape), dtype=arrays[0].dtype)
    for row, array in enumerate(arrays):
        padded[row][tuple(slice(size) for size in array.shape)] = array
    return padded
