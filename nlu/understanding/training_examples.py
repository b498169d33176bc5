"""What the parts of a model learn from that need no training of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlu.types import LabelledUtterance

if TYPE_CHECKING:  # it imports pydantic, which serving does without
    from nlu.understanding.settings import UnderstandingSettings


@dataclass(frozen=True)
class TrainingExamples:
    """The training set, and what the networks learned to tell apart.

    Attributes:
        utterances: the training set as the networks read it: normalised, and spaced anew where spaces were missing.
        intents: in the order of the intent network's logits.
        labels: what an entity may be (a type, or a type and a role), in the order of the entity network's tags.
        settings: how much the parts count.
        shown: what everyone may see of what was learned from, as its author wrote it: never what was imported.
    """

    utterances: Sequence[LabelledUtterance]
    intents: tuple[str, ...]
    labels: tuple[str, ...]
    settings: UnderstandingSettings
    shown: Sequence[LabelledUtterance] = ()
