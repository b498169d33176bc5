"""`/inbox`: what was not understood, grouped by meaning, with proposals; what authors decide of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MaxLen
from flask import request
from pydantic import Field
from typing_extensions import TypedDict

from nlu.errors import InputError
from nlu.inbox.errors import InboxError
from nlu.inbox.views import DecisionView, GroupView, decision_view, plain
from nlu.types import Span
from server.auditor import Auditor
from server.live_inbox import LiveInbox
from server.routes.feedback import CorrectEntity
from server.web.endpoints import Endpoints, Operation
from server.web.keys import RoleTooLow, current_caller
from server.web.logging_setup import REQUEST_ID
from server.wire import WHOLE, Body, Query, text_of

State = Literal["open", "held", "excluded", "done"]
Records = Annotated[list[str], MaxLen(10_000)]
_MOST_AT_ONCE = 5_000
"""Records that a request takes up; `nlu-inbox gather` takes more."""


class InboxQuery(Query):
    """Which groups to show, and how many."""

    state: State = Field("open", description="Of the records: they wait, wait for later, are excluded, or are done.")
    reason: Literal["failed", "unsure", "complained"] | None = Field(
        None, description="Only what waits for this reason."
    )
    limit: int = Field(20, ge=1, le=100, description="How many groups at most.")
    after: int | None = Field(None, ge=1, description="The `next` of the page before.")
    record: str | None = Field(
        None, description="Only the group that the record of this `parse_id` is in, whatever its state; else none."
    )


class ProposalsQuery(Query):
    """What the group means."""

    intent: str | None = Field(None, description="Propose for this intent; without, for the nearest or a new one.")


class DecisionsQuery(Query):
    """How much of the log."""

    limit: int = Field(50, ge=1, le=500, description="How many at most.")


class GatherBody(Body):
    """How to gather. Other keys are ignored."""

    EXAMPLE: ClassVar = "{}"

    anew: bool = Field(False, description="Put the open groups apart first, and group all of them again.")


class DecisionBody(Body):
    """What to do with a group. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"action": "hold"}'

    action: Literal["hold", "exclude", "reopen", "answer", "edit"] = Field(
        description="Wait for later; show no more; show again; the bot was right; it means `intent`."
    )
    records: Records = Field(default=[], description="Only these of its records, by `parse_id`; all when empty.")
    intent: text_of(200) | None = Field(None, description="Of `edit`: what it means.")  # type: ignore[valid-type]
    entities: list[CorrectEntity] | None = Field(
        None, description="Of `edit`: the right entities of a single record; those that were found when left out."
    )


