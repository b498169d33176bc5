"""What every importer gives back."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.events import Notice
from nlu.lexicon.dictionary import Entry
from nlu.types import LabelledUtterance


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held.

    Attributes:
        utterances: the labelled utterances, in the file's order.
        entries: dictionary values with their synonyms, where the format has such.
        notes: what was left out and why.
    """

    utterances: tuple[LabelledUtterance, ...] = ()
    entries: tuple[Entry, ...] = ()
    notes: tuple[Notice, ...] = ()
