"""Inference in a linear-chain CRF, in numpy: the best path of tags, and how likely a span is.

L units of an utterance, N units of several utterances together, T tags. All scores are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nlu.errors import BundleError

Scores = NDArray[np.float32]
Weights = NDArray[np.floating[Any]]
_Way = tuple[float, int, Any]
"""The score of the best way to a tag at a unit, the tag, and such a way to the tag before; None where it begins."""

CRF = "crf."
"""How the names of the CRF's own tensors begin among a tagger's weights."""

_SURE = 0.6
"""A path with more than half of the probability is the best one; the margin is for rounding."""
_AS_LIKELY = 0.9
"""The best path is at least as likely as one that is known, and each of its tags as likely as it; the rest of 1 is for
rounding."""
_MOST_TAGS = 6
"""More tags a unit than this are left to Viterbi's rule over all of them, which is quicker then."""
_REACH = 150.0
"""By how much, in nats, sums may shrink before they are scaled: two of them multiplied stay far from the least float64,
which is 745 below 1."""
_WIDE_REACH = 4000.0
"""The same for the floats of 80 bits, which reach down to 11,000 nats below 1."""
_MOST_STEPS = 64
"""Sums grow at most T-fold a step; so many steps keep them below the greatest float64."""


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
        came_from = []
        columns = np.arange(len(score))
        into = self._into
        total = np.empty_like(into)  # (T after, T before)
        for emission in emissions[1:]:
            np.add(into, score, out=total)
            before = total.argmax(1)
            came_from.append(before)
            score = total[columns, before] + emission
        path = [int((score + self.end).argmax())]
        for before in reversed(came_from):
            path.append(int(before[path[-1]]))
        path.reverse()
        return path

    def infer(self, several: Sequence[Scores]) -> list[Inference]:
        """Find the best path through each of several `emissions` `(L, T)`, and how likely any span of it is.

        Probabilities are summed over all paths by the forward-backward rule, scaled where they become small: a step is
        one product with the exponentials of the moves, for all utterances that are long enough together. Where one
        path has most of the probability, it is the best; Viterbi's rule is left for the others.

        Source: Rabiner (1989), A Tutorial on Hidden Markov Models.
        """
        order = sorted(range(len(several)), key=lambda at: -len(several[at]))
        if not order:
            return []
        packed = _pack([several[at] for at in order])
        sums = self._sums(packed)
        tags: list[int] = sums.tags.argmax(1).tolist()  # N of them
        doubts: list[float] = np.bincount(packed.owners, 1.0 - sums.tags.max(1)).tolist()
        found = {}
        for place, at in enumerate(order):
            rows = [first + place for first in packed.firsts[: len(several[at])]]
            likeliest = Inference([tags[row] for row in rows], rows, sums)
            found[at] = likeliest
            # A path is wrong somewhere at most as often as its tags are wrong, one by one.
            if not doubts[place] <= 1.0 - _SURE and (chance := likeliest.chance()) < _SURE:
                path = self._best_among(several[at], sums.tags[rows] >= _AS_LIKELY * chance) if chance else []
                found[at] = Inference(path or self.best_path(several[at]), rows, sums)
        return [found[at] for at in range(len(several))]

    def _best_among(self, emissions: Scores, likely: NDArray[np.bool_]) -> list[int]:
        """Viterbi's rule over the likely tags `(L, T)` alone; no path where they are many."""
        units, tags = np.nonzero(likely)
        if len(tags) > _MOST_TAGS * len(emissions):
            return []
        options: list[list[tuple[int, float]]] = [[] for _ in emissions]  # of each unit: a tag, its score there
        for unit, tag, score in zip(units.tolist(), tags.tolist(), emissions[likely].tolist(), strict=True):
            options[unit].append((tag, score))
        start, moves, end = self.start, self._listed_moves, self.end
        best: list[_Way] = [(float(start[tag]) + own, tag, None) for tag, own in options[0]]
        for several in options[1:]:
            onward: list[_Way] = []
            for tag, own in several:
                score, way = max([(way[0] + moves[way[1]][tag], way) for way in best], key=_score)
                onward.append((score + own, tag, way))
            best = onward
        way = max([(way[0] + float(end[way[1]]), way) for way in best], key=_score)[1]
        path = [way[1]]
        while way[2] is not None:
            way = way[2]
            path.append(way[1])
        path.reverse()
        return path

    def _sums(self, packed: _Packed) -> _Sums:
        emissions = packed.emissions
        top = emissions.max(1, keepdims=True)
        step_loss = float((top - emissions.min(1, keepdims=True)).max()) + self._least_loss
        factors = self._factors if step_loss <= _REACH else self._wide_factors
        every = max(1, min(_MOST_STEPS, int(factors.reach / max(step_loss, 1.0))))
        own = np.exp(np.subtract(emissions, top, dtype=factors.moves.dtype))  # (N, T)
        into, onward, out_of = (np.empty_like(own) for _ in range(3))
        into[: packed.counts[0]] = factors.start
        out_of[:] = factors.end
        # Rows of the units at each place, all of them and those of the utterances that go on.
        own_at, own_on = packed.split(own)
        into_at, into_on = packed.split(into)
        onward_at, _ = packed.split(onward)
        out_of_at, out_of_on = packed.split(out_of)
        for step in range(1, len(own_at)):
            through = into_on[step - 1] * own_on[step - 1]
            if step % every == 0:
                through /= through.sum(-1, keepdims=True)
            np.dot(through, factors.moves, into_at[step])
        back = factors.moves.T
        for step in range(len(own_at) - 1, 0, -1):
            through = np.multiply(out_of_at[step], own_at[step], onward_at[step])
            if step % every == 0:
                through /= through.sum(-1, keepdims=True)
            np.dot(through, back, out_of_on[step - 1])
        np.multiply(out_of_at[0], own_at[0], onward_at[0])
        with np.errstate(invalid="ignore"):
            tags = into * onward
            tags /= tags.sum(1, keepdims=True)
        return _Sums(tags.astype(np.float64, copy=False), factors.moves, onward, out_of)

    @cached_property
    def _into(self) -> Scores:
        """The moves by the tag they lead to, `(T after, T before)`."""
        return np.ascontiguousarray(self.moves.T)

    @cached_property
    def _listed_moves(self) -> list[list[float]]:
        return self.moves.tolist()  # type: ignore[no-any-return]

    @cached_property
    def _factors(self) -> _Factors:
        return _Factors.of(self, np.dtype(np.float64), _REACH)

    @cached_property
    def _wide_factors(self) -> _Factors:
        return _Factors.of(self, np.dtype(np.longdouble), _WIDE_REACH)

    @cached_property
    def _least_loss(self) -> float:
        """How much less than the best move the best one from, or to, some tag is: sums shrink by no more at a step."""
        return float(self.moves.max() - min(self.moves.max(0).min(), self.moves.max(1).min()))


