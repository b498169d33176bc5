from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.store.registry import Registry
from server import ServerSettings, create_app
from tests.server.words import WordParser, publish

# Recorded from Rasa 3.6.21's `RasaNLUHttpInterpreter`, which its dialogue server uses.
RASA_HEADERS = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate", "User-Agent": "Python/3.10 aiohttp/3.9.5"}
RECORDED = (
    b'{"token": "t", "text": "\\ud310\\uad50\\uc5d0\\uc11c \\ud53c\\uc790 \\ub450 \\ud310 '
    b'\\uc8fc\\ubb38\\ud574\\uc918", "message_id": "u1"}'
)

KEY = "a-key-of-the-tests"


@pytest.fixture
def client(models: Path) -> FlaskClient:
    return serve(models)


def serve(models: Path) -> FlaskClient:
    settings = ServerSettings(models, max_text_length=60, reload_seconds=0, api_key=KEY)
    client = create_app(settings, WordParser.load).test_client()
    client.environ_base["HTTP_X_API_KEY"] = KEY
    return client


def ask(client: FlaskClient, text: str | None, **more: Any) -> Any:
    body = json.dumps({"token": None, "text": text, "message_id": "default", **more})
    return client.post("/model/parse", data=body, headers=RASA_HEADERS, content_type="application/json")


def test_a_message_of_a_dialogue_server_is_answered_with_rasas_keys(client: FlaskClient) -> None:
    answer = ask(client, "판교에서 피자 주문").json
    assert answer["text"] == "판교에서 피자 주문"
    assert answer["intent"] == {"name": "order_food", "confidence": 0.9}
    assert answer["intent_ranking"][0] == answer["intent"]
    assert answer["text_tokens"] == [[0, 10]]
    assert answer["message_id"] == "default"
    entity = answer["entities"][0]
    assert {
        key: entity[key] for key in ("entity", "start", "end", "confidence_entity", "value", "extractor", "role")
    } == {
        "entity": "loc",
        "start": 0,
        "end": 2,
        "confidence_entity": 1.0,
        "value": "판교",
        "extractor": "dictionary",
        "role": "from",
    }


def test_a_recorded_message_is_answered(client: FlaskClient) -> None:
    answer = client.post("/model/parse", data=RECORDED, headers=RASA_HEADERS, content_type="application/json").json
    assert (answer["text"], answer["message_id"]) == ("판교에서 피자 두 판 주문해줘", "u1")


@pytest.fixture
def closed(models: Path) -> FlaskClient:
    """A server where parsing needs a key, and a client that sends none in its headers, as Rasa's."""
    settings = ServerSettings(models, api_key=f"{KEY},another-key-of-the-tests", parse_needs_key=True)
    return create_app(settings, WordParser.load).test_client()


def recorded_with(token: str | None) -> bytes:
    return RECORDED.replace(b'"token": "t"', b'"token": ' + json.dumps(token).encode())


def test_a_recorded_message_opens_by_the_token_in_its_body(closed: FlaskClient) -> None:
    body = recorded_with(KEY)
    assert body != RECORDED
    response = closed.post("/model/parse", data=body, headers=RASA_HEADERS, content_type="application/json")
    assert (response.status_code, response.json["message_id"]) == (200, "u1")
    assert KEY not in response.text


def test_the_token_may_be_in_the_query_as_in_rasas_own_api(closed: FlaskClient) -> None:
    assert closed.post(f"/model/parse?token={KEY}", data=recorded_with(None)).status_code == 200


NO_KEYS = [
    ("/model/parse", recorded_with("t"), "expected a valid API key, got another"),
    ("/model/parse", recorded_with("열쇠"), "expected a valid API key, got another"),
    ("/model/parse", recorded_with("\ud83c"), "expected a valid API key, got another"),
    ("/model/parse?token=another", recorded_with(KEY), "expected a valid API key, got another"),
    ("/model/parse", recorded_with(None), "expected an API key, got none"),
    ("/model/parse", recorded_with(""), "expected an API key, got none"),
    ("/model/parse", b'{"token": 7}', "expected an API key, got none"),
    ("/model/parse", b"[]", "expected an API key, got none"),
    ("/model/parse", b"{", "expected an API key, got none"),
]


