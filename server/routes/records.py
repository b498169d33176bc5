"""`GET /records`: what was said and how it was understood, for the author who reviews it; the newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from nlu.journal.rows import ID_FORM
from nlu.understanding.json_form import IntentAnswer
from server.recorder import Recorder
from server.web.endpoints import Endpoints, Operation
from server.wire import Query, Switch

_STRING = WithJsonSchema({"type": "string"})


def _time(written: str) -> datetime:
    try:  # a + of the zone that nobody escaped comes as a space
        time = datetime.fromisoformat(re.sub(r" (?=\d\d:\d\d$)", "+", written))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("request.time", "no time") from None


def _after(written: str) -> tuple[datetime, str]:
    time, _, record_id = written.partition("-")
    try:
        if not re.fullmatch(ID_FORM, record_id):
            raise ValueError
        return datetime.strptime(time, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), record_id
    except ValueError:
        raise PydanticCustomError("request.cursor", "no cursor") from None


Time = Annotated[datetime, BeforeValidator(_time), _STRING]
Cursor = Annotated[tuple[datetime, str], BeforeValidator(_after), _STRING]


class RecordsQuery(Query):
    """Which records to show, and how many."""

    since: Time | None = Field(None, description="Not older than this: `2026-11-21`, or `2026-11-21T14:30:00+09:00`.")
    until: Time | None = Field(None, description="Older than this.")
    intent: str | None = Field(None, description="The intent that was recorded.")
    fallback: Switch | None = Field(None, description="Only those that were not understood, or only the others.")
    feedback: Switch | None = Field(None, description="Only those with feedback, or only those without.")
    limit: int = Field(50, ge=1, le=500, description="How many at most.")
    after: Cursor | None = Field(None, description="The `next` of the page before.")


class FeedbackEntry(TypedDict):
    """One feedback."""

    time: str
    intent: str
    known_intent: bool
    entities: list[dict[str, Any]]
    comment: str | None


class RecordAnswer(TypedDict):
    """One recorded parse; personal data in its text is masked, and the offsets are right in the masked text.

    Attributes:
        time: In UTC.
        masks: The kinds of personal data that were masked.
        feedback: The newest first; it counts, the others are history.
    """

    parse_id: str
    time: str
    route: str
    request_id: str
    text: str
    masks: list[str]
    intent: IntentAnswer
    fallback: dict[str, Any]
    entities: list[dict[str, Any]]
    model_version: str
    feedback: list[FeedbackEntry]


class RecordsAnswer(TypedDict):
    """A page of records, the newest first.

    Attributes:
        next: What to send as `after` for the next page; null on the last.
    """

    records: list[RecordAnswer]
    next: str | None


def register(endpoints: Endpoints, recorder: Recorder) -> None:
    """Add the route."""
    summary = "Recorded parses and the feedback on them, the newest first."

    @endpoints.route(
        "GET", "/records", Operation(summary, RecordsAnswer, query=RecordsQuery, key="read", refusals=(503,))
    )
    def show_records(query: RecordsQuery) -> RecordsAnswer:
        page = recorder.store().page(
            query.limit + 1,
            query.after,
            since=query.since,
            until=query.until,
            intent=query.intent,
            is_fallback=query.fallback,
            has_feedback=query.feedback,
        )
        return {
            "records": [render_record(row) for row in page[: query.limit]],
            "next": _cursor(page[query.limit - 1]) if len(page) > query.limit else None,
        }


def render_record(row: Mapping[str, Any]) -> RecordAnswer:
    """Build what is shown of one record."""
    return {
        "parse_id": row["id"],
        "time": row["time"].isoformat(),
        "route": row["route"],
        "request_id": row["request_id"],
        "text": row["text"],
        "masks": row["masks"],
        "intent": {"name": row["intent"], "confidence": row["confidence"]},
        "fallback": {"is_fallback": row["is_fallback"], "reason": row["fallback_reason"]},
        "entities": row["entities"],
        "model_version": row["model_version"],
        "feedback": [
            {
                "time": one["time"].isoformat(),
                "intent": one["intent"],
                "known_intent": one["known_intent"],
                "entities": one["entities"],
                "comment": one["comment"],
            }
            for one in row["feedback"]
        ],
    }


def _cursor(row: Mapping[str, Any]) -> str:
    return f"{row['time'].strftime('%Y%m%dT%H%M%S%f')}-{row['id']}"
