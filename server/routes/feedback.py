"""`POST /feedback`: what a recorded utterance really means, said by whoever knows; the newest counts, all are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Annotated, Any, ClassVar, NotRequired

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from nlu.database.errors import RowsRefused
from nlu.errors import InputError
from nlu.journal.errors import UnknownRecord
from nlu.journal.rows import ID_FORM, storable
from nlu.korean.personal_data import MASK, mask_text
from nlu.names import is_entity, is_role
from nlu.types import FALLBACK_INTENT
from server.auditor import Auditor
from server.live_model import ModelHolder
from server.recorder import Recorder
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation
from server.wire import WHOLE, Body, narrowed, text_of

LONGEST_INTENT = 200
LONGEST_COMMENT = 1000


def _name_of(fits: Callable[[str], bool]) -> Any:
    def check(name: str) -> str:
        if not fits(name):
            raise PydanticCustomError("request.name", "no name")
        return name

    return AfterValidator(check)


_NAME = WithJsonSchema({"type": "string", "minLength": 1})
EntityName = Annotated[str, _name_of(is_entity), _NAME]
RoleName = Annotated[str, _name_of(is_role), _NAME]


class CorrectEntity(Body):
    """Where an entity is in the recorded text. Other keys are ignored, so an entity of `/parse` can be sent back."""

    entity: EntityName = Field(description="Its type, of letters, digits and _ - . /")
    start: Annotated[int, Field(ge=0), WHOLE]
    end: Annotated[int, Field(ge=1), WHOLE]
    role: RoleName | None = None
    value: str | None = Field(None, description="Its canonical value; the characters themselves when left out.")


class FeedbackBody(Body):
    """What a recorded utterance really means. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"parse_id": "…", "intent": "…"}'

    parse_id: str = Field(description="The `parse_id` of an answer.", examples=["0b6d1f0c3c5e4a7f9d2b8a6c4e1f0a3d"])
    intent: str = Field(
        description="The right intent; `nlu_fallback` for what the bot should not understand. One that the model does "
        "not know is taken, and marked."
    )
    entities: list[CorrectEntity] | None = Field(
        None, description="The right entities, none when empty; those that were recorded when left out."
    )
    comment: str | None = Field(
        None, description="Words for the author; personal data is masked as in what is recorded."
    )


class KeptEntity(TypedDict):
    """An entity as it was taken."""

    start: int
    end: int
    entity: str
    value: str
    role: NotRequired[str]


class FeedbackAnswer(TypedDict):
    """What was taken.

    Attributes:
        known_intent: Whether the model in use knows the intent.
        time: In UTC.
    """

    parse_id: str
    time: str
    intent: str
    known_intent: bool
    entities: list[KeptEntity]
    comment: str | None


def register(
    endpoints: Endpoints, models: ModelHolder, settings: ServerSettings, recorder: Recorder, auditor: Auditor
) -> None:
    """Add the route."""
    summary = "What a recorded utterance really means."

    @endpoints.route(
        "POST",
        "/feedback",
        Operation(summary, FeedbackAnswer, body_within(settings), key="label", refusals=(404, 503)),
    )
    def give_feedback(given: FeedbackBody) -> dict[str, Any]:
        record = recorder.find(given.parse_id) if re.fullmatch(ID_FORM, given.parse_id) else None
        if record is None:
            raise _unknown(given.parse_id)
        row = to_row(given, record, models.parser().intents, masked=settings.record_mask)
        try:
            is_new = recorder.store().add_feedback(given.parse_id, row)
        except RowsRefused:  # it has become too old in this moment
            raise _unknown(given.parse_id) from None
        if is_new:
            auditor.note("feedback.add", given.parse_id, intent=row["intent"], known_intent=row["known_intent"])
        else:
            auditor.note_nothing()
        time = row["time"] if is_new else record["feedback"][0]["time"]
        return {"parse_id": given.parse_id, **row, "time": time.isoformat()}


def body_within(settings: ServerSettings) -> type[FeedbackBody]:
    """Make the type of a request to a server with these limits."""
    longest, comment = settings.max_text_length, text_of(LONGEST_COMMENT, may_be_blank=True)
    intent = text_of(min(longest, LONGEST_INTENT))
    return narrowed(FeedbackBody, parse_id=text_of(longest), intent=intent, comment=comment | None)


def _unknown(parse_id: str) -> UnknownRecord:
    return UnknownRecord("records.unknown", parse_id=parse_id[:40])


def to_row(
    given: FeedbackBody, record: Mapping[str, Any], intents: Collection[str], *, masked: bool = True
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
        read = [_entity(one, f"entities[{number}]", record, hide) for number, one in enumerate(given.entities)]
        entities = sorted(read, key=lambda one: int(one["start"]))
    for before, after in pairwise(entities):
        if after["start"] < before["end"]:
            both = f"{before['start']}:{before['end']} and {after['start']}:{after['end']}"
            raise InputError("request.overlap", "entities", both=both)
    return {
        "time": datetime.now(UTC),
        "intent": storable(given.intent),
        "known_intent": given.intent in {*intents, FALLBACK_INTENT},
        "entities": entities,
        "comment": None if given.comment is None else storable(hide(given.comment)),
    }


def _entity(one: CorrectEntity, place: str, record: Mapping[str, Any], hide: Any) -> dict[str, Any]:
    text = record["text"]
    if not one.start < one.end <= len(text):
        raise InputError("request.span", place, place=place, length=len(text), start=one.start, end=one.end)
    raw = text[one.start : one.end]
    if not raw.strip():
        raise InputError("request.white_space", place, place=place)
    hidden = record["masks"] and MASK in raw  # its canonical value would tell what the mask hides
    value = raw if one.value is None or hidden else storable(hide(one.value))
    row = {"start": one.start, "end": one.end, "entity": one.entity, "value": value}
    return row if one.role is None else {**row, "role": one.role}
