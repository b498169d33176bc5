"""Read a task's folder, and take fair parts of it: held-out utterances, learning curves, quick looks."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nlu.data.importers import read_any
from nlu.data.paraphrases import hold_out_groups, paraphrase_groups
from nlu.errors import UnknownChoiceError
from nlu.types import LabelledUtterance

PARTS = ("train", "dev", "test")
"""The files of a task, each `PART.jsonl`; only `train` must be there."""

PATTERN = "pattern "
"""Begins the origin of an utterance that was generated."""

Utterances = tuple[LabelledUtterance, ...]


@dataclass(frozen=True)
class Task:
    """Labelled utterances that belong together.

    Attributes:
        name: the folder's name.
        parts: part → its utterances; those of `PARTS` that are there.
    """

    name: str
    parts: dict[str, Utterances] = field(repr=False)

    @property
    def train(self) -> Utterances:
        """The utterances to learn from."""
        return self.parts["train"]

    def part(self, name: str) -> Utterances:
        """Give the utterances of one part.

        Raises:
            UnknownChoiceError: the folder has no such file.
        """
        if name not in self.parts:
            raise UnknownChoiceError("part", name, list(self.parts))
        return self.parts[name]

    def limited_to(self, count: int | None, seed: int = 0) -> Task:
        """The same task with at most so many utterances in each part, for a quick look; None changes nothing."""
        if count is None:
            return self
        return replace(self, parts={name: at_most(part, count, seed) for name, part in self.parts.items()})


def task_names(data: Path) -> list[str]:
    """List the tasks of a data folder, in order.

    Raises:
        NotADirectoryError: there is no such data folder.
    """
    if not data.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(data))
    return sorted(path.parent.name for path in data.glob("*/train.jsonl"))


def read_task(data: Path, name: str) -> Task:
    """Read the folder of a task.

    Args:
        data: the folder that holds one folder a task.
        name: the task.

    Raises:
        NotADirectoryError: there is no such data folder.
        UnknownChoiceError: it holds no such task; lists those it holds.
        SourceErrors: the mistakes of a file.
    """
    there = task_names(data)
    if name not in there:
        raise UnknownChoiceError("task", name, there)
    files = {part: data / name / f"{part}.jsonl" for part in PARTS}
    return Task(name, {part: read_any(path).utterances for part, path in files.items() if path.exists()})


def subset(utterances: Sequence[LabelledUtterance], share: float, seed: int = 0) -> Utterances:
    """Take a share of the utterances, the same share of each intent but at least one; a larger share holds a smaller.

    Args:
        utterances: those of a training part.
        share: above 0, up to 1.
        seed: which ones are taken; their order stays.

    Example:
        >>> rows = [LabelledUtterance(str(number), "even" if number % 2 == 0 else "odd") for number in range(8)]
        >>> [row.intent for row in subset(rows, 0.5)]
        ['even', 'odd', 'even', 'odd']
    """
    if not 0 < share <= 1:
        raise ValueError(f"expected 0 < share <= 1, got {share}")
    kept = {at for rows in _shuffled_by_intent(utterances, seed) for at in rows[: max(1, round(share * len(rows)))]}
    return tuple(utterance for at, utterance in enumerate(utterances) if at in kept)


def few(utterances: Sequence[LabelledUtterance], count: int, seed: int = 0) -> Utterances:
    """Take so many utterances of each intent, or all it has; their order stays.

    Example:
        >>> rows = [LabelledUtterance(str(number), "even" if number % 2 == 0 else "odd") for number in range(8)]
        >>> [row.intent for row in few(rows, 1)]
        ['even', 'odd']
    """
    kept = {at for rows in _shuffled_by_intent(utterances, seed) for at in rows[:count]}
    return tuple(utterance for at, utterance in enumerate(utterances) if at in kept)


def hold_out(utterances: Sequence[LabelledUtterance], share: float, seed: int = 0) -> tuple[Utterances, Utterances]:
    """Split off a share for choices that must not be made on what is learned from; intents in proportion.

    As the product does, whole patterns are held out, and whole groups of wordings of one request.

    Args:
        utterances: those of a training part; those of a pattern have an origin.
        share: the part to hold out, 0 up to but not including 1.
        seed: which ones are held out.

    Returns:
        The utterances to learn from and those held out; an intent keeps at least one group.
    """
    written = [utterance for utterance in utterances if not utterance.origin.startswith(PATTERN)]
    of_wording = iter(paraphrase_groups(written))
    groups = [one.origin if one.origin.startswith(PATTERN) else f"wording {next(of_wording)}" for one in utterances]
    names = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    held = hold_out_groups(utterances, [names[group] for group in groups], share, random.Random(seed))
    return (
        tuple(utterance for utterance, is_held in zip(utterances, held, strict=True) if not is_held),
        tuple(utterance for utterance, is_held in zip(utterances, held, strict=True) if is_held),
    )


def without_intents(utterances: Sequence[LabelledUtterance]) -> Utterances:
    """The same with their entities alone, so that no intents are learned."""
    return tuple(replace(utterance, intent=None) for utterance in utterances)


def without_entities(utterances: Sequence[LabelledUtterance]) -> Utterances:
    """The same with their intents alone, so that no entities are learned."""
    return tuple(replace(utterance, spans=()) for utterance in utterances)


def at_most(utterances: Utterances, count: int, seed: int = 0) -> Utterances:
    """Take so many utterances, or all there are; their order stays."""
    if len(utterances) <= count:
        return utterances
    kept = set(random.Random(seed).sample(range(len(utterances)), count))
    return tuple(utterance for at, utterance in enumerate(utterances) if at in kept)


def _shuffled_by_intent(utterances: Sequence[LabelledUtterance], seed: int) -> list[list[int]]:
    """The positions of each intent's utterances, intents in order, each shuffled on its own."""
    groups: dict[str, list[int]] = {}
    for at, utterance in enumerate(utterances):
        groups.setdefault(utterance.intent or "", []).append(at)
    for intent, rows in groups.items():
        random.Random(f"{seed}/{intent}").shuffle(rows)
    return [groups[intent] for intent in sorted(groups)]
