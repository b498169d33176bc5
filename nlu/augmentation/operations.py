"""The operations of augmentation in one table: name, what the rate counts, and the function that proposes edits."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nlu.augmentation import keyboard, wording
from nlu.augmentation.edits import Edit
from nlu.types import LabelledUtterance

Proposal = Callable[[LabelledUtterance, float, random.Random], list[Edit]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A named way of changing an utterance; its rate is a probability per `unit` (utterance, syllable, space …)."""

    name: str
    unit: str
    propose: Proposal


OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("endings", "utterance", wording.endings),
        Operation("polite_endings", "utterance", wording.polite_endings),
        Operation("blunt_endings", "utterance", wording.blunt_endings),
        Operation("spoken_particles", "place", wording.spoken_particles),
        Operation("drop_particles", "particle", wording.drop_particles),
        Operation("fillers", "utterance", wording.fillers),
        Operation("misspellings", "place", wording.misspellings),
        Operation("jamo_slips", "syllable", keyboard.jamo_slips),
        Operation("typos", "syllable", keyboard.typos),
        Operation("add_spaces", "gap", keyboard.add_spaces),
        Operation("drop_spaces", "space", keyboard.drop_spaces),
        Operation("drop_all_spaces", "utterance", keyboard.drop_all_spaces),
        Operation("chat_marks", "utterance", wording.chat_marks),
    )
}
"""Every operation, in the order they are applied: what is said first, then how it is typed."""
