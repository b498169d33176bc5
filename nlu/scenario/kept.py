"""A talk as it is kept between two turns: where it stands, what was answered last, and what webhooks are being told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from nlu.dialogue.responses import QuickReply, Reply
from nlu.scenario.state import Act, Filled, State

_OF_ACT = tuple(one.name for one in fields(Act))


@dataclass(frozen=True, slots=True)
class LastTurn:
    """What was said and answered last, by which the same message is known again.

    Attributes:
        digest: stands for what was said.
        answered: when it was answered, in seconds since 1970.
        acts: what the bot did; only what was done bears its slots.
        reply: what the bot said.
        message_id: how the client named the message; None where it did not.
    """

    digest: str
    answered: float
    acts: tuple[Act, ...]
    reply: Reply
    message_id: str | None = None

    def is_of(self, digest: str, message_id: str | None, arrived: float) -> bool:
        """Whether a message is this one, come again: by its name, else by coming before this was answered.

        Args:
            digest: stands for what it says.
            message_id: how the client names it.
            arrived: when it came, in seconds since 1970.

        Example:
            >>> last = LastTurn("d", 10.0, (), Reply("네"))
            >>> last.is_of("d", None, 9.9), last.is_of("d", None, 10.1), last.is_of("d", "m1", 9.9)
            (True, False, False)
        """
        if digest != self.digest or message_id != self.message_id:
            return False
        return message_id is not None or arrived < self.answered


@dataclass(frozen=True, slots=True)
class KeptTalk:
    """A talk as it is kept.

    Attributes:
        state: where it stands.
        turn: how often it was kept; 0 where it never was.
        last: the last turn; None before the first.
        told_until: until when a turn may be at telling a webhook, in seconds since 1970; others wait for it.
        occasions: intent → what names the telling of its end, so that it bears one name however often it is tried.
    """

    state: State
    turn: int = 0
    last: LastTurn | None = None
    told_until: float = 0.0
    occasions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON's values; the turn is kept beside it."""
        written = self.state.to_json()
        if self.last is not None:
            written["last"] = _last_to_json(self.last)
        if self.told_until:
            written["told_until"] = self.told_until
        if self.occasions:
            written["occasions"] = dict(self.occasions)
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any], turn: int) -> KeptTalk:
        """Read what `to_json` gave; what can't be read, as of another version, is as at the beginning."""
        try:
            last = written.get("last")
            return cls(
                State.from_json(written),
                turn,
                _last_from_json(last) if last is not None else None,
                float(written.get("told_until", 0.0)),
                {str(intent): str(name) for intent, name in written.get("occasions", {}).items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(State(), turn)


def _last_to_json(last: LastTurn) -> dict[str, Any]:
    return {
        "digest": last.digest,
        "answered": last.answered,
        "message_id": last.message_id,
        "acts": [_act_to_json(act) for act in last.acts],
        "text": last.reply.text,
        "quick_replies": [[one.label, one.text] for one in last.reply.quick_replies],
    }


def _last_from_json(written: Mapping[str, Any]) -> LastTurn:
    buttons = tuple(QuickReply(str(label), str(text)) for label, text in written["quick_replies"])
    return LastTurn(
        str(written["digest"]),
        float(written["answered"]),
        tuple(_act_from_json(act) for act in written["acts"]),
        Reply(str(written["text"]), buttons),
        written["message_id"],
    )


def _act_to_json(act: Act) -> dict[str, Any]:
    kept = act if act.kind == "done" else replace(act, slots={})
    values = {name: value for name in _OF_ACT if (value := getattr(kept, name))}
    if "slots" in values:
        values["slots"] = {name: _filled_to_json(one) for name, one in kept.slots.items()}
    if "before" in values:
        values["before"] = _filled_to_json(kept.before)
    return values


def _act_from_json(written: Mapping[str, Any]) -> Act:
    slots = {str(name): _filled_from_json(one) for name, one in written.get("slots", {}).items()}
    return Act(**{**written, "slots": slots, "before": _filled_from_json(written.get("before", ()))})


def _filled_to_json(several: tuple[Filled, ...]) -> list[list[Any]]:
    return [one.to_json() for one in several]


def _filled_from_json(written: Any) -> tuple[Filled, ...]:
    return tuple(Filled(*one) for one in written)
