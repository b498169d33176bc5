"""Groups as they are shown: named, counted, with some of what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from nlu.inbox.naming import names
from nlu.inbox.utterances import REASONS, InboxUtterance
from nlu.types import Span

if TYPE_CHECKING:  # who only describes what is shown needs no database and no model
    from nlu.inbox.decisions import Decision
    from nlu.inbox.representation import Representation
    from nlu.inbox.store import StoredGroup

SOME_MEMBERS = 3
"""Members that a list of groups shows of each."""
_NAMED_BY = 50
"""Members of a group that its name is made from."""


class SpanView(TypedDict):
    """A stretch of a text, and what it is."""

    start: int
    end: int
    entity: str
    role: str | None


class MemberView(TypedDict):
    """An utterance of a group.

    Attributes:
        parse_id: Its record.
        reason: Why it waits: `failed`, `unsure` or `complained`.
        doubt: How unsure the bot was, 0 to 1.
        intent: What the bot took it for.
        masked: The stretches of personal data.
    """

    parse_id: str
    text: str
    time: str
    reason: str
    doubt: float
    intent: str | None
    entities: list[SpanView]
    masked: list[SpanView]
    model_version: str


class GroupView(TypedDict):
    """Utterances of one meaning.

    Attributes:
        words: What is said in this group and seldom in others; `{…}` is a type of entities.
        frequency: How many people said it.
        count: How many records it has.
        doubt: How unsure the bot was on the average, 0 to 1.
        reasons: Why its records wait, and how many for each reason.
        taken_for: The intents that the bot took them for, and how many for each.
        intent: What an author said it means.
        members: The most typical first; a list of groups shows some of each.
    """

    id: int
    state: str
    words: list[str]
    frequency: int
    count: int
    doubt: float
    reasons: dict[str, int]
    taken_for: dict[str, int]
    first: str
    last: str
    intent: str | None
    decided: str | None
    decided_by: str | None
    members: list[MemberView]


class DecisionView(TypedDict):
    """What was decided of a group.

    Attributes:
        id: Its number; in an author's file it marks what was accepted.
        count: How many records it was about.
        undone: Whether it was taken back.
    """

    id: int
    time: str
    by: str
    action: str
    group: int | None
    intent: str | None
    count: int
    undone: bool


def group_views(
    groups: Sequence[StoredGroup], representation: Representation, most: int = SOME_MEMBERS, *, each: bool = False
) -> list[GroupView]:
    """Show groups; their names tell them apart from each other.

    Args:
        groups: those that are shown together.
        representation: cuts utterances into words.
        most: how many members to show of each.
        each: whether to show also those that say the same as another.
    """
    named_by = [group.members[:_NAMED_BY] for group in groups]
    words = iter(representation.words([one for some in named_by for one in some]))
    of_groups = [[next(words) for _ in some] for some in named_by]
    return [
        _group(group, name, (group.members if each else _different(group.members))[:most])
        for group, name in zip(groups, names(of_groups), strict=True)
    ]


def decision_view(one: Decision) -> DecisionView:
    """Show a decision."""
    return {
        "id": one.id,
        "time": one.time.isoformat(),
        "by": one.by,
        "action": one.action,
        "group": one.group_id,
        "intent": one.intent,
        "count": one.count,
        "undone": one.undone,
    }


def _group(group: StoredGroup, name: Sequence[str], shown: Sequence[InboxUtterance]) -> GroupView:
    times = [one.time for one in group.members]
    reasons = Counter(one.reason for one in group.members)
    taken_for = Counter(one.intent or "" for one in group.members)
    return {
        "id": group.id,
        "state": group.state,
        "words": list(name),
        "frequency": group.frequency,
        "count": len(group.members),
        "doubt": round(group.doubt, 3),
        "reasons": {reason: reasons[reason] for reason in REASONS if reasons[reason]},
        "taken_for": dict(sorted(taken_for.items(), key=lambda pair: (-pair[1], pair[0]))),
        "first": min(times).isoformat(),
        "last": max(times).isoformat(),
        "intent": group.intent,
        "decided": _written(group.decided),
        "decided_by": group.decided_by,
        "members": [_member(one) for one in shown],
    }


def _different(members: Sequence[InboxUtterance]) -> list[InboxUtterance]:
    """The members that say something else than those before, whatever their spaces."""
    return list({"".join(one.text.split()): one for one in reversed(members)}.values())[::-1]


def _member(one: InboxUtterance) -> MemberView:
    return {
        "parse_id": one.id,
        "text": one.text,
        "time": one.time.isoformat(),
        "reason": one.reason,
        "doubt": round(one.doubt, 3),
        "intent": one.intent,
        "entities": [_span(span) for span in one.spans],
        "masked": [_span(span) for span in one.masked],
        "model_version": one.version,
    }


def _span(span: Span) -> SpanView:
    return {"start": span.start, "end": span.end, "entity": span.entity, "role": span.role}


def _written(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def plain(proposals: Sequence[Any]) -> list[dict[str, Any]]:
    """Show proposals, numbered from 1."""
    return [{"number": number, **one.to_dict()} for number, one in enumerate(proposals, 1)]
