"""Utterances of one meaning together, the groups in the order in which an author should see them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nlu.inbox.clustering import Vectors, follow_leaders
from nlu.inbox.ordering import by_worth_and_novelty, doubt, frequency, promise
from nlu.inbox.utterances import InboxUtterance

_FEW, _MANY = 20, 1000
_ALIKE_AMONG_FEW, _ALIKE_AMONG_MANY = 0.4, 0.63
"""How alike utterances of one group are: chosen on train utterances of massive_ko, so that groups are pure."""
_FIRST_MEMBERS = 5
"""How many members are chosen to show what a group holds: one at its centre, others that differ from it."""


@dataclass(frozen=True, slots=True)
class Group:
    """Utterances of one meaning.

    Attributes:
        members: the most typical first, then such as differ from those before.
        frequency: how many people said it.
        doubt: how unsure the bot was on the average, 0..1.
    """

    members: tuple[InboxUtterance, ...]
    frequency: int
    doubt: float

    @property
    def representative(self) -> InboxUtterance:
        """The most typical one."""
        return self.members[0]

    @property
    def weight(self) -> float:
        """How much it is worth to be looked at, without what is known of others."""
        return self.frequency * self.doubt


def least_alike(count: int) -> float:
    """How alike utterances of one group must be, as the cosine of their angle.

    The more there are, the nearer comes the nearest that means something else, about with their number's logarithm.

    Example:
        >>> [round(least_alike(count), 2) for count in (1, 20, 140, 1000, 20_000)]
        [0.4, 0.4, 0.51, 0.63, 0.63]
    """
    part = math.log(max(count, _FEW) / _FEW) / math.log(_MANY / _FEW)
    return _ALIKE_AMONG_FEW + min(1.0, part) * (_ALIKE_AMONG_MANY - _ALIKE_AMONG_FEW)


def group(utterances: Sequence[InboxUtterance], vectors: Vectors, least: float | None = None) -> list[Group]:
    """Group utterances by meaning, however they are ordered.

    Args:
        utterances: what is to be grouped.
        vectors: `(N, D)` theirs, as `Representation` makes them.
        least: how alike those of a group are; None for what fits so many.

    Returns:
        The groups, by how many people said it × how unsure the bot was × what is new in it beside those before.
    """
    order = _order(utterances)
    numbers = np.empty(len(order), dtype=np.intp)
    numbers[order] = follow_leaders(vectors[order], least_alike(len(order)) if least is None else least)
    return arranged(utterances, vectors, numbers.tolist())


def arranged(
    utterances: Sequence[InboxUtterance],
    vectors: Vectors,
    numbers: Sequence[int],
    decided: Mapping[int, bool] | None = None,
) -> list[Group]:
    """Make groups of utterances that bear the same number, and put them in order.

    Args:
        utterances: those of all groups.
        vectors: `(N, D)` theirs.
        numbers: the group of each.
        decided: of groups that an author decided, whether what they ask for is new to the bot: others like those that
            are come first, they themselves last.
    """
    rows_of: dict[int, list[int]] = {}
    for row, number in enumerate(numbers):
        rows_of.setdefault(number, []).append(row)
    names = sorted(rows_of, key=lambda number: min(utterances[row].id for row in rows_of[number]))
    if not names:
        return []
    centres = np.stack([centre(vectors[rows_of[name]]) for name in names])
    groups = [_group(utterances, vectors, rows_of[name], middle) for name, middle in zip(names, centres, strict=True)]
    known = {at: decided[name] for at, name in enumerate(names) if name in decided} if decided else {}
    worth = promise(centres, centres[list(known)], list(known.values())) * [one.weight for one in groups]
    worth[list(known)] = 0.0
    return [groups[at] for at in by_worth_and_novelty(worth, centres)]


def joined(utterances: Sequence[InboxUtterance], vectors: Vectors, centres: Vectors, least: float) -> list[int]:
    """Give each utterance the group it joins: one that there is, or a new one, numbered after those.

    Args:
        utterances: those without a group.
        vectors: `(N, D)` theirs.
        centres: `(K, D)` of the groups that there are, made in the same call of `Representation.vectors`.
        least: how alike an utterance and the group are.
    """
    order = _order(utterances)
    numbers = np.empty(len(order), dtype=np.intp)
    numbers[order] = follow_leaders(vectors[order], least, centres)
    return numbers.tolist()


def centre(vectors: Vectors) -> Vectors:
    """The middle of some vectors, of length 1, or 0 where they cancel out."""
    mean = vectors.mean(0, dtype=np.float64)
    middle: Vectors = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
    return middle


def _group(utterances: Sequence[InboxUtterance], vectors: Vectors, rows: Sequence[int], middle: Vectors) -> Group:
    rows = sorted(rows, key=lambda row: utterances[row].id)
    own = vectors[list(rows)]
    typical = np.clip(own @ middle, 0.0, 1.0).round(6)
    members = tuple(utterances[rows[at]] for at in by_worth_and_novelty(typical.tolist(), own, _FIRST_MEMBERS))
    return Group(members, frequency(members), doubt(members))


def _order(utterances: Sequence[InboxUtterance]) -> list[int]:
    """Who may lead first: the most doubtful, of these what is written first in the dictionary."""
    return sorted(
        range(len(utterances)), key=lambda at: (-utterances[at].doubt, utterances[at].text, utterances[at].id)
    )