class Inference:
    """What a CRF says of one utterance.

    Attributes:
        path: the tag ids of the best path.
    """

    __slots__ = ("_rows", "_sums", "path")

    def __init__(self, path: list[int], rows: list[int], sums: _Sums) -> None:
        self.path = path
        self._rows = rows
        self._sums = sums

    def chance(self) -> float:
        """The probability of the path; 0 where sums are too small to tell."""
        path, chance = self.path, self._sums.tags.item(self._rows[0], self.path[0])
        for at in range(1, len(path)):
            chance *= self._goes_on(at, path[at - 1], path[at])
        return chance if chance > 0.0 else 0.0

    def confidence(self, first: int, last: int, begin: int, inside: int) -> float:
        """The exact probability that a span is tagged just so: begins, goes on, and ends there.

        Args:
            first: its first unit.
            last: one past its last unit.
            begin: id of its B- tag.
            inside: id of its I- tag.
        """
        rows, tag = self._rows, begin
        sure = self._sums.tags.item(rows[first], begin)
        for at in range(first + 1, last):
            sure *= self._goes_on(at, tag, inside)
            tag = inside
        if last < len(rows):
            sure *= 1.0 - self._goes_on(last, tag, inside)
        return min(sure, 1.0) if sure > 0.0 else 0.0

    def anywhere(self) -> NDArray[np.float64]:
        """The probability of each tag at the unit where it is likeliest, `(T,)`."""
        return self._sums.tags[self._rows].max(0)  # type: ignore[no-any-return]

    def begins(self, first: int, begin: int) -> float:
        """The probability that a span begins at a unit, however it goes on: no less than its confidence."""
        return self._sums.tags.item(self._rows[first], begin)

    def _goes_on(self, at: int, before: int, tag: int) -> float:
        """The probability of a tag at a unit, given the tag before it."""
        sums, row, row_before = self._sums, self._rows[at], self._rows[at - 1]
        likely = sums.moves[before, tag] * sums.onward[row, tag]
        return min(1.0, float(likely / sums.out_of[row_before, before])) if likely > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class _Factors:
    """The scores as weights of which the greatest is 1, and how far sums of products of them may shrink."""

    start: Weights
    moves: Weights
    end: Weights
    reach: float

    @classmethod
    def of(cls, scores: Transitions, kind: np.dtype[Any], reach: float) -> _Factors:
        start, moves, end = (
            np.exp(part.astype(kind) - part.max()) for part in (scores.start, scores.moves, scores.end)
        )
        return cls(start, moves, end, reach)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What the two passes leave, each `(N, T)` but the moves.

    Attributes:
        tags: the probability of a tag at a unit.
        moves: the factors of the moves, `(T, T)`.
        onward: the sum of all paths on from a unit's tag, the unit's own score included, up to a factor of the unit.
        out_of: the same of the tag before, the unit after it left out: `moves @ onward`.
    """

    tags: NDArray[np.float64]
    moves: Weights
    onward: Weights
    out_of: Weights


@dataclass(frozen=True, slots=True)
class _Packed:
    """Utterances without padding, the longest first: the first units of all, then the second units, and so on.

    Attributes:
        emissions: `(N, T)`.
        firsts: the row of the first utterance's unit, for each place in an utterance.
        counts: how many utterances have a unit at that place.
        owners: `(N,)` the utterance of a row.
    """

    emissions: Scores
    firsts: list[int]
    counts: list[int]
    owners: NDArray[np.int64]

    def split(self, rows: Weights) -> tuple[list[Weights], list[Weights]]:
        """Views of the rows at each place: of all the utterances that have it, and of those that have the next one."""
        if self.counts[0] == 1:
            alone = list(rows)
            return alone, alone
        ends = zip(self.firsts, self.counts, [*self.counts[1:], 0], strict=True)
        both = [(rows[first : first + count], rows[first : first + onward]) for first, count, onward in ends]
        return [at for at, _ in both], [on for _, on in both]


def _pack(several: Sequence[Scores]) -> _Packed:
    """Pack emissions that come sorted, the longest first."""
    if len(several) == 1:
        (emissions,) = several
        length = len(emissions)
        return _Packed(emissions, list(range(length)), [1] * length, np.zeros(length, dtype=np.int64))
    lengths = np.array([len(emissions) for emissions in several])
    places, owners = np.nonzero(np.arange(lengths[0])[:, None] < lengths)  # each unit: its place, its utterance
    starts = np.cumsum(lengths) - lengths
    counts = np.bincount(places)
    firsts = np.cumsum(counts) - counts
    emissions = np.concatenate(several)[starts[owners] + places]
    return _Packed(emissions, firsts.tolist(), counts.tolist(), owners)


def _score(scored: tuple[float, _Way]) -> float:
    return scored[0]
