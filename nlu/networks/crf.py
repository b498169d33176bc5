"""Linear-chain CRF whose illegal moves are ruled out and whose normaliser is one matrix product a step."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torchcrf import CRF

from nlu.data.iob import legal_move, legal_start

ILLEGAL = -10_000.0
"""Score of a move IOB2 forbids; finite, so that gradients stay finite."""
_TINY = 1e-300
"""Stands in for 0 before the logarithm: 690 below the best tag, where no score is told from `ILLEGAL`."""


class ConstrainedCrf(CRF):  # type: ignore[misc]
    """`torchcrf.CRF` over IOB2 tags.

    Two things differ from its parent: illegal starts and moves keep the score `ILLEGAL` however long one trains, and
    the forward recursion multiplies matrices in the probability domain (rescaled at every step), which is many times
    faster than adding `(B, T, T)` scores when T is large.

    Args:
        tags: the tag names, in id order.

    Source: Lafferty, McCallum and Pereira (2001), Conditional Random Fields; the rescaling follows Rabiner (1989).
    """

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(len(tags), batch_first=True)
        starts = torch.tensor([not legal_start(tag) for tag in tags])
        moves = torch.tensor([[not legal_move(before, after) for after in tags] for before in tags])
        self.register_buffer("illegal_starts", starts, persistent=False)
        self.register_buffer("illegal_moves", moves, persistent=False)
        self.forbid()

    def forbid(self) -> None:
        """Set the scores of the illegal moves again; called after every step of the optimiser."""
        with torch.no_grad():
            self.start_transitions[self.illegal_starts] = ILLEGAL
            self.transitions[self.illegal_moves] = ILLEGAL

    def _compute_normalizer(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Log of the summed score of all paths; emissions `(L, B, T)`, mask `(L, B)`, result `(B,)`."""
        emissions = emissions.double()  # in float32 a tag 70 below the best one would be lost
        moves = self.transitions.double().exp()  # (T, T)
        score = self.start_transitions + emissions[0]  # (B, T)
        for step in range(1, emissions.shape[0]):
            top = score.amax(1, keepdim=True)  # (B, 1)
            reached = (score - top).exp() @ moves  # (B, T)
            following = reached.clamp(min=_TINY).log() + top + emissions[step]
            score = torch.where(mask[step].bool().unsqueeze(1), following, score)
        return torch.logsumexp(score + self.end_transitions, dim=1).to(self.transitions.dtype)
