"""What a stage tells while it works: values that a command prints, a job keeps, and a test collects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage has come.

    Attributes:
        stage: its name, such as `generate` or `fit.entities`.
        done: units of work that are done.
        total: all of them; None where that is not known.
        unit: what is counted, such as `utterance` or `batch`.
    """

    stage: str
    done: int
    total: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth telling once; a table of messages words it.

    Attributes:
        code: which message, such as `train.fitting`.
        values: what the message names.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


Event = Progress | Notice
Listener = Callable[[Event], None]
"""Is told each event as it happens; what it raises ends the stage."""
OnEpoch = Callable[[float, float, float | None], bool]
"""Is told each epoch's number (from 1), its mean loss and its score on the development set; True ends the training.

Where it asks to be told oftener (`judge_every`), also parts of epochs, such as 0.25, with the mean loss of the epoch so
far.
"""


def ignore(event: Event) -> None:
    """Listen to nothing."""
