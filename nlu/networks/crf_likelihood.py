"""How likely tags are under a linear-chain CRF, with a gradient that is computed, not recorded step by step."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

_TINY, _HUGE = 1e-150, 1e150
"""Keep sums finite where no path has any share of them: 345 below the best, where no score is told from that of an
illegal move."""


class LogLikelihood(torch.autograd.Function):
    """One pass forward, and one backward for the gradient: what is there, less what is expected.

    Sums over paths are kept as shares of the sum at each unit, so that a step is a product of matrices, and in float64:
    in float32 a tag 70 below the best one would be lost.

    Source: Rabiner (1989), A tutorial on hidden Markov models, V.A.
    """

    @staticmethod
    def forward(
        context: Any, emissions: Tensor, tags: Tensor, mask: Tensor, start: Tensor, moves: Tensor, end: Tensor
    ) -> Tensor:
        """How likely each utterance's tags are among all paths, `(B,)`, in nats.

        Args:
            context: keeps what `backward` needs.
            emissions: `(B, L, T)`.
            tags: `(B, L)` ids; any where there is no unit.
            mask: `(B, L)` bool; where there is a unit, the first of each utterance among them.
            start: `(T,)` the score of each tag at the first unit.
            moves: `(T, T)` from a tag to the next.
            end: `(T,)` of each tag at the last unit.
        """
        scores, tags, mask = emissions.transpose(0, 1).double(), tags.T, mask.T  # (L, B, T), (L, B), (L, B)
        tops = scores.amax(2, keepdim=True)  # (L, B, 1)
        chances = (scores - tops).exp_()  # (L, B, T)
        first, leaps, last = (one.double().exp() for one in (start, moves, end))
        is_padded = not bool(mask.all())
        shares, sums = _forward_pass(chances, first, leaps, mask if is_padded else None)
        ended = (shares[-1] @ last).clamp(min=_TINY)  # (B,)
        whole = ((sums.log() + tops).squeeze(2) * mask).sum(0) + ended.log()
        context.save_for_backward(tags, mask, chances, leaps, shares, sums, last / ended.unsqueeze(1))
        context.is_padded, context.kinds = is_padded, (emissions.dtype, moves.dtype)
        return (_of_paths(scores, tags, mask, start, moves, end) - whole).to(moves.dtype)

    @staticmethod
    @once_differentiable
    def backward(context: Any, slopes: Tensor) -> tuple[Tensor | None, ...]:
        """The gradient of each argument of `forward`, from that of its result, `(B,)`."""
        tags, mask, chances, leaps, shares, sums, ending = context.saved_tensors
        emission, learned = context.kinds
        weight = slopes.double().unsqueeze(1)  # (B, 1)
        expected, arriving = _backward_pass(chances, leaps, shares, sums, ending, mask if context.is_padded else None)
        units = expected.mul_(-weight)  # (L, B, T)
        units.scatter_add_(2, tags.unsqueeze(2), weight.T.expand(tags.shape).unsqueeze(2))
        if context.is_padded:
            units *= mask.unsqueeze(2)
        count = len(leaps)
        pairs = (shares[:-1] * weight).flatten(0, 1).T @ arriving.flatten(0, 1)  # (T, T)
        moved = (weight.T * mask[1:]).flatten()  # ((L - 1) B,)
        there = torch.bincount((tags[:-1] * count + tags[1:]).flatten(), moved, count * count)
        last = torch.zeros_like(ending).scatter_(1, _last_tags(tags, mask).unsqueeze(1), 1.0) - shares[-1] * ending
        gradients = (units[0].sum(0), there.view(count, count) - pairs * leaps, (last * weight).sum(0))
        return (units.transpose(0, 1).to(emission), None, None, *(one.to(learned) for one in gradients))


def _forward_pass(chances: Tensor, first: Tensor, leaps: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """The share of each tag in all paths up to a unit, `(L, B, T)`, and by how much their sum grows, `(L, B, 1)`."""
    shares, sums = torch.empty_like(chances), torch.empty_like(chances[..., :1])
    reached = first * chances[0]  # (B, T)
    for step in range(len(chances)):
        if step:
            reached = (shares[step - 1] @ leaps).mul_(chances[step])
        sums[step] = reached.sum(1, keepdim=True).clamp_(min=_TINY)
        torch.div(reached, sums[step], out=shares[step])
        if step and mask is not None:
            shares[step] = torch.where(mask[step].unsqueeze(1), shares[step], shares[step - 1])
    return shares, sums


def _backward_pass(
    chances: Tensor, leaps: Tensor, shares: Tensor, sums: Tensor, ahead: Tensor, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """How likely each tag is at a unit, `(L, B, T)`, and what arrives at it from the unit before, `(L - 1, B, T)`."""
    expected, arriving = torch.empty_like(shares), torch.empty_like(shares[1:])
    back = leaps.T.contiguous()
    for step in range(len(shares) - 1, 0, -1):
        torch.mul(shares[step], ahead, out=expected[step])
        following = torch.mul(chances[step], ahead, out=arriving[step - 1]).div_(sums[step])
        before = (following @ back).clamp_(max=_HUGE)
        if mask is not None:
            is_unit = mask[step].unsqueeze(1)  # (B, 1)
            following.masked_fill_(~is_unit, 0.0)
            before = torch.where(is_unit, before, ahead)
        ahead = before
    torch.mul(shares[0], ahead, out=expected[0])
    return expected, arriving


def _of_paths(scores: Tensor, tags: Tensor, mask: Tensor, start: Tensor, moves: Tensor, end: Tensor) -> Tensor:
    """The score of each utterance's own tags, `(B,)`."""
    units = scores.gather(2, tags.unsqueeze(2)).squeeze(2) * mask  # (L, B)
    moved = moves.double()[tags[:-1], tags[1:]] * mask[1:]  # (L - 1, B)
    return start.double()[tags[0]] + units.sum(0) + moved.sum(0) + end.double()[_last_tags(tags, mask)]


def _last_tags(tags: Tensor, mask: Tensor) -> Tensor:
    """The tag of each utterance's last unit, `(B,)`."""
    return tags.gather(0, (mask.sum(0) - 1).unsqueeze(0)).squeeze(0)
