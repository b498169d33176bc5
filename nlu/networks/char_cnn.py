"""Intent network: the strongest response of convolutions over the syllables, beside a bag of n-grams."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nlu.networks.dropout import Dropout
from nlu.networks.settings import CharCnnSettings
from nlu.networks.unit_embedding import UnitEmbedding


class CharCnn(nn.Module):
    """Char-CNN (Kim 2014, over syllables) with masked max-pooling.

    Args:
        embedding: the input layer.
        ngrams: how many n-gram ids there are.
        intents: K, how many intents there are.
        settings: shape of the network.
    """

    def __init__(self, embedding: UnitEmbedding, ngrams: int, intents: int, settings: CharCnnSettings) -> None:
        super().__init__()
        self.settings = settings
        self.embedding = embedding
        width = embedding.widths.total
        self.convolutions = nn.ModuleList(
            nn.Sequential(nn.ConstantPad1d(((k - 1) // 2, k // 2), 0.0), nn.Conv1d(width, settings.filters, k))
            for k in settings.kernels
        )
        pooled = settings.filters * len(settings.kernels)
        self.ngram = nn.Embedding(ngrams, settings.ngram_width, padding_idx=0)
        nn.init.normal_(self.ngram.weight, std=0.05)
        with torch.no_grad():
            self.ngram.weight[0] = 0
        self.dropout = Dropout(settings.dropout)
        self.output = nn.Linear(pooled + settings.ngram_width, intents)

    def forward(self, ids: Tensor, flags: Tensor, ngram: Tensor) -> Tensor:
        """Score the intents.

        Args:
            ids: `(10, B, L)` see `Features`.
            flags: `(B, L, 2 E + 1)` see `Features`.
            ngram: `(B, N)` ids, 0 where there is none.

        Returns:
            `(B, K)` float; logits.
        """
        return self.output(self.dropout(self.pool(self.embedding(ids, flags), flags, ngram)))  # type: ignore[no-any-return]

    def pool(self, x: Tensor, flags: Tensor, ngram: Tensor) -> Tensor:
        """What the output layer reads, `(B, P)`: each filter's strongest response over `x` `(B, L, D)`, and the bag."""
        hole = flags[:, None, :, -1] == 0  # (B, 1, L)
        x = x.transpose(1, 2)  # (B, D, L)
        parts = [torch.relu(conv(x)).masked_fill(hole, 0.0).amax(2) for conv in self.convolutions]
        if self.settings.ngram_width:
            parts.append(self._bag(ngram))
        return torch.cat(parts, 1)

    def _bag(self, ngram: Tensor) -> Tensor:
        """Sum the vectors of the n-grams `(B, N)`, scaled to keep one length whatever their number: `(B, D)`."""
        known = ngram != 0  # (B, N)
        if self.training and self.settings.ngram_dropout:
            known = known & (torch.rand_like(known, dtype=torch.float) >= self.settings.ngram_dropout)
        bag = (self.ngram(ngram) * known.unsqueeze(-1)).sum(1)  # (B, D)
        return bag / known.sum(1, keepdim=True).clamp(min=1).sqrt()  # type: ignore[no-any-return]