def test_another_token_or_none_does_not_open(closed: FlaskClient) -> None:
    answers = [closed.post(url, data=body) for url, body, _ in NO_KEYS]
    assert [answer.json["message"] for answer in answers] == [message for *_, message in NO_KEYS]
    assert {answer.status_code for answer in answers} == {401}


def test_a_header_goes_before_the_token(closed: FlaskClient) -> None:
    other = {"X-API-Key": "no-key-of-this-server"}
    assert closed.post("/model/parse", data=recorded_with(KEY), headers=other).status_code == 401


def test_only_the_route_of_rasa_takes_a_token(closed: FlaskClient) -> None:
    body = {"token": KEY, "text": "피자", "userRequest": {"utterance": "피자"}}
    for url in ("/parse", "/kakao/skill"):
        assert closed.post(f"{url}?token={KEY}", json=body).status_code == 401


def test_the_message_id_is_left_out_when_none_was_sent(client: FlaskClient) -> None:
    assert "message_id" not in ask(client, "피자", message_id=None).json


def test_what_is_not_understood_is_nlu_fallback_first_in_the_ranking(client: FlaskClient) -> None:
    answer = ask(client, "주식 알려줘").json
    assert answer["intent"]["name"] == answer["intent_ranking"][0]["name"] == "nlu_fallback"


def test_a_message_without_text_has_no_intent(client: FlaskClient) -> None:
    for text in (None, "", "  ", "\u200b"):
        answer = ask(client, text).json
        assert answer["intent"] == {"name": None, "confidence": 0.0}
        assert answer["entities"] == []


PAYLOADS: list[tuple[str, str, float, list[tuple[str, Any]]]] = [
    ("/affirm", "affirm", 1.0, []),
    ("/greet@0.5", "greet", 0.5, []),
    ("/greet@7", "greet", 1.0, []),
    ("/inform{피자}", "inform", 1.0, []),
    ("/inform{[1]}", "inform", 1.0, []),
    (' /inform{"loc": "판교"} ', "inform", 1.0, [("loc", "판교")]),
    (
        '/inform@0.8{"n": 2, "menu": ["피자", "물"]}',
        "inform",
        0.8,
        [("n", 2), ("menu", "피자"), ("menu", "물")],
    ),
]


def test_a_buttons_payload_is_taken_as_it_says(client: FlaskClient) -> None:
    for text, intent, confidence, entities in PAYLOADS:
        answer = ask(client, text).json
        assert answer["text"] == text
        assert answer["intent"] == {"name": intent, "confidence": confidence}
        assert [(one["entity"], one["value"]) for one in answer["entities"]] == entities
        assert {text[one["start"] : one["end"]] for one in answer["entities"]} <= {"{" + text.strip().partition("{")[2]}


def test_a_slash_alone_makes_no_payload(client: FlaskClient) -> None:
    for text in ("/", "/ 피자", "피자/affirm", '/inform{"menu": "피자"} 주문'):
        assert ask(client, text).json["intent"]["name"] in {"order_food", "nlu_fallback"}


BAD_MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({}, "expected the key 'text', got an object without keys"),
    ({"text": ["피자"]}, "expected a string as 'text', got an array"),
    ({"text": "a" * 61}, "expected at most 60 characters in 'text', got 61"),
]


def test_a_bad_message_is_an_error_in_rasas_shape(client: FlaskClient) -> None:
    keys = ["version", "status", "reason", "message", "details", "help", "code", "request_id"]
    for body, message in BAD_MESSAGES:
        response = client.post("/model/parse", json=body)
        assert response.status_code == response.json["code"] == 400
        assert list(response.json) == keys
        assert (response.json["status"], response.json["reason"]) == ("failure", "BadRequest")
        assert response.json["message"] == message
        assert response.json["details"] == {"parameter": "text", "in": "body"}


