from __future__ import annotations

import contextlib
import json
import logging
import pickle

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import InputError
from nlu.version import VERSION
from server.routes.parse import body_within
from server.settings import ServerSettings
from server.wire import read, read_json

LONE = "\\ud800"
BODY = body_within(ServerSettings(max_texts=3))


BAD: tuple[tuple[bytes, str, str], ...] = (
    (b"", "", "expected a JSON body, got an empty one"),
    (b" \n", "", "expected a JSON body, got an empty one"),
    (b"text=hi", "", "expected JSON, got a body that is none: Expecting value at line 1, column 1"),
    (b'{"text": ', "", "expected JSON, got a body that is none: Expecting value at line 1, column 10"),
    (
        '{"text": "피자"}'.encode("cp949"),
        "",
        "expected JSON in UTF-8, got byte 0xc7 at position 10, which is not UTF-8",
    ),
    (
        '{"text": "피자"}'.encode("utf-16"),
        "",
        "expected JSON in UTF-8, got byte 0xff at position 0, which is not UTF-8",
    ),
    (b'"hi"', "", 'expected an object such as {"text": "…"}, got a string'),
    (b'["hi"]', "", 'expected an object such as {"text": "…"}, got an array'),
    (b"null", "", 'expected an object such as {"text": "…"}, got null'),
    (b"{}", "text", "expected the key 'text', got an object without keys"),
    (b'{"query": "hi", "q": 1}', "text", "expected the key 'text', got only 'query', 'q'"),
    (b'{"text": null}', "text", "expected a string or an array of strings as 'text', got null"),
    (b'{"text": 7}', "text", "expected a string or an array of strings as 'text', got a number"),
    (b'{"text": true}', "text", "expected a string or an array of strings as 'text', got a boolean"),
    (b'{"text": {}}', "text", "expected a string or an array of strings as 'text', got an object"),
    (b'{"text": ""}', "text", "expected an utterance in 'text', got an empty string"),
    (b'{"text": " \\n\\t"}', "text", "expected an utterance in 'text', got a blank string"),
    (b'{"text": "\\u200b\\u3000\\ufeff"}', "text", "expected an utterance in 'text', got a blank string"),
    (b'{"text": "123456789012345678901"}', "text", "expected at most 20 characters in 'text', got 21"),
    (b'{"text": []}', "text", "expected an array of at least 1 as 'text', got one of 0"),
    (b'{"text": ["a", "b", "c", "d"]}', "text", "expected an array of at most 3 as 'text', got one of 4"),
    (b'{"text": ["a", 1]}', "text[1]", "expected a string as 'text[1]', got a number"),
    (b'{"text": ["a", ["b"]]}', "text[1]", "expected a string as 'text[1]', got an array"),
    (b'{"text": ["a", ""]}', "text[1]", "expected an utterance in 'text[1]', got an empty string"),
    (b'{"text": "a", "intents": "greet"}', "intents", "expected an array as 'intents', got a string"),
    (b'{"text": "a", "intents": []}', "intents", "expected an array of at least 1 as 'intents', got one of 0"),
    (b'{"text": "a", "intents": ["greet", 1]}', "intents[1]", "expected a string as 'intents[1]', got a number"),
    (b'{"text": "a", "intents": ["gret"]}', "intents", "no intent 'gret'; there are: greet, order_food"),
    (b'{"text": "a", "top_n": "3"}', "top_n", "expected a whole number as 'top_n', got a string"),
    (b'{"text": "a", "top_n": true}', "top_n", "expected a whole number as 'top_n', got a boolean"),
    (b'{"text": "a", "top_n": 2.5}', "top_n", "expected a whole number as 'top_n', got 2.5"),
    (b'{"text": "a", "top_n": 1e999}', "top_n", "expected a whole number as 'top_n', got inf"),
    (b'{"text": "a", "top_n": 0}', "top_n", "expected at least 1 as 'top_n', got 0"),
    (b'{"text": "a", "message_id": 7}', "message_id", "expected a string as 'message_id', got a number"),
    (
        f'{{"text": "a{LONE}"}}'.encode(),
        "text",
        "expected Unicode text in 'text', got the lone surrogate U+D800 at character 1",
    ),
)
"""Bodies, each with the part of it that is wrong, and what is said."""


