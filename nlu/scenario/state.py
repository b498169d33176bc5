"""Where a talk stands, as a value that can be kept: frames of scenarios, the one talked about last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

CONFIRM, CHANGE = "?confirm", "?change"
"""What a frame waits for that is no slot: a yes or a no, and what is to be changed."""
CLARIFY = "?clarify:"
"""Begins what a frame waits for where a slot's value may mean two things; the slot's name follows."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What fills a slot.

    Attributes:
        value: the canonical value, or what a computed one says.
        said: the words.
        unit: the unit of a computed value.
        computed: what it says as a value that programs read (ISO 8601, a decimal), where its type is computed.
        is_open: whether it may be in the morning as well as in the afternoon.
    """

    value: str
    said: str
    unit: str | None = None
    computed: str | None = None
    is_open: bool = False

    def to_json(self) -> list[Any]:
        """Give it as JSON's values, those at the end left out that are usual."""
        written = [self.value, self.said, self.unit, self.computed, self.is_open]
        return written if self.is_open else written[:4] if self.computed else written[:3]


Slots = Mapping[str, tuple[Filled, ...]]
"""Name of a slot → what fills it: one value, or several that were said together."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One scenario that is talked about.

    Attributes:
        intent: whose.
        slots: name → what fills it.
        asked: what was asked for last: a slot, `CONFIRM` or `CHANGE`.
        asks: how often in a row.
    """

    intent: str
    slots: Slots = field(default_factory=dict)
    asked: str | None = None
    asks: int = 0

    def with_slots(self, changed: Slots, *, without: frozenset[str] = frozenset()) -> Frame:
        """The frame with some slots filled anew, and others emptied."""
        kept = {name: one for name, one in self.slots.items() if name not in without}
        return replace(self, slots={**kept, **changed})

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON's values."""
        slots = {name: [each.to_json() for each in several] for name, several in self.slots.items()}
        return {"intent": self.intent, "slots": slots, "asked": self.asked, "asks": self.asks}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Frame:
        """Read what `to_json` gave."""
        slots = {str(name): tuple(Filled(*each) for each in slot) for name, slot in written["slots"].items()}
        return cls(str(written["intent"]), slots, written["asked"], int(written["asks"]))


@dataclass(frozen=True, slots=True)
class State:
    """Where a talk stands.

    Attributes:
        frames: what is talked about, the last first in turn.
        updated: when something was said last, with its zone; None at the beginning.
        last: what was done last without a question for a yes, which may still be mended.
    """

    frames: tuple[Frame, ...] = ()
    updated: datetime | None = None
    last: Frame | None = None

    @property
    def frame(self) -> Frame | None:
        """What is talked about now."""
        return self.frames[-1] if self.frames else None

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON's values."""
        written = {
            "frames": [one.to_json() for one in self.frames],
            "updated": self.updated and self.updated.isoformat(),
        }
        return {**written, "mendable": self.last.to_json()} if self.last else written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> State:
        """Read what `to_json` gave.

        Raises:
            ValueError: it is something else.
        """
        try:
            frames = tuple(Frame.from_json(one) for one in written["frames"])
            updated, last = written["updated"], written.get("mendable")
            return cls(frames, datetime.fromisoformat(updated) if updated else None, last and Frame.from_json(last))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"expected a state of a talk, got {written!r}") from error


ActKind = Literal[
    "ask", "choices", "clarify", "confirm", "change", "done", "cancelled", "corrected", "resumed", "expired", "answer",
    "wait", "not_understood", "which", "hand_over", "failed",
]  # fmt: skip
Why = Literal[
    "opening", "outside", "cancel", "yes", "no", "correction", "answer", "over_answer", "digression", "asks_back",
    "not_understood", "unclear",
]  # fmt: skip
"""As what a turn was read, in the order of `step`; `opening`, `outside`, `unclear` where nothing was talked about."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that the bot does in a turn.

    Attributes:
        kind: what.
        intent: of which scenario; None where it is about none.
        slot: which slot, where it is about one.
        attempt: how often it was asked for, from 1.
        slots: what fills the frame's slots then.
        before: what filled the slot before it was corrected.
        why: as what the turn was read that led to it.
    """

    kind: ActKind
    intent: str | None = None
    slot: str | None = None
    attempt: int = 0
    slots: Slots = field(default_factory=dict)
    before: tuple[Filled, ...] = ()
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one utterance: where the talk stands now, and what the bot does, in order."""

    state: State
    acts: tuple[Act, ...]
