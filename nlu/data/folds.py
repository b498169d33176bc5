"""Parts of a data set for cross-validation: whole patterns, and whole groups of wordings, are left out in turn."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlu.data.dataset import Dataset
from nlu.data.paraphrases import hold_out_groups, paraphrase_groups
from nlu.data.rows import IMPORTED, DatasetRow, Slice
from nlu.errors import InputError

_TO_CALIBRATE = 0.1
"""The part of what is not tested that is held out, too, to choose the threshold on."""
_ROUGHENED = ("train", "refit")
"""Parts that hold copies as people type them; what is tested comes from the others, where they have some."""


@dataclass(frozen=True)
class Fold:
    """What one model learns and what it is tested on.

    Attributes:
        number: from 1.
        dataset: its parts train, dev and test.
    """

    number: int
    dataset: Dataset


@dataclass(frozen=True)
class Folds:
    """A data set whose patterns are dealt out; `deal` makes it.

    Attributes:
        rows: of all parts.
        groups: of each row, the pattern or the group of wordings that it belongs to, as a number.
        fold_of: of each group, the number of the fold that tests it, from 1; 0 where it is always learned.
        count: how many folds there are.
        seed: what they were dealt out with.
    """

    rows: tuple[DatasetRow, ...]
    groups: tuple[int, ...]
    fold_of: tuple[int, ...]
    count: int
    seed: int

    def always_learned(self) -> int:
        """How many groups are never tested."""
        return self.fold_of.count(0)

    def tested(self) -> int:
        """How many groups are tested."""
        return len(self.fold_of) - self.always_learned()

    def __iter__(self) -> Iterator[Fold]:
        return (self._fold(number) for number in range(1, self.count + 1))

    def _fold(self, number: int) -> Fold:
        others = [row for row, group in enumerate(self.groups) if self.fold_of[group] not in (0, number)]
        held = hold_out_groups(
            [self.rows[row].utterance for row in others], [self.groups[row] for row in others], _TO_CALIBRATE,
            random.Random(f"{self.seed} {number}"),
        )  # fmt: skip
        dev = {self.groups[row] for row, is_held in zip(others, held, strict=True) if is_held}
        test = {group for group, fold in enumerate(self.fold_of) if fold == number}
        parts = self._tests(test, "test") + self._tests(dev, "dev")
        texts = {row.utterance.text for row in parts}
        learned = (row for row, group in zip(self.rows, self.groups, strict=True) if group not in test | dev)
        parts += [replace(row, part="train") for row in learned if row.utterance.text not in texts]
        return Fold(number, Dataset.of(parts))

    def _tests(self, groups: set[int], part: str) -> list[DatasetRow]:
        rows = [(row, group) for row, group in zip(self.rows, self.groups, strict=True) if group in groups]
        with_clean = {group for row, group in rows if _is_clean(row)}
        kept = (row for row, group in rows if _is_clean(row) or group not in with_clean)
        return [replace(row, part=part, slice=_slice(row)) for row in kept]


def deal(rows: Sequence[DatasetRow], count: int, seed: int) -> Folds:
    """Deal the patterns, and the groups of wordings of imported rows, out to folds, each intent's evenly.

    An intent's only pattern, and one with an entity label that no other has, is always learned: nobody could know it.

    Args:
        rows: of all parts.
        count: how many folds, at least 2.
        seed: who is in which.

    Raises:
        InputError: there are fewer patterns to test than folds.
    """
    groups = _groups(rows)
    sizes, intents, labels = Counter[int](), dict[int, str](), defaultdict[str, set[int]](set)
    for row, group in zip(rows, groups, strict=True):
        sizes[group] += 1 if _is_clean(row) else 0
        intents.setdefault(group, row.utterance.intent or "")
        for span in row.utterance.spans:
            labels[span.label].add(group)
    alone = {group for several in labels.values() if len(several) == 1 for group in several}
    by_intent = defaultdict[str, list[int]](list)
    for group, intent in intents.items():
        by_intent[intent].append(group)
    rng, fold_of, load = random.Random(seed), [0] * len(intents), Counter[int]()
    for _, members in sorted(by_intent.items()):
        free = [group for group in members if group not in alone] if len(members) > 1 else []
        rng.shuffle(free)
        own = Counter[int]()
        for group in sorted(free, key=lambda group: -sizes[group]):
            chosen = min(range(1, count + 1), key=lambda fold: (own[fold], load[fold], fold))
            fold_of[group] = chosen
            own[chosen] += max(sizes[group], 1)
            load[chosen] += max(sizes[group], 1)
    if len(load) < count:
        raise InputError("folds.few", folds=count, patterns=len(fold_of) - fold_of.count(0))
    return Folds(tuple(rows), tuple(groups), tuple(fold_of), count, seed)


def _groups(rows: Sequence[DatasetRow]) -> list[int]:
    """Number the group of each row: its pattern, or the wordings of what it says."""
    written = [row.utterance for row in rows if row.slice == IMPORTED]
    wordings = iter(paraphrase_groups(written))
    names: dict[Hashable, int] = {}
    keys = (next(wordings) if row.slice == IMPORTED else row.utterance.origin or row.utterance.text for row in rows)
    return [names.setdefault(key, len(names)) for key in keys]


def _is_clean(row: DatasetRow) -> bool:
    return row.slice == IMPORTED or row.part not in _ROUGHENED


def _slice(row: DatasetRow) -> Slice:
    return IMPORTED if row.slice == IMPORTED else Slice.held_out(unseen_pattern=True, unseen_value=False)
