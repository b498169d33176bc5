"""Entity network: a bidirectional LSTM reads the units, a CRF chooses the tags."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nlu.networks.crf import ConstrainedCrf
from nlu.networks.dropout import Dropout
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
        self.dropout = Dropout(settings.dropout)
        self.output = nn.Linear(2 * settings.hidden, len(tags))
        self.crf = ConstrainedCrf(tags)

    def forward(self, ids: Tensor, flags: Tensor) -> Tensor:
        """Score every tag at every unit, `(B, L, T)`, from the tensors of `UnitEmbedding.forward`."""
        x = self.embedding(ids, flags)  # (B, L, D)
        lengths = flags[..., -1].sum(1).long().clamp(min=1)  # (B,)
        return self.output(self.dropout(read_both_ways(self.lstm, x, lengths)))  # type: ignore[no-any-return]


def read_both_ways(lstm: nn.LSTM, x: Tensor, lengths: Tensor) -> Tensor:
    """What an LSTM makes of padded sequences, 0 behind each one's end; the same as it makes of packed ones.

    Each direction reads the whole batch at once, the backward one with every row turned around within its length. That
    takes oneDNN's kernels, which don't read packed sequences: a third of the time on a CPU.

    Args:
        lstm: bidirectional, the batch first.
        x: `(B, L, D)`.
        lengths: `(B,)` int, at least 1 each.

    Returns:
        `(B, L, 2 H)`.
    """
    place = torch.arange(x.shape[1], device=x.device)  # (L,)
    is_unit = place < lengths[:, None]  # (B, L)
    is_padded = not bool(is_unit.all())
    turned = torch.where(is_unit, lengths[:, None] - 1 - place, place).unsqueeze(-1)  # (B, L, 1), its own inverse
    start = x.new_zeros(1, x.shape[0], lstm.hidden_size)  # (1, B, H)

    def read(sequences: Tensor, weights: Sequence[Tensor]) -> Tensor:
        read: Tensor = torch.lstm(sequences, (start, start), list(weights), True, 1, 0.0, lstm.training, False, True)[0]
        return read

    def turn(sequences: Tensor) -> Tensor:
        return sequences.gather(1, turned.expand_as(sequences)) if is_padded else sequences.flip(1)

    for layer in range(lstm.num_layers):
        if layer:
            x = nn.functional.dropout(x, lstm.dropout, lstm.training)
        ahead, back = lstm.all_weights[2 * layer : 2 * layer + 2]
        x = torch.cat([read(x, ahead), turn(read(turn(x), back))], -1)  # (B, L, 2 H)
    return x * is_unit.unsqueeze(-1) if is_padded else x
