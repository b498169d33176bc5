"""The input layer both networks share: every feature of a unit as one vector."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from nlu.features.encoder import POSITIONS, SPACINGS, FeatureVocabularies
from nlu.features.jamo_ids import JAMO_SIZES
from nlu.networks.settings import UnitWidths


@dataclass(frozen=True)
class UnitSizes:
    """How many ids each kind of feature has."""

    syllable: int
    bigram: int
    pos: int
    entities: int

    @classmethod
    def of(cls, vocabularies: FeatureVocabularies) -> UnitSizes:
        """The sizes that an encoder's vocabularies ask for."""
        names = vocabularies
        return cls(len(names.syllable), len(names.bigram), len(names.pos), len(names.entities))


class UnitEmbedding(nn.Module):
    """Concatenate a unit's features; a morpheme's syllables are max-pooled first.

    Args:
        sizes: how many ids each feature has.
        widths: how wide each feature's vector is.
        word_vectors: `(V, D)` float; the rows of Word2Vec, padding and unknown included. They stay as they are; their
            projection learns.
        dropout: the part of the values set to 0 in training.
    """

    def __init__(self, sizes: UnitSizes, widths: UnitWidths, word_vectors: Tensor, dropout: float = 0.3) -> None:
        super().__init__()
        self.widths = widths = widths if sizes.entities else replace(widths, dictionary=0)
        self.syllable = nn.Embedding(sizes.syllable, widths.syllable, padding_idx=0)
        self.jamo = nn.ModuleList(nn.Embedding(size, widths.jamo, padding_idx=0) for size in JAMO_SIZES)
        self.bigram = nn.Embedding(sizes.bigram, widths.bigram, padding_idx=0)
        self.word = nn.Embedding.from_pretrained(word_vectors, padding_idx=0)  # type: ignore[no-untyped-call]
        self.word_projection: nn.Module = _projection(word_vectors.shape[1], widths.word)
        self.pos = nn.Embedding(sizes.pos, widths.pos, padding_idx=0)
        self.position = nn.Embedding(POSITIONS, widths.position, padding_idx=0)
        self.spacing = nn.Embedding(SPACINGS, widths.spacing, padding_idx=0)
        self.dictionary = _projection(2 * sizes.entities, widths.dictionary)
        self.dropout = nn.Dropout(dropout)
        for embedding in (self.syllable, *self.jamo, self.bigram, self.pos, self.position, self.spacing):
            nn.init.normal_(embedding.weight, std=0.1)
            with torch.no_grad():
                embedding.weight[0] = 0

    def forward(
        self, syllable: Tensor, jamo: Tensor, bigram: Tensor, word: Tensor,
        pos: Tensor, position: Tensor, spacing: Tensor, dictionary: Tensor,
    ) -> Tensor:  # fmt: skip
        """Embed.

        Args:
            syllable: `(B, L, W)` ids.
            jamo: `(B, L, W, 3)` ids.
            bigram: `(B, L, 2)` ids.
            word: `(B, L)` ids.
            pos: `(B, L)` ids.
            position: `(B, L)` ids.
            spacing: `(B, L)` ids.
            dictionary: `(B, L, 2 E)` float.

        Returns:
            `(B, L, D)` float.
        """
        widths, parts = self.widths, []
        if widths.syllable or widths.jamo:
            chars = [self.syllable(syllable)] if widths.syllable else []  # (B, L, W, D)
            if widths.jamo:
                chars += [embedding(jamo[..., part]) for part, embedding in enumerate(self.jamo)]
            parts += [_max_over_syllables(torch.cat(chars, -1), syllable == 0)]  # (B, L, D)
        if widths.bigram:
            parts += [self.bigram(bigram[..., 0]), self.bigram(bigram[..., 1])]
        if widths.word:
            parts += [self.word_projection(self.word(word))]
        tables = ((self.pos, pos), (self.position, position), (self.spacing, spacing))
        parts += [table(ids) for table, ids in tables if table.embedding_dim]
        if widths.dictionary:
            parts += [self.dictionary(dictionary)]
        return self.dropout(torch.cat(parts, -1))  # type: ignore[no-any-return]


def _projection(width: int, onto: int) -> nn.Module:
    return nn.Linear(width, onto) if onto else nn.Identity()


def _max_over_syllables(chars: Tensor, hole: Tensor) -> Tensor:
    """Max of `(B, L, W, D)` over W; `hole` `(B, L, W)` marks padding, which never wins; 0 where all is padding."""
    if chars.shape[2] == 1:
        return chars[:, :, 0]
    pooled = chars.masked_fill(hole.unsqueeze(-1), -torch.inf).amax(2)
    return pooled.masked_fill(hole.all(2, keepdim=True), 0.0)
