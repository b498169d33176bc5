"""Utterances on which it is judged whether a network has learned all that its training set can tell."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.types import LabelledUtterance

_ONE_IN = 20
_ENOUGH = 2_000
"""Utterances that people wrote, for a twentieth of them to tell more than chance."""

Utterances = tuple[LabelledUtterance, ...]


def apart_for_stopping(
    train: Sequence[LabelledUtterance], written: Sequence[LabelledUtterance]
) -> tuple[Utterances, Utterances]:
    """Take one in twenty of the utterances that people wrote out of a training set, where there are many.

    What is held out by patterns and by groups of wordings is new; how well that is understood does not tell when
    the training set is known by heart. Single rows between others of their kind do (`TrainingSettings.stop_at`).

    Args:
        train: what is learned from.
        written: those of it that people wrote, not patterns.

    Returns:
        What is left to learn from, and what was taken; nothing where few are written.
    """
    taken = set(written[::_ONE_IN]) if len(written) >= _ENOUGH else set[LabelledUtterance]()
    return tuple(one for one in train if one not in taken), tuple(written[::_ONE_IN] if taken else ())
