from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from server.app import RECORDER
from tests.processes import PATIENCE
from tests.server.words import WordParser

KEY = "a-key-of-the-tests"


@pytest.fixture
def client(models: Path) -> Iterator[FlaskClient]:
    answers = models / "answers.yml"
    answers.write_text("nlu_fallback: 네?", encoding="utf-8")
    app = create_app(ServerSettings(models, answers, api_key=KEY), WordParser.load)
    made = app.test_client()
    made.environ_base["HTTP_X_API_KEY"] = KEY
    yield made
    app.extensions[RECORDER].close()


def records(client: FlaskClient, count: int, **query: Any) -> list[dict]:
    """Wait until so many are written, and give those that a query finds."""
    give_up_at = time.monotonic() + PATIENCE
    while len(client.get("/records?limit=500").json["records"]) < count:
        assert time.monotonic() < give_up_at
        time.sleep(0.02)
    response = client.get("/records", query_string=query)
    assert response.status_code == 200, response.json
    return response.json["records"]


def test_what_a_client_asks_not_to_record_is_not_recorded(client: FlaskClient) -> None:
    unrecorded = client.post("/parse?record=0", json={"text": "판교에서 피"}).json
    recorded = client.post("/parse?record=1", json={"text": "판교에서 피자"}).json
    assert "parse_id" not in unrecorded
    assert [record["parse_id"] for record in records(client, 1)] == [recorded["parse_id"]]


def test_a_parse_of_every_route_is_recorded_with_its_route_and_request_id(client: FlaskClient) -> None:
    headers = {"X-Request-ID": "abc-7"}
    one = client.post("/parse", json={"text": "판교에서 피자"}, headers=headers).json
    several = client.post("/parse", json={"text": ["피자", "주식"]}).json["results"]
    rasa = client.post("/model/parse", json={"text": "피자", "message_id": "m"}).json
    kakao = client.post("/kakao/skill", json={"userRequest": {"utterance": "피자\n"}}).json
    ids = [one["parse_id"], *(result["parse_id"] for result in several), rasa["parse_id"], kakao["data"]["parse_id"]]
    found = {record["parse_id"]: record for record in records(client, 5)}
    assert [found[parse_id]["route"] for parse_id in ids] == [
        "/parse", "/parse", "/parse", "/model/parse", "/kakao/skill"
    ]  # fmt: skip
    record = found[ids[0]]
    assert record == {
        "parse_id": one["parse_id"],
        "time": record["time"],
        "route": "/parse",
        "request_id": "abc-7",
        "text": "판교에서 피자",
        "masks": [],
        "intent": {"name": "order_food", "confidence": 0.9},
        "fallback": {"is_fallback": False, "reason": None},
        "entities": [
            {"start": 0, "end": 2, "entity": "loc", "value": "판교", "confidence": 1.0, "role": "from"},
            {"start": 5, "end": 7, "entity": "menu0", "value": "피자", "confidence": 1.0},
        ],
        "model_version": one["model_version"],
        "feedback": [],
    }
    assert len(found[ids[1]]["request_id"]) == 32
    assert datetime.fromisoformat(record["time"]).utcoffset() == timedelta(0)


def test_a_buttons_payload_and_an_error_are_not_recorded(client: FlaskClient) -> None:
    assert "parse_id" not in client.post("/model/parse", json={"text": "/greet"}).json
    client.post("/parse", json={"text": "고장"})
    client.post("/parse", json={"text": ""})
    client.post("/parse", json={"text": "피자"})
    assert [one["text"] for one in records(client, 1)] == ["피자"]


def test_personal_data_never_reaches_the_page(client: FlaskClient) -> None:
    client.post("/parse", json={"text": "010-1234-5678로 피자"})
    (record,) = records(client, 1)
    assert (record["text"], record["masks"]) == ("***-****-****로 피자", ["phone"])
    (entity,) = record["entities"]
    assert record["text"][entity["start"] : entity["end"]] == entity["value"] == "피자"


