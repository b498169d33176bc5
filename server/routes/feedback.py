"""`POST /feedback`: what a recorded utterance really means, said by whoever knows; the newest counts, all are kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from nlu.errors import InputError
from nlu.journal.errors import RowsRefused, UnknownRecord
from nlu.journal.rows import ID_FORM, storable
from nlu.korean.personal_data import MASK, mask_text
from nlu.names import is_entity, is_role
from nlu.types import FALLBACK_INTENT
from nlu.understanding.json_form import to_json
from server.live_model import ModelHolder
from server.recorder import Recorder
from server.schemas import FeedbackAnswer, FeedbackBody
from server.settings import ServerSettings
from server.web.body import read_body
from server.web.keys import SECURITY, KeyRing
from server.web.openapi import errors, takes
from server.wire import JSON_TYPE, check_text, kind_of, read_json, read_object

LONGEST_INTENT = 200
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a client says of a record.

    Attributes:
        parse_id: which record.
        intent: the right intent.
        entities: the right entities as they came; None for those recorded.
        comment: words for the author.
    """

    parse_id: str
    intent: str
    entities: tuple[Any, ...] | None = None
    comment: str | None = None


def blueprint(models: ModelHolder, settings: ServerSettings, keys: KeyRing, recorder: Recorder) -> APIBlueprint:
    """Make the route."""
    routes = APIBlueprint("feedback", __name__)

    @routes.post(
        "/feedback",
        summary="What a recorded utterance really means.",
        responses={200: FeedbackAnswer, **errors(400, 401, 403, 404, 413, 503)},
        security=SECURITY,
        openapi_extensions=takes(routes, FeedbackBody),
        strict_slashes=False,
    )
    def give_feedback() -> Response:
        keys.require()
        given = read_feedback(read_json(read_body(settings)), settings)
        record = recorder.find(given.parse_id) if re.fullmatch(ID_FORM, given.parse_id) else None
        if record is None:
            raise _unknown(given.parse_id)
        row = to_row(given, record, models.parser().intents, masked=settings.record_mask)
        try:
            with recorder.turn() as store:
                is_new = store.add_feedback(given.parse_id, row)
        except RowsRefused:  # it has become too old in this moment
            raise _unknown(given.parse_id) from None
        if not is_new:
            row = {**row, "time": record["feedback"][0]["time"]}
        answer = {"parse_id": given.parse_id, **row, "time": row["time"].isoformat()}
        return Response(to_json(answer), content_type=JSON_TYPE)

    return routes


def _unknown(parse_id: str) -> UnknownRecord:
    return UnknownRecord(f"expected the parse_id of a record, got {parse_id[:40]!r}")


def read_feedback(payload: Any, limits: ServerSettings) -> Feedback:
    """Check a payload at the door.

    Raises:
        InputError: something is missing or of the wrong type.
    """
    read_object(payload, '{"parse_id": "…", "intent": "…", "entities": […]}', "parse_id")
    read_object(payload, '{"parse_id": "…", "intent": "…", "entities": […]}', "intent")
    for name in ("parse_id", "intent"):
        check_text(payload[name], name, limits)
    if len(payload["intent"]) > LONGEST_INTENT:
        raise InputError(
            f"expected at most {LONGEST_INTENT} characters in 'intent', got {len(payload['intent'])}", "intent"
        )
    entities, comment = payload.get("entities"), payload.get("comment")
    if entities is not None and not isinstance(entities, list):
        raise InputError(f"expected an array of objects as 'entities', got {kind_of(entities)}", "entities")
    if comment is not None:
        check_text(comment, "comment", replace(limits, max_text_length=LONGEST_COMMENT), blank=True)
    return Feedback(payload["parse_id"], payload["intent"], None if entities is None else tuple(entities), comment)


def to_row(
    given: Feedback, record: Mapping[str, Any], intents: Collection[str], *, masked: bool = True
) -> dict[str, Any]:
    """Make the row of the table `feedback`.

    Args:
        given: what the client says.
        record: the record it is about.
        intents: those that the model knows.
        masked: whether to mask personal data.

    Raises:
        InputError: an entity does not fit the recorded text.
    """
    hide = mask_text if masked else str
    if given.entities is None:
        kept = ("start", "end", "entity", "value", "role")
        entities = [{name: one[name] for name in kept if name in one} for one in record["entities"]]
    else:
        read = [_entity(one, f"entities[{n}]", record, hide) for n, one in enumerate(given.entities)]
        entities = sorted(read, key=lambda one: int(one["start"]))
    for before, after in pairwise(entities):
        if after["start"] < before["end"]:
            both = f"{before['start']}:{before['end']} and {after['start']}:{after['end']}"
            raise InputError(f"expected entities that don't overlap, got {both}", "entities")
    return {
        "time": datetime.now(UTC),
        "intent": storable(given.intent),
        "known_intent": given.intent in {*intents, FALLBACK_INTENT},
        "entities": entities,
        "comment": None if given.comment is None else storable(hide(given.comment)),
    }


def _entity(one: Any, where: str, record: Mapping[str, Any], hide: Any) -> dict[str, Any]:
    text = record["text"]
    if not isinstance(one, dict):
        raise InputError(f"expected an object as '{where}', got {kind_of(one)}", "entities")
    start, end = _whole(one.get("start")), _whole(one.get("end"))
    entity, role, value = (one.get(name) for name in ("entity", "role", "value"))
    for name, given, fits in (
        ("entity", entity, is_entity(entity)),
        ("role", role, role is None or is_role(role)),
    ):
        if not fits:
            allowed = "a name of letters, digits and _ - . /"
            raise InputError(f"expected {allowed} as '{where}.{name}', got {kind_of(given)}", "entities")
    if start is None or end is None or not 0 <= start < end <= len(text):
        got = " and ".join(_shown(one.get(name)) for name in ("start", "end"))
        raise InputError(f"expected whole numbers 0 <= start < end <= {len(text)} in '{where}', got {got}", "entities")
    raw = text[start:end]
    if not raw.strip():
        raise InputError(f"expected an entity in '{where}', got only white space", "entities")
    if value is not None and not isinstance(value, str):
        raise InputError(f"expected a string as '{where}.value', got {kind_of(value)}", "entities")
    hidden = record["masks"] and MASK in raw  # its canonical value would tell what the mask hides
    value = raw if value is None or hidden else storable(hide(value))
    row = {"start": start, "end": end, "entity": entity, "value": value}
    if role is not None:
        row["role"] = role
    return row


def _whole(value: Any) -> int | None:
    """A whole number; JSON knows one kind of number, so 3.0 is one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        return None
    return int(value)


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else kind_of(value)
