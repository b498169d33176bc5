"""The operations of augmentation in one table: name, what the rate counts, and the function that proposes edits."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nlu.augmentation import keyboard as augment_typing
from nlu.augmentation import wording as augment_wording
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
        Operation("endings", "utterance", augment_wording.endings),
        Operation("polite_endings", "utterance", augment_wording.polite_endings),
        Operation("blunt_endings", "utterance", augment_wording.blunt_endings),
        Operation("spoken_particles", "place", augment_wording.spoken_particles),
        Operation("drop_particles", "particle", augment_wording.drop_particles),
        Operation("fillers", "utterance", augment_wording.fillers),
        Operation("misspellings", "place", augment_wording.misspellings),
        Operation("jamo_slips", "syllable", augment_typing.jamo_slips),
        Operation("typos", "syllable", augment_typing.typos),
        Operation("add_spaces", "gap", augment_typing.add_spaces),
        Operation("drop_spaces", "space", augment_typing.drop_spaces),
        Operation("drop_all_spaces", "utterance", augment_typing.drop_all_spaces),
        Operation("chat_marks", "utterance", augment_wording.chat_marks),
    )
}
"""Every operation, in the order they are applied: what is said first, then how it is typed."""
