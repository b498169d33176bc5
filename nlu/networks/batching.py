"""Labelled utterances as the tensors that training reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from nlu.features.batches import pad
from nlu.features.encoder import Features
from nlu.features.unit_features import ROWS
from nlu.features.vocabulary import PADDING, UNKNOWN

WORD = "word"
"""The table whose vectors are given, not learned."""
_KNOWN = 0.5
"""How often a new word is a common one."""


@dataclass(frozen=True)
class Batch:
    """B utterances, padded to the longest.

    Attributes:
        ids: `(10, B, L)` see `Features`.
        flags: `(B, L, 2 E + 1)` see `Features`.
        ngram: `(B, N)` ids.
        target: `(B,)` intent ids or `(B, L)` tag ids; None when only predicting.
        weight: `(B,)` float; how much each utterance counts.
        whole: the sum of the weights that a loss is a mean over; None for those of this batch. Of processes that train
            together, each has a share of a batch, and `whole` is its part of the sum over them all.
    """

    ids: Tensor
    flags: Tensor
    ngram: Tensor
    target: Tensor | None
    weight: Tensor
    whole: float | None = None

    @property
    def mask(self) -> Tensor:
        """`(B, L)` bool; where there is a unit."""
        return self.flags[..., -1].bool()

    def hiding(self, units: Tensor, words: int = 0) -> Batch:
        """Hide the words of some units, as if they were new: only jamo, part of speech and place remain.

        Args:
            units: `(B, L)` bool; those to hide.
            words: how many ids words have, where there are vectors that know words which training never saw: in every
                other utterance, ids that are so much larger keep what those say (`UnitEmbedding`).
        """
        units = units & self.mask
        around = functional.pad(units, (1, 1))
        hidden = {"syllable": units, "word": units, "left": units | around[:, :-2], "right": units | around[:, 2:]}
        ids = self.ids.clone()
        for name, where in hidden.items():
            ids[ROWS[name]].masked_fill_(where & (ids[ROWS[name]] != PADDING), UNKNOWN)
        if words:
            known = torch.rand(len(units), 1, device=units.device) < _KNOWN
            ids[ROWS[WORD]] = torch.where(units & known, self.ids[ROWS[WORD]] + words, ids[ROWS[WORD]])
        return replace(self, ids=ids).without_dictionary(units)

    def without_dictionary(self, units: Tensor) -> Batch:
        """Say nothing of what the dictionary knows of some units, `(B, L)` bool."""
        flags = self.flags.clone()
        flags[..., :-1].masked_fill_(units.unsqueeze(-1), 0.0)
        return replace(self, flags=flags)

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        target = None if self.target is None else self.target.to(device)
        ids, flags, ngram, weight = (one.to(device) for one in (self.ids, self.flags, self.ngram, self.weight))
        return Batch(ids, flags, ngram, target, weight, self.whole)


def collate(
    features: Sequence[Features],
    targets: Sequence[int | Sequence[int]] | None = None,
    weights: Sequence[float] | None = None,
) -> Batch:
    """Pad utterances to one batch; targets are one intent id or one tag id a unit for each."""
    padded = pad(features)
    return Batch(
        ids=torch.from_numpy(padded.ids),
        flags=torch.from_numpy(padded.flags),
        ngram=torch.from_numpy(padded.ngram),
        target=None if targets is None else _padded_targets(targets),
        weight=torch.tensor(weights if weights is not None else [1.0] * len(features)),
    )


def _padded_targets(targets: Sequence[int | Sequence[int]]) -> Tensor:
    rows = [torch.tensor(target) for target in targets]
    return pad_sequence(rows, batch_first=True) if rows[0].ndim else torch.stack(rows)