def test_the_status_names_the_model(client: FlaskClient, models: Path) -> None:
    version = Registry(models).active()
    assert client.get("/status").json == {
        "model_file": version,
        "model_id": version,
        "num_active_training_jobs": 0,
        "fingerprint": {"version": version},
    }


def test_the_status_without_a_model_is_an_error(tmp_path: Path) -> None:
    client = create_app(ServerSettings(tmp_path), WordParser.load).test_client()
    assert client.get("/status").status_code == 503


@pytest.mark.parametrize("form", ["{}", "models/{}", "/srv/models/versions/{}/", "C:\\models\\{}.tar.gz"])
def test_another_version_is_served_when_the_answer_comes(client: FlaskClient, models: Path, form: str) -> None:
    version = publish(models, 1, activate=False)
    response = client.put("/model", json={"model_file": form.format(version), "remote_storage": None})
    assert (response.status_code, response.data) == (204, b"")
    assert Registry(models).active() == version
    answer = ask(client, "피자").json
    assert (answer["model_version"], answer["entities"][0]["entity"]) == (version, "menu1")


def test_what_is_activated_later_elsewhere_is_still_followed(models: Path) -> None:
    client = serve(models)
    first, second = Registry(models).active(), publish(models, 1, activate=False)
    client.put("/model", json={"model_file": second})
    Registry(models).activate(str(first))
    for _ in range(200):
        if client.get("/status").json["model_id"] == first:
            return
        time.sleep(0.02)  # it is loaded beside the requests
    pytest.fail("the server goes on with the version before")


def test_an_unknown_version_lists_those_there_are(client: FlaskClient, models: Path) -> None:
    version = Registry(models).active()
    response = client.put("/model", json={"model_file": "20190512.tar.gz"})
    assert response.status_code == 400
    assert response.json["message"] == f"no version '20190512'; there are: {version}"
    assert response.json["details"] == {"parameter": "model_file", "in": "body"}


def test_a_version_that_is_altered_is_refused_and_changes_nothing(client: FlaskClient, models: Path) -> None:
    before, version = Registry(models).active(), publish(models, 1, activate=False)
    (models / "versions" / version / "words.json").write_text("{}")
    assert client.put("/model", json={"model_file": version}).status_code == 400
    assert Registry(models).active() == ask(client, "피자").json["model_version"] == before


@pytest.mark.parametrize(
    ("refused", "error", "problem"),
    [
        ("served.write_atomic", PermissionError(13, "Permission denied", "ACTIVE"), "Permission denied"),
        ("registry.FileLock", OSError(30, "Read-only file system", ".lock"), "Read-only file system"),
    ],
)
def test_a_folder_that_cant_be_written_is_named_and_changes_nothing(
    client: FlaskClient, models: Path, refused: str, error: OSError, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    before, version = Registry(models).active(), publish(models, 1, activate=False)
    monkeypatch.setattr(f"nlu.store.{refused}", refuse)
    response = client.put("/model", json={"model_file": version})
    assert (response.status_code, response.json["reason"]) == (503, "ModelsUnwritable")
    assert response.json["message"] == (
        "expected a folder of models that the server may write, with the files ACTIVE and .lock in it, "
        f"got {models}: {problem}"
    )
    assert response.json["help"].startswith("Let the server's user write the folder of models")
    assert Registry(models).active() == ask(client, "피자").json["model_version"] == before


def test_a_version_must_be_named(client: FlaskClient) -> None:
    for body in ({}, {"model_file": None}, {"model_file": 7}, {"model_file": ""}, []):
        assert client.put("/model", json=body).status_code == 400


def test_a_server_of_one_model_has_no_other_to_serve(models: Path) -> None:
    version = Registry(models).active()
    client = serve(models / "versions" / str(version))
    response = client.put("/model", json={"model_file": version})
    assert (response.status_code, response.json["message"]) == (
        400,
        "expected a server with a registry, got one that serves a single model",
    )
