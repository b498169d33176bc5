"""Entity network: a bidirectional LSTM reads the units, a CRF chooses the tags."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

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

    def forward(self, ids: Tensor, flags: Tensor) -> Tensor:
        """Score every tag at every unit, `(B, L, T)`, from the tensors of `UnitEmbedding.forward`."""
        x = self.embedding(ids, flags)  # (B, L, D)
        lengths = flags[..., -1].sum(1).long().clamp(min=1)  # (B,)
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        hidden, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])
        return self.output(self.dropout(hidden))  # type: ignore[no-any-return]
