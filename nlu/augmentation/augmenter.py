"""Noise that keeps labels right: what people in a hurry do to an utterance, done to training data."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from pydantic.dataclasses import dataclass

from nlu.augmentation import keyboard, wording
from nlu.augmentation.edits import Edit, apply_edits
from nlu.bounds import STRICT, Rate
from nlu.errors import UnknownChoiceError
from nlu.types import LabelledUtterance

OPERATIONS: Mapping[str, Callable[[LabelledUtterance, float, random.Random], list[Edit]]] = MappingProxyType(
    {
        "endings": partial(wording.other_ending, manners=("blunt", "polite", "chat")),
        "polite_endings": partial(wording.other_ending, manners=("polite",)),
        "blunt_endings": partial(wording.other_ending, manners=("blunt",)),
        "spoken_particles": wording.spoken_particles,
        "drop_particles": wording.drop_particles,
        "fillers": wording.fillers,
        "misspellings": wording.misspellings,
        "jamo_slips": keyboard.jamo_slips,
        "typos": keyboard.typos,
        "add_spaces": keyboard.add_spaces,
        "drop_spaces": keyboard.drop_spaces,
        "drop_all_spaces": keyboard.drop_all_spaces,
        "chat_marks": wording.chat_marks,
    }
)
"""What proposes edits of an utterance at a rate, in the order of use: what is said first, then how it is typed.

`AugmentationSettings` says what each does, and of what its rate is a part.
"""


@dataclass(frozen=True, slots=True, config=STRICT)
class AugmentationSettings:
    """How often each operation strikes: probabilities, 0..1.

    Attributes:
        endings: per utterance; another manner of ending (반말, 존댓말, chat).
        polite_endings: per utterance; a polite ending.
        blunt_endings: per utterance; a blunt ending.
        spoken_particles: per place; a particle as it is said (것을 → 걸).
        drop_particles: per particle after an entity or a common noun; it is left out.
        fillers: per utterance; a word of hesitation.
        misspellings: per place; a common misspelling (돼 → 되).
        jamo_slips: per syllable; a jamo taken for a similar one.
        typos: per syllable; a wrong keystroke.
        add_spaces: per gap between two characters; a space too many.
        drop_spaces: per space; it is left out.
        drop_all_spaces: per utterance; all its spaces are left out.
        chat_marks: per utterance; marks at the end come or go.
    """

    endings: Rate = 0.2
    polite_endings: Rate = 0.0
    blunt_endings: Rate = 0.0
    spoken_particles: Rate = 0.2
    drop_particles: Rate = 0.2
    fillers: Rate = 0.06
    misspellings: Rate = 0.1
    jamo_slips: Rate = 0.01
    typos: Rate = 0.015
    add_spaces: Rate = 0.005
    drop_spaces: Rate = 0.1
    drop_all_spaces: Rate = 0.08
    chat_marks: Rate = 0.4


class Augmenter:
    """Applies every operation at its rate, in the order of `OPERATIONS`.

    Args:
        settings: the rates.

    Example:
        >>> from dataclasses import replace
        >>> from nlu.types import Span
        >>> nothing = AugmentationSettings(**dict.fromkeys(OPERATIONS, 0.0))
        >>> order = LabelledUtterance("피자를 주문해줘", "order_food", (Span(0, 2, "menu", None, "피자"),))
        >>> augmenter = Augmenter(replace(nothing, drop_particles=1.0))
        >>> augmenter.augment(order, random.Random(0)).text
        '피자 주문해줘'
    """

    def __init__(self, settings: AugmentationSettings) -> None:
        self.settings = settings
        self._active = tuple(
            (propose, rate) for name, propose in OPERATIONS.items() if (rate := getattr(settings, name)) > 0
        )

    def augment(self, utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
        """Return the utterance as someone in a hurry might have typed it; the same for the same state of `rng`."""
        for propose, rate in self._active:
            if edits := propose(utterance, rate, rng):
                utterance = apply_edits(utterance, edits)
        return utterance


def perturb(utterance: LabelledUtterance, operation: str, rate: float, rng: random.Random) -> LabelledUtterance:
    """Apply one operation by name, as for copies of real data that test sturdiness.

    Args:
        utterance: what was said.
        operation: a name in `OPERATIONS`, such as "typos" or "drop_all_spaces".
        rate: its probability, per utterance or per place as the operation says.
        rng: the source of chance.

    Raises:
        UnknownChoiceError: no operation has that name.

    Example:
        >>> perturb(LabelledUtterance("내일 날씨 알려줘", "weather"), "drop_all_spaces", 1.0, random.Random(0)).text
        '내일날씨알려줘'
    """
    if operation not in OPERATIONS:
        raise UnknownChoiceError("augmentation", operation, list(OPERATIONS))
    if not 0 <= rate <= 1:
        raise ValueError(f"expected a rate of {operation} from 0 to 1, got {rate!r}")
    return apply_edits(utterance, OPERATIONS[operation](utterance, rate, rng))
