"""Several entity networks that tag together."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.crf import ConstrainedCrf


class BiLstmCrfEnsemble(nn.Module):
    """Networks that learned the same from different starts: what one gets wrong by chance, the others get right.

    The mean of their emissions and the mean of their CRFs' scores count, which is the (renormalised) geometric mean of
    the probabilities that they give to a path. One network alone stays just what it is.

    Args:
        members: the networks, trained each by itself; at least one.
        tags: the tag names, in id order.

    Source: Hansen and Salamon (1990), Neural Network Ensembles; Hinton (2002), Training Products of Experts.
    """

    def __init__(self, members: Sequence[BiLstmCrf], tags: Sequence[str]) -> None:
        super().__init__()
        self.members = tuple(members)
        self._members = nn.ModuleList(members)
        self.crf = ConstrainedCrf(tags).to(members[0].crf.transitions.device)
        with torch.no_grad():
            for name, mean in self.crf.named_parameters():
                mean.copy_(torch.stack([member.crf.get_parameter(name) for member in members]).mean(0))
        self.crf.forbid()
        self.eval()

    def forward(self, ids: Tensor, flags: Tensor) -> Tensor:
        """Score every tag at every unit, `(B, L, T)`, from the tensors of `UnitEmbedding.forward`."""
        return torch.stack([member(ids, flags) for member in self.members]).mean(0)
