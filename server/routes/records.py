"""`GET /records`: what was said and how it was understood, for the author who reviews it; the newest first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from nlu.journal.query import Filter
from nlu.journal.rows import ID_FORM
from nlu.understanding.json_form import to_json
from server.recorder import Recorder
from server.schemas import RecordsAnswer
from server.web.keys import SECURITY, KeyRing
from server.web.openapi import errors, takes
from server.wire import JSON_TYPE, QueryError, read_switch

MOST = 500
_SWITCH = ["1", "0", "true", "false"]
QUERY: dict[str, dict[str, Any]] = {
    "since": {"type": "string", "description": "Not older than this: `2026-11-21`, or `2026-11-21T14:30:00+09:00`."},
    "until": {"type": "string", "description": "Older than this."},
    "intent": {"type": "string", "description": "The intent that was recorded."},
    "fallback": {"enum": _SWITCH, "description": "Only those that were not understood, or only the others."},
    "feedback": {"enum": _SWITCH, "description": "Only those with feedback, or only those without."},
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "description": "How many at most; 50 at first."},
    "after": {"type": "string", "description": "The `next` of the page before."},
}


def blueprint(keys: KeyRing, recorder: Recorder) -> APIBlueprint:
    """Make the route."""
    routes = APIBlueprint("records", __name__)

    @routes.get(
        "/records",
        summary="Recorded parses and the feedback on them, the newest first.",
        responses={200: RecordsAnswer, **errors(400, 401, 403, 503)},
        security=SECURITY,
        openapi_extensions=takes(routes, query=QUERY),
        strict_slashes=False,
    )
    def show_records() -> Response:
        keys.require()
        limit = _limit(request.args.get("limit"))
        wanted, after = read_filter(request.args), _after(request.args.get("after"))
        with recorder.turn() as store:
            page = store.page(wanted, limit + 1, after)
        answer = {
            "records": [render_record(row) for row in page[:limit]],
            "next": _cursor(page[limit - 1]) if len(page) > limit else None,
        }
        return Response(to_json(answer), content_type=JSON_TYPE)

    return routes


def read_filter(query: Mapping[str, str]) -> Filter:
    """Read which records to show.

    Raises:
        QueryError: a value can't be read.
    """
    return Filter(
        _time("since", query.get("since")),
        _time("until", query.get("until")),
        query.get("intent"),
        read_switch("fallback", query.get("fallback")),
        read_switch("feedback", query.get("feedback")),
    )


def render_record(row: Mapping[str, Any]) -> dict[str, Any]:
    """Build what the page shows of one record."""
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
                **{name: one[name] for name in ("intent", "known_intent", "entities", "comment")},
            }
            for one in row["feedback"]
        ],
    }


def _time(name: str, written: str | None) -> datetime | None:
    if written is None:
        return None
    try:  # Python 3.10 knows no Z; a + of the zone that nobody escaped comes as a space
        time = datetime.fromisoformat(re.sub(r" (?=\d\d:\d\d$)", "+", written.replace("Z", "+00:00")))
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise QueryError(f"expected a time such as 2026-11-21T14:30:00 as '{name}', got {written!r}", name) from None


def _limit(written: str | None) -> int:
    if written is None:
        return 50
    limit = int(written) if re.fullmatch(r"[0-9]{1,9}", written) else 0
    if not 1 <= limit <= MOST:
        raise QueryError(f"expected 1 to {MOST} as 'limit', got {written!r}", "limit")
    return limit


def _cursor(row: Mapping[str, Any]) -> str:
    return f"{row['time'].strftime('%Y%m%dT%H%M%S%f')}-{row['id']}"


def _after(written: str | None) -> tuple[datetime, str] | None:
    if written is None:
        return None
    time, _, record_id = written.partition("-")
    try:
        if not re.fullmatch(ID_FORM, record_id):
            raise ValueError
        return datetime.strptime(time, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC), record_id
    except ValueError:
        raise QueryError(f"expected the 'next' of a page as 'after', got {written!r}", "after") from None
