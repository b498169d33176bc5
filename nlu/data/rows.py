"""A row of a data set: an utterance, the part it belongs to, and its slice of the report."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.types import LabelledUtterance

PARTS = ("train", "dev", "test", "refit")
"""The parts of a data set: what a model is trained, chosen and measured with, and what only the served model learns
besides, of all patterns and values, those that were held out too."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A group of utterances that a report scores on its own; made by `held_out`, or from its name by `parse`.

    Attributes:
        name: how files and reports spell it; "" for no group.
        unseen_pattern: whether train has no utterance of the patterns that its utterances come from.
        unseen_value: whether each of its utterances has a dictionary value that train has not.
    """

    name: str = ""
    unseen_pattern: bool = False
    unseen_value: bool = False

    @classmethod
    def held_out(cls, *, unseen_pattern: bool, unseen_value: bool) -> Slice:
        """Return the slice of a held-out split.

        Example:
            >>> Slice.held_out(unseen_pattern=True, unseen_value=False).name
            'unseen_pattern/seen_value'
        """
        pattern, value = ("unseen" if unseen else "seen" for unseen in (unseen_pattern, unseen_value))
        return cls(f"{pattern}_pattern/{value}_value", unseen_pattern, unseen_value)

    @classmethod
    def parse(cls, name: str) -> Slice:
        """Read a slice's name; one that is not of a held-out split is a group about which no more is known."""
        match = _HELD_OUT.fullmatch(name)
        return cls(name, bool(match[1]), bool(match[2])) if match else cls(name)


_HELD_OUT = re.compile("(un)?seen_pattern/(un)?seen_value")


IMPORTED = Slice("imported")
"""Slice of the utterances that come from a file instead of a pattern."""


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """An utterance of a data set.

    Attributes:
        utterance: what is said, labelled.
        part: one of `PARTS`; "" when not yet decided.
        slice: the group that it is measured in.
    """

    utterance: LabelledUtterance
    part: str = ""
    slice: Slice = Slice()
