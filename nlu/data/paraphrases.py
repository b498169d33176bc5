"""Groups of utterances that say the same in other words, so that a group is held out as a whole.

Who holds single rows out of ten wordings of one request measures how well nine of them are remembered, not how well a
new request is understood. Nobody marks the wordings, so they are found: rows of one intent that share rare pieces of
words are merged, the most similar first, as long as a group stays a small part of its intent.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance

ALIKE = 0.42
"""The least cosine between the pieces of two utterances that may be wordings of one request."""
_LENGTHS = (2, 3)
"""Of pieces of a word, its beginning marked, in characters."""
_COMMON = 200
"""Utterances of an intent: a piece of more of them tells nothing apart."""
_NEAREST = 12
"""Neighbours that an utterance is compared with further."""
_PART, _LEAST, _MOST = 0.1, 2, 24
"""A group's size: this part of its intent, at least and at most so many utterances."""


def paraphrase_groups(utterances: Sequence[LabelledUtterance]) -> list[int]:
    """Number the group of each utterance; equal texts of an intent are always together.

    Example:
        >>> texts = ("안 읽은 메일만 지워", "안 읽은 메일 지울까", "답장 써", "답장 써 줘", "새 편지")
        >>> paraphrase_groups([LabelledUtterance(text, "mail") for text in texts])
        [0, 0, 2, 2, 4]
    """
    found = list(range(len(utterances)))
    for rows in _by_intent(utterances).values():
        texts = [normalize(utterances[row].text).text for row in rows]
        for row, first in zip(rows, _merged(texts), strict=True):
            found[row] = rows[first]
    return found


def hold_out_groups(
    utterances: Sequence[LabelledUtterance], groups: Sequence[int], share: float, rng: random.Random
) -> list[bool]:
    """Choose whole groups, about this share of each intent's utterances, which keeps at least one group.

    Args:
        utterances: what is chosen from.
        groups: the number of each one's group.
        share: 0 up to but not including 1.
        rng: the source of chance.

    Returns:
        For each utterance, whether it is held out.
    """
    if not 0 <= share < 1:
        raise ValueError(f"expected 0 <= share < 1, got {share}")
    held: set[int] = set()
    owed = 0.0
    for rows in _by_intent(utterances).values():
        sizes = Counter(groups[row] for row in rows)
        names = list(sizes)
        rng.shuffle(names)
        owed = min(owed, 1.0) + share * len(rows)
        for name in names[:-1]:
            if sizes[name] / 2 <= owed:
                held.add(name)
                owed -= sizes[name]
    return [group in held for group in groups]


def _by_intent(utterances: Sequence[LabelledUtterance]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, utterance in enumerate(utterances):
        rows.setdefault(utterance.intent or "", []).append(row)
    return dict(sorted(rows.items()))


def _merged(texts: Sequence[str]) -> list[int]:
    """The first text of each one's group: single linkage, the nearest first, groups of a limited size."""
    most = max(_LEAST, min(_MOST, int(_PART * len(texts))))
    first_of = {text: at for at, text in reversed(list(enumerate(texts)))}
    firsts = [first_of[text] for text in texts]
    parent, sizes = list(range(len(texts))), [0] * len(texts)
    for first in firsts:
        sizes[first] += 1

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = at = parent[parent[at]]
        return at

    distinct = sorted(set(firsts))
    for _, one, other in _edges([texts[at] for at in distinct]):
        a, b = sorted((root(distinct[one]), root(distinct[other])))
        if a != b and sizes[a] + sizes[b] <= most:
            parent[b] = a
            sizes[a] += sizes[b]
    return [root(first) for first in firsts]


def _edges(texts: Sequence[str]) -> list[tuple[float, int, int]]:
    """Pairs of alike texts, the most similar first."""
    rows, weights, places = _vectors(texts)
    edges: list[tuple[float, int, int]] = []
    for row, (pieces, values) in enumerate(zip(rows, weights, strict=True)):
        shared = [(places[piece], value) for piece, value in zip(pieces, values, strict=True)]
        near = [(place, value) for place, value in shared if len(place[0]) > 1]
        if not near:
            continue
        others = np.concatenate([at for (at, _), _ in near])
        parts = np.concatenate([value * theirs for (_, theirs), value in near])
        names, inverse = np.unique(others, return_inverse=True)
        cosines = np.bincount(inverse, parts)
        cosines[names == row] = 0.0
        best = np.argsort(-cosines, kind="stable")[:_NEAREST]
        edges += [(round(float(cosines[at]), 6), row, int(names[at])) for at in best if cosines[at] >= ALIKE]
    return sorted(edges, key=lambda edge: (-edge[0], edge[1], edge[2]))


_Vector = tuple[NDArray[np.intp], NDArray[np.float64]]


def _vectors(texts: Sequence[str]) -> tuple[list[list[int]], list[NDArray[np.float64]], list[_Vector]]:
    """The pieces of each text and their weights (TF-IDF of length 1), and for each piece the texts that have it."""
    counts = [Counter(_pieces(text)) for text in texts]
    frequency = Counter(piece for count in counts for piece in count)
    ids = {piece: number for number, piece in enumerate(frequency)}
    rarity = {piece: math.log((1 + len(texts)) / (1 + count)) + 0.1 for piece, count in frequency.items()}
    rows, weights = [], []
    within: list[list[int]] = [[] for _ in ids]
    values: list[list[float]] = [[] for _ in ids]
    for row, count in enumerate(counts):
        vector = np.array([(1 + math.log(times)) * rarity[piece] for piece, times in count.items()])
        vector = vector / (np.linalg.norm(vector) or 1.0)
        kept = [(ids[piece], value) for piece, value in zip(count, vector, strict=True) if frequency[piece] <= _COMMON]
        rows.append([piece for piece, _ in kept])
        weights.append(np.array([value for _, value in kept]))
        for piece, value in kept:
            within[piece].append(row)
            values[piece].append(value)
    return rows, weights, [(np.array(at, dtype=np.intp), np.array(v)) for at, v in zip(within, values, strict=True)]


def _pieces(text: str) -> Iterable[str]:
    for word in text.split():
        marked = f"^{word}"
        for length in _LENGTHS:
            for at in range(len(marked) - length + 1):
                yield marked[at : at + length]
