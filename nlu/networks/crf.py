"""Linear-chain CRF whose illegal moves are ruled out."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torchcrf import CRF

from nlu.data.iob import legal_move, legal_start
from nlu.networks.crf_likelihood import LogLikelihood

ILLEGAL = -10_000.0
"""Score of a move IOB2 forbids; finite, so that gradients stay finite."""


class ConstrainedCrf(CRF):  # type: ignore[misc]
    """`torchcrf.CRF` over IOB2 tags.

    Two things differ from its parent: illegal starts and moves keep the score `ILLEGAL` however long one trains, and
    `log_likelihoods` stands in for its `forward`, whose gradient takes many times as long where there are many tags.

    Args:
        tags: the tag names, in id order.

    Source: Lafferty, McCallum and Pereira (2001), Conditional Random Fields.
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
            self.start_transitions.masked_fill_(self.illegal_starts, ILLEGAL)
            self.transitions.masked_fill_(self.illegal_moves, ILLEGAL)

    def log_likelihoods(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """How likely each utterance's tags are among all paths, `(B,)`, in nats.

        Args:
            emissions: `(B, L, T)`.
            tags: `(B, L)` ids; any where there is no unit.
            mask: `(B, L)` bool; where there is a unit, the first of each utterance among them.
        """
        scores = self.start_transitions, self.transitions, self.end_transitions
        return LogLikelihood.apply(emissions, tags, mask, *scores)  # type: ignore[no-any-return,no-untyped-call]
