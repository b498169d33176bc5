"""An utterance that waits for an author's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from nlu.types import LabelledUtterance, Span

Reason = Literal["failed", "unsure", "complained"]
"""Why it waits: the bot did not understand, hardly understood, or someone said that the answer was wrong."""

REASONS: tuple[Reason, ...] = ("failed", "unsure", "complained")
"""The three lists, in the order in which they are shown."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When something was said of which nobody knows when."""


@dataclass(frozen=True, slots=True)
class InboxUtterance:
    """What someone said, and what is known of it.

    Attributes:
        id: of its record.
        text: as it was recorded, personal data masked.
        spans: the entities that were found, sorted, not overlapping.
        reason: why it waits; of several the last of `REASONS`.
        doubt: how unsure the bot was, 0..1; 1 where it did not understand.
        user: who said it; "" where nobody knows.
        time: when.
        intent: what the bot took it for.
        version: of the model that answered.
        masked: the stretches of personal data, which are entities of their kind for whoever compares.
    """

    id: str
    text: str
    spans: tuple[Span, ...] = ()
    reason: Reason = "failed"
    doubt: float = 1.0
    user: str = ""
    time: datetime = LONG_AGO
    intent: str | None = None
    version: str = ""
    masked: tuple[Span, ...] = ()

    @property
    def slots(self) -> tuple[Span, ...]:
        """What stands for something else: the entities, and what was masked."""
        apart = [one for one in self.spans if not any(m.start < one.end and one.start < m.end for m in self.masked)]
        return tuple(sorted([*apart, *self.masked]))

    @property
    def labelled(self) -> LabelledUtterance:
        """The same as the induction of patterns reads it; its intent is what the bot took it for."""
        return LabelledUtterance(self.text, self.intent, self.slots, self.id)
