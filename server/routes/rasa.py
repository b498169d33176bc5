"""Rasa 3's HTTP API, as far as an NLU server has it: `POST /model/parse`, `GET /status`, `PUT /model`.

A Rasa dialogue server whose `endpoints.yml` names us under `nlu:` sends each message to `/model/parse` as
`{"token": …, "text": …, "message_id": …}`, buttons' payloads such as `/affirm` included. The token is the endpoint's,
and the only place where it can send a key; Rasa's own API takes it as `?token=…`, and so does ours.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint

from nlu.errors import InputError
from nlu.types import Fallback
from nlu.understanding.json_form import render_fallback, render_parse, to_json
from server.live_model import MODEL_FILE, ModelHolder
from server.recorder import Recorder
from server.schemas import ModelBody, ParseAnswer, StatusAnswer, rasa_parse_body
from server.settings import ServerSettings
from server.web.body import read_body
from server.web.keys import SECURITY, KeyRing
from server.web.openapi import errors, takes
from server.wire import JSON_TYPE, check_text, is_blank, kind_of, read_json, read_message_id, read_object

PARSE_URL = "/model/parse"
TOKEN = "token"
"""Where Rasa sends the key, in the body or in the query."""
_TOKEN_QUERY = {"type": "string", "description": "A key, where parsing needs one and no header bears it."}

# /intent, /intent@0.9, /intent{"entity": "value"}
_PAYLOAD = re.compile(r"/(?P<intent>[^{@\s]+)(?:@(?P<confidence>\d+(?:\.\d+)?))?(?P<entities>\{.*\})?", re.DOTALL)


def blueprint(models: ModelHolder, settings: ServerSettings, keys: KeyRing, recorder: Recorder) -> APIBlueprint:
    """Make the routes."""
    routes = APIBlueprint("rasa", __name__)

    @routes.post(
        PARSE_URL,
        summary="What an utterance means, for a Rasa dialogue server.",
        responses={200: ParseAnswer, **errors(400, 401, 413, 503)},
        openapi_extensions=takes(routes, rasa_parse_body(settings), {TOKEN: _TOKEN_QUERY}),
        strict_slashes=False,
    )
    def model_parse() -> Response:
        body = read_body(settings)
        keys.require_to_parse(lambda: _token(body))
        payload = read_object(read_json(body), '{"text": "…"}', "text")
        text, message_id = _text(payload, settings), read_message_id(payload)
        parser = models.parser()
        answer = read_payload(text, parser.version)
        if answer is None:
            parse = parser.parse(text)
            answer = render_parse(parse, recorder.record(parse, PARSE_URL))
        if message_id is not None:
            answer["message_id"] = message_id
        return Response(to_json(answer), content_type=JSON_TYPE)

    @routes.get(
        "/status",
        summary="The model in use.",
        responses={200: StatusAnswer, **errors(503)},
        strict_slashes=False,
    )
    def status() -> Response:
        version = models.parser().version
        answer = {
            "model_file": version,
            "model_id": version,
            "num_active_training_jobs": 0,
            "fingerprint": {"version": version},
        }
        return Response(to_json(answer), content_type=JSON_TYPE)

    @routes.put(
        "/model",
        summary="Serve another version of the registry from now on.",
        responses={204: None, **errors(400, 401, 403, 413, 503)},
        security=SECURITY,
        openapi_extensions=takes(routes, ModelBody),
        strict_slashes=False,
    )
    def put_model() -> Response:
        keys.require()
        payload = read_object(read_json(read_body(settings)), '{"model_file": "…"}', MODEL_FILE)
        name = payload[MODEL_FILE]
        if not isinstance(name, str):
            raise InputError(f"expected a string as '{MODEL_FILE}', got {kind_of(name)}", MODEL_FILE)
        models.activate(name)
        return Response(status=204)

    return routes


def read_payload(text: str, version: str) -> dict[str, Any] | None:
    """Read a message that says its intent itself, or says nothing; None when it is an utterance after all.

    Example:
        >>> answer = read_payload('/order{"menu": "피자"}', "v")
        >>> answer["intent"], [(entity["entity"], entity["value"]) for entity in answer["entities"]]
        ({'name': 'order', 'confidence': 1.0}, [('menu', '피자')])
    """
    if is_blank(text):
        nothing = Fallback("nothing", 0.0, 0.0, 0.0)
        return _answer(text, version, {"name": None, "confidence": 0.0}, [], nothing)
    match = _PAYLOAD.fullmatch(text.strip())
    if match is None:
        return None
    confidence = min(1.0, float(match["confidence"] or 1.0))
    entities = _entities(match["entities"] or "{}")
    start = text.index("{") if match["entities"] else 0
    end = len(text.rstrip())
    found = [_entity(name, one, text, start, end) for name, values in entities.items() for one in _several(values)]
    verdict = Fallback(None, confidence, 0.0, confidence=confidence)
    return _answer(text, version, {"name": match["intent"], "confidence": confidence}, found, verdict)


def _token(body: bytes) -> str | None:
    """Find the key in the query or the body; None where neither bears one, or the body can't be read."""
    if given := request.args.get(TOKEN):
        return given
    try:
        payload = read_json(body)
    except InputError:
        return None
    token = payload.get(TOKEN) if isinstance(payload, dict) else None
    return token if isinstance(token, str) else None


def _text(payload: dict[str, Any], settings: ServerSettings) -> str:
    text = payload["text"]
    if text is None:
        return ""
    if not isinstance(text, str):
        raise InputError(f"expected a string or null as 'text', got {kind_of(text)}", "text")
    check_text(text, "text", settings, blank=True)
    return text


def _entities(written: str) -> dict[str, Any]:
    """Read the entities of a payload; what is none is passed over, as Rasa does."""
    try:
        entities = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    return entities if isinstance(entities, dict) else {}


def _several(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _entity(name: str, value: Any, text: str, start: int, end: int) -> dict[str, Any]:
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


def _answer(
    text: str, version: str, intent: dict[str, Any], entities: list[dict[str, Any]], verdict: Fallback
) -> dict[str, Any]:
    return {
        "text": text,
        "intent": intent,
        "entities": entities,
        "intent_ranking": [intent],
        "text_tokens": [],
        "fallback": render_fallback(verdict),
        "model_version": version,
    }