def test_bad_input_is_answered_with_what_was_expected_and_what_came(client: FlaskClient) -> None:
    def answer(body: bytes) -> tuple[bytes, str, str]:
        response = client.post("/parse", data=body)
        said = response.json
        assert (response.status_code, response.content_type) == (400, "application/json; charset=utf-8")
        assert said.pop("request_id") == response.headers["X-Request-ID"]
        message, details = said.pop("message"), said.pop("details")
        assert said == {
            "version": VERSION,
            "status": "failure",
            "reason": "BadRequest",
            "help": "GET /openapi.json describes what this route takes; GET /docs shows it.",
            "code": 400,
        }
        assert details in ({}, {"parameter": details.get("parameter"), "in": "body"})
        return body, details.get("parameter", ""), message

    assert tuple(answer(body) for body, *_ in BAD) == BAD


def test_json_that_strains_the_reader_is_bad_input(client: FlaskClient) -> None:
    for body in (b"[" * 1500, b'{"text": ' + b"1" * 1900 + b"}", b'{"text": NaN}', b'{"text": 1e999}'):
        assert client.post("/parse", data=body).status_code == 400, body


def test_json_too_deep_or_too_long_for_the_reader_is_said() -> None:
    for body in (b"[" * 300_000, b'{"text": ' + b"1" * 100_000 + b"}"):
        with pytest.raises(InputError, match=r"^expected JSON of ordinary depth and numbers"):
            read_json(body)


def test_a_lone_surrogate_in_the_message_id_comes_back_escaped(client: FlaskClient) -> None:
    response = client.post("/parse", data=f'{{"text": "피자", "message_id": "a{LONE}"}}'.encode())
    assert response.status_code == 200
    assert f'"message_id":"a{LONE}"'.encode() in response.data


def test_a_lone_surrogate_in_a_key_does_not_break_the_error(client: FlaskClient) -> None:
    response = client.post("/parse", data=f'{{"{LONE}": 1}}'.encode())
    assert (response.status_code, response.json["reason"]) == (400, "BadRequest")


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    response = client.post("/parse", json={"text": ["a" * 20] * 100})
    assert response.status_code == response.json["code"] == 413
    assert response.json["message"] == "expected a body of at most 2000 bytes, got a larger one"


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    for method in ("GET", "DELETE"):
        response = client.open("/parse", method=method)
        assert response.status_code == response.json["code"] == 405
        assert sorted(response.headers["Allow"].split(", ")) == ["OPTIONS", "POST"]
        assert response.json["message"] == f"expected one of the methods OPTIONS, POST, got {method}"


def test_an_unknown_route_lists_what_there_is(client: FlaskClient) -> None:
    for path in ("/parze", "/parse/x", "/%ff%fe", "/피자", "/..%2f..%2fetc/passwd"):
        response = client.get(path)
        assert response.status_code == response.json["code"] == 404, path
        assert response.json["message"].startswith("expected a known route, got GET /")
        assert response.json["help"] == "GET /openapi.json describes all routes; GET /docs shows them."


def test_a_crash_shows_an_id_and_keeps_its_traceback_in_the_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "nlu.server"):
        response = client.post("/parse", json={"text": "고장"})
    error_id = response.json["details"]["error_id"]
    assert response.status_code == response.json["code"] == 500
    assert response.json["message"] == f"the server failed; the error id is {error_id}"
    for secret in ("Traceback", "ZeroDivisionError", "비밀", "secret", ".py"):
        assert secret not in response.text
    assert f"error {error_id} at POST /parse" in caplog.text
    assert "ZeroDivisionError: 비밀 /etc/secret" in caplog.text


def test_the_server_goes_on_after_a_crash(client: FlaskClient) -> None:
    client.post("/parse", json={"text": "고장"})
    assert client.post("/parse", json={"text": "피자"}).status_code == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["text", "message_id", "x"]), inner),
    max_leaves=10,
)


@given(json_values)
def test_any_json_is_either_read_or_refused_as_input(payload: object) -> None:
    with contextlib.suppress(InputError):
        request = read(BODY, read_json(json.dumps(payload).encode()))
        assert all(text.strip() and text.encode() for text in request.texts)


@given(st.binary(max_size=50))
def test_any_bytes_are_either_read_or_refused_as_input(body: bytes) -> None:
    with contextlib.suppress(InputError):
        read_json(body)


def test_an_input_error_survives_the_way_to_another_process() -> None:
    error = pickle.loads(pickle.dumps(InputError("expected text, got nothing", "text")))
    assert (str(error), error.parameter) == ("expected text, got nothing", "text")
