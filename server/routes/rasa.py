"""Rasa 3's HTTP API, as far as an NLU server has it: `POST /model/parse`, `GET /status`, `PUT /model`.

A Rasa dialogue server whose `endpoints.yml` names us under `nlu:` sends each message to `/model/parse` as
`{"token": …, "text": …, "message_id": …}`, buttons' payloads such as `/affirm` included. The token is the endpoint's,
and the only place where it can send a key; Rasa's own API takes it as `?token=…`, and so does ours.
"""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

from flask import request
from pydantic import Field
from typing_extensions import TypedDict

from nlu.errors import InputError
from nlu.types import Fallback, IntentScore, Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.json_form import EntityAnswer, ParseAnswer, render_parse
from server.auditor import Auditor
from server.live_model import ModelHolder
from server.recorder import Recorder
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation, read_body
from server.wire import USER, Body, Now, Query, Zone, is_blank, narrowed, read_json, text_of

PARSE_URL = "/model/parse"


class RasaParseBody(Body):
    """What Rasa's dialogue server sends to an NLU server. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"text": "…"}'

    text: str | None = Field(
        description='The utterance; null or blank when the message has no text. `/intent{"entity": "value"}` is '
        "taken as it says, as a button's payload.",
        examples=["판교에서 피자 주문해줘"],
    )
    message_id: str | None = Field(None, description="Comes back unchanged.")
    sender: str | None = Field(None, description="Who says it, as in Rasa's REST channel; kept as a hash.")
    now: Now | None = Field(None, description="The asker's time, ISO 8601, which says what 내일 is; else the server's.")
    timezone: Zone | None = Field(None, description="The asker's time zone, such as `Asia/Seoul`, which is usual.")
    token: Any = Field(None, description="A key, where parsing needs one and no header bears it; else ignored.")


class RasaParseQuery(Query):
    """What may stand after `/model/parse?`."""

    token: str | None = Field(None, description="A key, where parsing needs one and no header bears it.")


class ModelBody(Body):
    """Which version to serve from now on. Other keys are ignored."""

    EXAMPLE: ClassVar = '{"model_file": "…"}'

    model_file: str = Field(
        description="A version of the registry, or the path of its folder; only the last part of a path counts.",
        examples=["20261121-143015-0a1b2c3d"],
    )


class StatusAnswer(TypedDict):
    """The model in use, under Rasa's names."""

    model_file: str
    model_id: str
    num_active_training_jobs: int
    fingerprint: dict[str, Any]


NEGATED = "negated"
"""The role of what is said only to leave it out, behind the role that it has, if any."""
# /intent, /intent@0.9, /intent{"entity": "value"}
_PAYLOAD = re.compile(r"/(?P<intent>[^{@\s]+)(?:@(?P<confidence>\d+(?:\.\d+)?))?(?P<entities>\{.*\})?", re.DOTALL)


def register(
    endpoints: Endpoints, models: ModelHolder, settings: ServerSettings, recorder: Recorder, auditor: Auditor
) -> None:
    """Add the routes."""
    body = narrowed(RasaParseBody, text=text_of(settings.max_text_length, may_be_blank=True) | None, sender=USER)
    summary = "What an utterance means, for a Rasa dialogue server."

    @endpoints.route(
        "POST",
        PARSE_URL,
        Operation(summary, ParseAnswer, body, RasaParseQuery, key="to parse", refusals=(503,)),
        lambda: _token(settings),
    )
    def model_parse(asked: RasaParseBody, _: RasaParseQuery) -> ParseAnswer:
        text = asked.text or ""
        parser = models.parser(text)
        answer = read_payload(text, parser.version)
        if answer is None:
            (parse,) = parser.parse_many((text,), asked_at=AskedAt.read(asked.now, asked.timezone))
            answer = render_parse(parse, recorder.record(parse, PARSE_URL, asked.sender))
            for entity in answer["entities"]:
                if entity.get("negated"):  # Rasa's stories know roles, and nothing else of an entity
                    entity["role"] = f"{entity['role']}.{NEGATED}" if "role" in entity else NEGATED
        if asked.message_id is not None:
            answer["message_id"] = asked.message_id
        return answer

    @endpoints.route("GET", "/status", Operation("The model in use.", StatusAnswer, refusals=(503,)))
    def status() -> StatusAnswer:
        version = models.parser().version
        return {
            "model_file": version,
            "model_id": version,
            "num_active_training_jobs": 0,
            "fingerprint": {"version": version},
        }

    @endpoints.route(
        "PUT",
        "/model",
        Operation(
            "Serve another version of the registry from now on.", None, ModelBody, key="operate", refusals=(503,)
        ),
    )
    def put_model(wanted: ModelBody) -> None:
        before = models.version
        models.activate(wanted.model_file)
        auditor.note("model.activate", models.parser().version, before=before)


def read_payload(text: str, version: str) -> ParseAnswer | None:
    """Read a message that says its intent itself, or says nothing; None when it is an utterance after all.

    Example:
        >>> answer = read_payload('/order{"menu": "피자"}', "v")
        >>> answer["intent"], [(entity["entity"], entity["value"]) for entity in answer["entities"]]
        ({'name': 'order', 'confidence': 1.0}, [('menu', '피자')])
    """
    if is_blank(text):
        return _answer(text, version, IntentScore(None, 0.0), Fallback("nothing", 0.0, 0.0, 0.0))
    match = _PAYLOAD.fullmatch(text.strip())
    if match is None:
        return None
    confidence = min(1.0, float(match["confidence"] or 1.0))
    verdict = Fallback(None, confidence, 0.0, confidence=confidence)
    answer = _answer(text, version, IntentScore(match["intent"], confidence), verdict)
    written = match["entities"] or "{}"
    start, end = text.find(written), len(text.rstrip())
    answer["entities"] = [
        _entity(name, value, text, start, end)
        for name, values in _entities(written).items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return answer


def _token(settings: ServerSettings) -> str | None:
    """Find the key in the query or the body; None where neither bears one, or the body can't be read."""
    if given := request.args.get("token"):
        return given
    try:
        payload = read_json(read_body(settings))
    except InputError:
        return None
    token = payload.get("token") if isinstance(payload, dict) else None
    return token if isinstance(token, str) else None


def _entities(written: str) -> dict[str, Any]:
    """Read the entities of a payload; what is none is passed over, as Rasa does."""
    try:
        entities = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return entities if isinstance(entities, dict) else {}


def _entity(name: str, value: Any, text: str, start: int, end: int) -> EntityAnswer:
    """An entity lies, as Rasa has it, where all entities of the message are written."""
    return {
        "entity": name,
        "start": start,
        "end": end,
        "confidence_entity": 1.0,
        "value": value,
        "extractor": "RegexMessageHandler",
        "raw": text[start:end],
        "particle": "",
        "sources": ["message"],
    }


def _answer(text: str, version: str, intent: IntentScore, verdict: Fallback) -> ParseAnswer:
    return render_parse(Parse(text, intent, (intent,), (), (), verdict, version))