def test_pages_follow_one_another_to_the_end(client: FlaskClient) -> None:
    for number in range(7):
        client.post("/parse", json={"text": f"피자 {number}"})
    records(client, 7)
    seen, after = [], {}
    while True:
        page = client.get("/records", query_string={"limit": 3, **after}).json
        seen += [one["text"] for one in page["records"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == [f"피자 {number}" for number in reversed(range(7))]


def test_filters_choose(client: FlaskClient) -> None:
    client.post("/parse", json={"text": "피자"})
    parse_id = client.post("/parse", json={"text": "주식"}).json["parse_id"]
    records(client, 2)
    client.post("/feedback", json={"parse_id": parse_id, "intent": "greet"})
    for query in ({"intent": "nlu_fallback"}, {"fallback": 1}, {"feedback": "true"}):
        assert [one["text"] for one in records(client, 2, **query)] == ["주식"]
    for query in ({"intent": "order_food"}, {"fallback": 0}, {"feedback": "false"}):
        assert [one["text"] for one in records(client, 2, **query)] == ["피자"]
    now = datetime.now(UTC)
    assert records(client, 2, since=(now + timedelta(hours=1)).isoformat()) == []
    assert len(records(client, 2, since=(now - timedelta(hours=1)).isoformat())) == 2
    assert records(client, 2, until="2026-01-01") == records(client, 2, until="2026-01-01T00:00:00Z") == []
    in_seoul = (now - timedelta(hours=1)).astimezone(timezone(timedelta(hours=9))).isoformat()
    assert len(client.get(f"/records?since={in_seoul}").json["records"]) == 2  # the + comes as a space


BAD_QUERIES = [
    ("since=gestern", "expected a time such as 2026-11-21T14:30:00 as 'since', got 'gestern'"),
    (
        "until=0001-01-01T00:00:00%2B09:00",
        "expected a time such as 2026-11-21T14:30:00 as 'until', got '0001-01-01T00:00:00+09:00'",
    ),
    ("limit=0", "expected at least 1 as 'limit', got '0'"),
    ("limit=501", "expected at most 500 as 'limit', got '501'"),
    ("limit=x", "expected a whole number as 'limit', got 'x'"),
    ("fallback=maybe", "expected 1, 0, true or false as 'fallback', got 'maybe'"),
    ("after=x", "expected the 'next' of a page as 'after', got 'x'"),
    (f"after=20261121-{'0' * 32}", f"expected the 'next' of a page as 'after', got '20261121-{'0' * 32}'"),
]


def test_a_bad_query_says_what_was_expected(client: FlaskClient) -> None:
    answers = [client.get(f"/records?{query}") for query, _ in BAD_QUERIES]
    assert {answer.status_code for answer in answers} == {400}
    assert [answer.json["message"] for answer in answers] == [message for _, message in BAD_QUERIES]
    wrong = [{"parameter": query.partition("=")[0], "in": "query"} for query, _ in BAD_QUERIES]
    assert [answer.json["details"] for answer in answers] == wrong


def test_a_server_that_records_nothing_names_no_parse(models: Path) -> None:
    client = create_app(ServerSettings(models, api_key=KEY, record=0.0), WordParser.load).test_client()
    answer = client.post("/parse", json={"text": "피자"}).json
    assert "parse_id" not in answer


def test_a_server_that_records_nothing_leaves_the_database_alone_and_says_so(models: Path) -> None:
    before = set(threading.enumerate())
    app = create_app(ServerSettings(models, api_key=KEY, record=0.0), WordParser.load)
    app.extensions[RECORDER].start()
    client = app.test_client()
    client.environ_base["HTTP_X_API_KEY"] = KEY
    client.post("/parse", json={"text": "피자"})
    feedback = {"parse_id": "0" * 32, "intent": "greet"}
    for answer in (client.get("/records"), client.post("/feedback", json=feedback)):
        assert (answer.status_code, answer.json["reason"]) == (503, "RecordingOff")
        assert answer.json["message"] == "expected a server that records, got one whose setting record is off"
        assert "NLU_RECORD" in answer.json["help"]
    assert "record-writer" not in {thread.name for thread in set(threading.enumerate()) - before}
    assert not (models.parent / "records").exists()


def test_what_is_written_is_counted(client: FlaskClient) -> None:
    client.post("/parse", json={"text": ["피자", "피자", "피자"]})
    records(client, 3)
    client.application.extensions[RECORDER].close()
    assert "nlu_records_written_total 3.0" in client.get("/metrics").text
