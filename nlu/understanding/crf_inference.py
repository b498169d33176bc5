"""Inference in a linear-chain CRF, in numpy: the best path of tags, and how likely a span is.

B utterances, L units, T tags. All scores are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nlu.errors import BundleError

Scores = NDArray[np.float32]
Factors = NDArray[np.float64]

CRF = "crf."
"""How the names of the CRF's own tensors begin among a tagger's weights."""

_MORE_THAN_HALF = 0.6
"""Of the probability of all paths: who has it is the best path; the margin is for rounding."""
_REACH = 300.0
"""What a tag's score may be below the best one's at a unit, in nats; more counts as this much. Trained networks stay
below 40, and products of two such factors far above the least float64, which is 745 below 1."""


@dataclass(frozen=True)
class Transitions:
    """The CRF's own scores.

    Attributes:
        start: `(T,)` the first tag.
        moves: `(T, T)` from a tag (row) to the next (column).
        end: `(T,)` the last tag.
    """

    start: Scores
    moves: Scores
    end: Scores

    @classmethod
    def from_safetensors(cls, data: bytes) -> Transitions:
        """Read the scores from the tagger's weights.

        Raises:
            BundleError: they can't be read, or hold no CRF.
        """
        try:
            tensors: Mapping[str, Scores] = load(data)
        except SafetensorError as error:
            raise BundleError("bundle.weights", problem=str(error)) from error
        names = tuple(f"{CRF}{name}" for name in ("start_transitions", "transitions", "end_transitions"))
        if missing := [name for name in names if name not in tensors]:
            raise BundleError("bundle.tensors", names=names, missing=missing)
        return cls(*(tensors[name] for name in names))

    def best_path(self, emissions: Scores) -> list[int]:
        """Viterbi: the tag ids of the path with the highest score through `emissions` `(L, T)`.

        Source: Forney (1973), The Viterbi Algorithm.
        """
        score = self.start + emissions[0]  # (T,)
        columns, came_from = np.arange(len(score)), []
        total = np.empty_like(self._into)  # (T after, T before)
        for emission in emissions[1:]:
            np.add(self._into, score, out=total)
            came_from.append(total.argmax(1))
            score = total[columns, came_from[-1]] + emission
        path = [int((score + self.end).argmax())]
        for before in reversed(came_from):
            path.append(int(before[path[-1]]))
        return path[::-1]

    def infer(self, emissions: Scores, lengths: NDArray[np.int32]) -> list[Inference]:
        """Find the best path through each utterance, and how likely any span of it is.

        Probabilities are summed over all paths by the forward-backward rule, scaled at each unit. Where the
        likeliest tags have more than half of it, they are the best path.

        Args:
            emissions: `(B, L, T)`; what is past the end of an utterance does not count.
            lengths: `(B,)` how many units each has, at least 1.

        Source: Rabiner (1989), A Tutorial on Hidden Markov Models.
        """
        scores = emissions.transpose(1, 0, 2).astype(np.float64, order="C")  # (L, B, T)
        losses = scores.max(2, keepdims=True) - scores
        own = np.exp(-np.minimum(losses, _REACH))
        into, onward, out_of = (np.ones_like(own) for _ in range(3))
        start, moves, end = self._factors
        into[0] = start
        for at in range(1, len(own)):
            through = into[at - 1] * own[at - 1]
            through /= through.sum(1, keepdims=True)
            np.matmul(through, moves, out=into[at])
        last = lengths - 1
        out_of[last, np.arange(len(last))] = end
        shortest = int(lengths.min())
        for at in range(len(own) - 1, -1, -1):
            np.multiply(out_of[at], own[at], out=onward[at])
            onward[at] /= onward[at].sum(1, keepdims=True)
            if at:
                rows = slice(None) if at < shortest else last >= at
                out_of[at - 1, rows] = onward[at, rows] @ moves.T
        tags = into * onward
        tags /= tags.sum(2, keepdims=True)
        is_exact = bool(losses.max() <= _REACH)
        found = []
        for row, length in enumerate(lengths.tolist()):
            sums = _Sums(tags[:length, row], onward[:length, row], out_of[:length, row], moves)
            path = sums.tags.argmax(1).tolist()
            is_best = is_exact and sums.probability(path) > _MORE_THAN_HALF
            found.append(Inference(path if is_best else self.best_path(emissions[row, :length]), sums))
        return found

    @cached_property
    def _into(self) -> Scores:
        """The moves by the tag they lead to, `(T after, T before)`."""
        return np.ascontiguousarray(self.moves.T)

    @cached_property
    def _factors(self) -> tuple[Factors, Factors, Factors]:
        """The scores as weights of which the greatest is 1."""
        start, moves, end = (
            np.exp(part.astype(np.float64) - part.max()) for part in (self.start, self.moves, self.end)
        )
        return start, moves, end


class Inference:
    """What a CRF says of one utterance.

    Attributes:
        path: the tag ids of the best path.
    """

    __slots__ = ("_sums", "path")

    def __init__(self, path: list[int], sums: _Sums) -> None:
        self.path = path
        self._sums = sums

    def confidence(self, first: int, last: int, begin: int, inside: int) -> float:
        """The exact probability that a span is tagged just so: begins, goes on, and ends there.

        Args:
            first: its first unit.
            last: one past its last unit.
            begin: id of its B- tag.
            inside: id of its I- tag.
        """
        sums, tag = self._sums, begin
        probability = self.begins(first, begin)
        for at in range(first + 1, last):
            probability *= sums.goes_on(at, tag, inside)
            tag = inside
        if last < len(sums.tags):
            probability *= 1.0 - sums.goes_on(last, tag, inside)
        return min(probability, 1.0)

    def begins(self, first: int, begin: int) -> float:
        """The probability that a span begins at a unit, however it goes on: no less than its confidence."""
        return self._sums.tags.item(first, begin)

    def anywhere(self) -> Factors:
        """The probability of each tag at the unit where it is likeliest, `(T,)`."""
        return self._sums.tags.max(0)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the two passes leave of an utterance, each `(L, T)` but the moves.

    Attributes:
        tags: the probability of a tag at a unit.
        onward: the sum over all paths on from a unit's tag, its own score included, up to a factor of the unit.
        out_of: the same of the tag before, up to the same factor: `moves @ onward`, the unit's own score left out.
        moves: the factors of the moves, `(T, T)`.
    """

    tags: Factors
    onward: Factors
    out_of: Factors
    moves: Factors

    def probability(self, path: list[int]) -> float:
        """That of a path."""
        found = self.tags.item(0, path[0])
        for at in range(1, len(path)):
            found *= self.goes_on(at, path[at - 1], path[at])
        return found

    def goes_on(self, at: int, before: int, tag: int) -> float:
        """The probability of a tag at a unit, given the tag before it."""
        likely = self.moves.item(before, tag) * self.onward.item(at, tag)
        return min(1.0, likely / self.out_of.item(at - 1, before)) if likely > 0.0 else 0.0