class AcceptBody(Body):
    """Which proposal to accept. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"number": 1, "line": "…"}'

    number: Annotated[int, Field(ge=1, description="Its number among the proposals."), WHOLE]
    line: str = Field(description="Its line as it was proposed, so that nothing else is accepted by mistake.")
    intent: str | None = Field(None, description="The intent that was proposed for, where one was asked for.")
    edited: text_of(2000) | None = Field(None, description="The line as it is to be written instead.")  # type: ignore[valid-type]
    dry_run: bool = Field(False, description="Only show what would be written.")


class UndoBody(Body):
    """How to undo. Other keys are ignored."""

    EXAMPLE: ClassVar = "{}"

    dry_run: bool = Field(False, description="Only show what would be written.")


class InboxAnswer(TypedDict):
    """A page of groups, the most urgent first.

    Attributes:
        counts: How many groups there are in each state.
        next: What to send as `after` for the next page; null on the last.
    """

    counts: dict[str, int]
    groups: list[GroupView]
    next: int | None


class GatheredAnswer(TypedDict):
    """What a gathering found.

    Attributes:
        found: Records that had waited in no group.
        joined: How many of them joined a group that there was.
        new_groups: How many groups the others made.
        reopened: Groups that had been done, and are said again to a newer model.
    """

    found: int
    joined: int
    new_groups: int
    reopened: list[int]


class ProposalAnswer(TypedDict):
    """A change of the author's files that would make utterances understood.

    Attributes:
        kind: `pattern` for a line, `dictionary` for rows alone.
        rows: What the dictionary must learn with it.
        texts: The utterances of the group that it says.
        samples: Others that it says.
        size: How many it says in all.
        stolen: Utterances of other intents that it says too.
        saved: Bits by which the utterances are described more shortly with it.
    """

    number: int
    kind: str
    intent: str
    line: str
    rows: list[dict[str, Any]]
    covers: list[int]
    texts: list[str]
    samples: list[str]
    size: int
    stolen: list[dict[str, str]]
    saved: float
    is_new_intent: bool


class ProposalsAnswer(TypedDict):
    """What could be written so that a group is understood."""

    proposals: list[ProposalAnswer]


class ChangeAnswer(TypedDict):
    """What was, or would be, written into the author's files.

    Attributes:
        diff: Unified; empty where no file changes.
        decision: Null of a dry run.
    """

    diff: str
    decision: DecisionView | None


class DecisionsAnswer(TypedDict):
    """What was decided, the newest first."""

    decisions: list[DecisionView]


def register(endpoints: Endpoints, inbox: LiveInbox, auditor: Auditor) -> None:
    """Add the routes."""
    _register_looking(endpoints, inbox)
    _register_deciding(endpoints, inbox, auditor)


def _register_looking(endpoints: Endpoints, inbox: LiveInbox) -> None:
    summary = "Utterances that were not understood, hardly understood or complained of, grouped by meaning."
    listing = Operation(summary, InboxAnswer, query=InboxQuery, key="read", refusals=(409, 503), page="inbox.html")

    @endpoints.route("GET", "/inbox", listing)
    def show_inbox(query: InboxQuery) -> dict[str, Any]:
        desk = inbox.desk()
        if query.record is not None:
            number = desk.store.group_of(query.record)
            groups = [desk.group(number)] if number is not None else []
            return {"counts": desk.store.counts(), "groups": groups, "next": None}
        found = desk.groups(query.state, reason=query.reason, limit=query.limit + 1, after=query.after)
        shown = found[: query.limit]
        more = desk.store.place(shown[-1]["id"]) if len(found) > query.limit else None
        return {"counts": desk.store.counts(), "groups": shown, "next": more}

    summary = "One group with its utterances, of very many the 500 most typical."

    @endpoints.route(
        "GET", "/inbox/groups/<int:group_id>", Operation(summary, GroupView, key="read", refusals=(404, 409, 503))
    )
    def show_group(group_id: int) -> GroupView:
        return inbox.desk().group(group_id)

    summary = "What an author could write so that a group is understood."
    proposing = Operation(summary, ProposalsAnswer, query=ProposalsQuery, key="read", refusals=(404, 409, 503))

    @endpoints.route("GET", "/inbox/groups/<int:group_id>/proposals", proposing)
    def show_proposals(query: ProposalsQuery, group_id: int) -> dict[str, Any]:
        return {"proposals": plain(inbox.desk().proposals(group_id, query.intent))}

    summary = "What was decided, by whom, the newest first."

    @endpoints.route(
        "GET",
        "/inbox/decisions",
        Operation(summary, DecisionsAnswer, query=DecisionsQuery, key="read", refusals=(409, 503)),
    )
    def show_decisions(query: DecisionsQuery) -> dict[str, Any]:
        return {"decisions": [decision_view(one) for one in inbox.desk().decisions.log(query.limit)]}


def _register_deciding(endpoints: Endpoints, inbox: LiveInbox, auditor: Auditor) -> None:
    def author() -> Any:
        """Who asks; the decision itself writes the audit, with what it changes or not at all."""
        from nlu.inbox.decisions import Author

        auditor.note_nothing()
        caller, rule = current_caller(), request.url_rule
        return Author(caller.name if caller else "", f"{request.method} {rule.rule if rule else ''}", REQUEST_ID.get())

    summary = "Take up what waits into the groups."

    @endpoints.route(
        "POST", "/inbox/gather", Operation(summary, GatheredAnswer, body=GatherBody, key="label", refusals=(409, 503))
    )
    def gather_inbox(body: GatherBody) -> dict[str, Any]:
        return asdict(inbox.desk().gather(limit=_MOST_AT_ONCE, anew=body.anew))

    summary = "Hold, exclude or reopen a group, or say what it means."
    deciding = Operation(summary, DecisionView, body=DecisionBody, key="label", refusals=(404, 409, 503))

    @endpoints.route("POST", "/inbox/groups/<int:group_id>/decisions", deciding)
    def decide_group(body: DecisionBody, group_id: int) -> DecisionView:
        if body.action != "edit":
            return decision_view(inbox.desk().decide(group_id, body.action, author(), body.records))
        if body.intent is None:
            raise InputError("inbox.intent_missing", "intent")
        spans = None if body.entities is None else [_span(one) for one in body.entities]
        return decision_view(inbox.desk().edit(group_id, body.intent, author(), body.records, spans))

    summary = "Write a proposal into the author's files."
    accepting = Operation(summary, ChangeAnswer, body=AcceptBody, key="edit", refusals=(404, 409, 503))

    @endpoints.route("POST", "/inbox/groups/<int:group_id>/accept", accepting)
    def accept_proposal(body: AcceptBody, group_id: int) -> dict[str, Any]:
        desk = inbox.desk()
        found = desk.proposals(group_id, body.intent)
        if body.number > len(found) or found[body.number - 1].line != body.line:
            raise InboxError("inbox.other_proposals")
        proposal = found[body.number - 1]
        if body.edited is not None:
            proposal = replace(proposal, line=body.edited)
        diff = desk.preview(proposal)
        if body.dry_run:
            auditor.note_nothing()
            return {"diff": diff, "decision": None}
        return {"diff": diff, "decision": decision_view(desk.accept(group_id, proposal, author()))}

    summary = "Take a decision back, also out of the author's files."
    undoing = Operation(summary, ChangeAnswer, body=UndoBody, key="label", refusals=(404, 409, 503))

    @endpoints.route("POST", "/inbox/decisions/<int:number>/undo", undoing)
    def undo_decision(body: UndoBody, number: int) -> dict[str, Any]:
        desk, caller = inbox.desk(), current_caller()
        if desk.decisions.get(number).action == "accept" and caller and caller.role == "label":
            raise RoleTooLow(caller, "edit")
        diff = desk.preview_undo(number)
        if body.dry_run:
            auditor.note_nothing()
            return {"diff": diff, "decision": None}
        return {"diff": diff, "decision": decision_view(desk.undo(number, author()))}


def _span(one: CorrectEntity) -> Span:
    if one.start >= one.end:
        raise InputError("request.span", "entities", place="entities", length=one.end, start=one.start, end=one.end)
    return Span(one.start, one.end, one.entity, one.role, one.value)
