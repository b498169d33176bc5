"""Entity network: a bidirectional LSTM reads the units, a CRF chooses the tags."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nlu.networks.crf import ConstrainedCrf
from nlu.networks.settings import BiLstmCrfSettings
from nlu.networks.unit_embedding import UnitEmbedding


class BiLstmCrf(nn.Module):
    """BiLSTM-CRF (Huang, Xu and Yu 2015; Lample et al. 2016).

    Args:
        embedding: the input layer.
        tags: the tag names, in id order.
        settings: shape of the network.
    """

    def __init__(self, embedding: UnitEmbedding, tags: Sequence[str], settings: BiLstmCrfSettings) -> None:
        super().__init__()
        self.embedding = embedding
        self.lstm = nn.LSTM(
            embedding.widths.total,
            settings.hidden,
            settings.layers,
            batch_first=True,
            bidirectional=True,
            dropout=settings.dropout if settings.layers > 1 else 0.0,
        )
        self.dropout = nn.Dropout(settings.dropout)
        self.output = nn.Linear(2 * settings.hidden, len(tags))
        self.crf = ConstrainedCrf(tags)

    def embed(self, *units: Tensor) -> Tensor:
        """The units as the LSTM reads them, `(B, L, D)`."""
        mask = (units[0][..., :1] != 0).to(self.output.weight.dtype)  # (B, L, 1)
        return self.embedding(*units) * mask  # type: ignore[no-any-return]

    def emissions(self, *units: Tensor) -> Tensor:
        """Score every tag at every unit, `(B, L, T)`, from the tensors of `UnitEmbedding.forward`."""
        lengths = (units[0][..., 0] != 0).sum(1).clamp(min=1)  # (B,)
        x = self.embed(*units)  # (B, L, D)
        packed = nn.utils.rnn.pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        hidden, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])
        return self.output(self.dropout(hidden))  # type: ignore[no-any-return]

    def forward(self, *units: Tensor) -> Tensor:
        """The emissions of full sequences without padding, as the served network computes them."""
        return self.output(self.dropout(self.lstm(self.embed(*units))[0]))  # type: ignore[no-any-return]

    def log_likelihood(self, tags: Tensor, mask: Tensor, units: tuple[Tensor, ...]) -> Tensor:
        """Log-likelihood of the gold tags of each utterance.

        Args:
            tags: `(B, L)` ids.
            mask: `(B, L)` bool.
            units: the tensors of `UnitEmbedding.forward`.

        Returns:
            `(B,)` float; natural log, at most 0.
        """
        return self.crf(self.emissions(*units), tags, mask=mask, reduction="none")  # type: ignore[no-any-return]

    def decode(self, mask: Tensor, units: tuple[Tensor, ...]) -> list[list[int]]:
        """The best legal path of each utterance as tag ids."""
        with torch.no_grad():
            return self.crf.decode(self.emissions(*units), mask=mask)  # type: ignore[no-any-return]
