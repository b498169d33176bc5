"""Our answers by schemas of what Rasa 3's HTTP API documents: an answer that Rasa's own clients could not read fails.

Source: the descriptions of ParseResult, Intent, Entity, Error and of `GET /status` and `GET /version` in Rasa 3.6's
HTTP API. What that leaves open, such as keys that must be there, is as Rasa's own server answers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from tests.server.words import WordParser

KEY = "a-key-of-the-tests"


def described(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """The schema of an object that may have more keys than these: Rasa passes over what it does not know."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


def array_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


TEXT, COUNT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "number"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
INTENT = described({"name": {"type": ["string", "null"]}, "confidence": SHARE})  # null for a message that says nothing
ENTITY = described(
    {"entity": TEXT, "start": COUNT, "end": COUNT, "value": {}, "extractor": TEXT, "confidence_entity": SHARE},
    role=TEXT,
    group=TEXT,
    confidence=SHARE,
)
PARSE = described(
    {
        "text": TEXT,
        "intent": INTENT,
        "entities": array_of(ENTITY),
        "intent_ranking": array_of(INTENT),
        "text_tokens": array_of({"type": "array", "items": COUNT, "minItems": 2, "maxItems": 2}),
    },
    message_id=TEXT,
)
STATUS = described({"model_file": TEXT, "model_id": TEXT, "num_active_training_jobs": COUNT})
VERSION = described({"version": TEXT, "minimum_compatible_version": TEXT})
ERROR = described(
    {
        "version": TEXT,
        "status": {"enum": ["failure"]},
        "reason": TEXT,
        "message": TEXT,
        "details": {"type": "object"},
        "help": {"type": ["string", "null"]},
        "code": {"type": "integer", "minimum": 400, "maximum": 599},
    }
)


@pytest.fixture
def client(models: Path) -> FlaskClient:
    settings = ServerSettings(models, max_text_length=60, reload_seconds=0, api_key=KEY)
    return create_app(settings, WordParser.load).test_client()


def complaints(schema: dict[str, Any], answer: Any) -> list[str]:
    return [str(error) for error in jsonschema_rs.validator_for(schema).iter_errors(answer)]


def test_every_parse_is_one_that_rasa_describes(client: FlaskClient) -> None:
    payloads = ["/affirm", "/greet@0.5", '/inform{"n": 2, "menu": ["피자", "물"]}']
    for text in ("판교에서 피자 주문", "주식 알려줘", "", "  ", None, *payloads):
        answer = client.post("/model/parse", json={"text": text, "message_id": "m"})
        assert (answer.status_code, complaints(PARSE, answer.json)) == (200, []), text


def test_only_a_message_that_says_nothing_has_no_intents_name(client: FlaskClient) -> None:
    named = {
        text: client.post("/model/parse", json={"text": text}).json["intent"]["name"] for text in ("피자", "주식", "")
    }
    assert [text for text, name in named.items() if name is None] == [""]


def test_status_and_version_are_those_that_rasa_describes(client: FlaskClient) -> None:
    for path, schema in (("/status", STATUS), ("/version", VERSION)):
        answer = client.get(path)
        assert (answer.status_code, complaints(schema, answer.json)) == (200, []), path


ERRORS = [
    ("POST", "/model/parse", b"{", 400),
    ("POST", "/model/parse", b'{"text": 7}', 400),
    ("PUT", "/model", b'{"model_file": "20190512.tar.gz"}', 401),
    ("GET", "/model/parse", None, 405),
    ("GET", "/conversations/x/tracker", None, 404),
    ("POST", "/model/parse", b"x" * 2_000_000, 413),
]


def test_every_error_is_one_that_rasa_describes(client: FlaskClient) -> None:
    for method, path, body, status in ERRORS:
        answer = client.open(path, method=method, data=body)
        assert answer.status_code == answer.json["code"] == status
        assert complaints(ERROR, answer.json) == []


def test_the_schemas_do_complain() -> None:
    good = {
        "text": "",
        "intent": {"name": None, "confidence": 0},
        "entities": [],
        "intent_ranking": [],
        "text_tokens": [],
    }
    assert complaints(PARSE, good) == []
    for wrong in ({"intent": {"name": 7, "confidence": 0}}, {"entities": [{"entity": "loc"}]}, {"text": None}):
        assert complaints(PARSE, {**good, **wrong})
    assert complaints(ERROR, {"status": "success"})
