from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.adjustment.shadowing import Shadowing
from nlu.events import Notice
from nlu.store.registry import Registry
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.words import WordParser, publish

KEY = {"X-API-Key": "a-key-of-the-tests"}


@pytest.fixture
def client(models: Path) -> Iterator[FlaskClient]:
    app = create_app(ServerSettings(models, reload_seconds=0, api_key=KEY["X-API-Key"]), WordParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


@pytest.fixture
def candidate(models: Path) -> str:
    return publish(models, 1, activate=False)


def test_a_canary_is_begun_shown_and_ended(client: FlaskClient, models: Path, candidate: str) -> None:
    begun = client.put("/trials/canary", json={"version": candidate, "share": 0.5}, headers=KEY)
    assert (begun.status_code, begun.json["version"], begun.json["share"]) == (200, candidate, 0.5)
    answered = Counter[str]()
    deadline = time.monotonic() + 30
    while len(answered) < 2 or answered.total() < 30:  # it is loaded beside the requests
        assert time.monotonic() < deadline, answered
        time.sleep(0.01)
        answered[client.post("/parse", json={"text": f"피자 {answered.total()}"}).json["model_version"]] += 1
    client.application.extensions[RECORDER].close()
    shown = client.get("/trials", headers=KEY).json
    assert (shown["canary"], shown["shadow"], shown["shadow_counts"]) == (begun.json, None, None)
    active, tried = shown["served"]
    assert (active["version"], tried["version"]) == (Registry(models).active(), candidate)
    assert {one["version"]: one["utterances"] for one in (active, tried)} == answered
    assert client.delete("/trials/canary", headers=KEY).status_code == 204
    (ended,) = client.get("/trials", headers=KEY).json["ended"]
    assert (ended["trial"], ended["reason"], ended["detail"]) == (begun.json, "stopped", None)


def test_why_a_trial_was_stopped_is_said_in_both_languages(client: FlaskClient, models: Path, candidate: str) -> None:
    Registry(models).try_beside("canary", candidate, 0.1)
    fault = Notice("beside.failures", {"failures": 1, "count": 9, "error": "ValueError"})
    Registry(models).end_trial("canary", "failed", fault)
    assert client.get("/trials", headers=KEY).json["ended"][0]["detail"] == {
        "ko": "발화 9개 가운데 1개에 답하지 못했습니다 (ValueError).",
        "en": "1 of 9 utterances could not be answered (ValueError)",
    }


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("/trials/canary", {"version": "v", "share": 0.1}, 400, "no version 'v'; there are: "),
        ("/trials/canary", {"version": "v", "share": 0}, 400, "expected at least 0.0001 as 'share', got 0"),
        ("/trials/canary", {"version": "v", "share": 5}, 400, "expected at most 1.0 as 'share', got 5"),
        ("/trials/canary", {"version": "v", "share": "5%"}, 400, "expected a number as 'share', got a string"),
        ("/trials/canary", {"version": "v"}, 400, "expected the key 'share'"),
        ("/trials/other", {"version": "v", "share": 0.1}, 404, ""),
    ],
)
def test_what_can_not_be_tried_is_refused(
    client: FlaskClient, path: str, body: dict[str, object], status: int, message: str
) -> None:
    answer = client.put(path, json=body, headers=KEY)
    assert answer.status_code == status
    assert message in answer.json["message"]


def test_the_active_version_is_no_candidate(client: FlaskClient, models: Path) -> None:
    body = {"version": Registry(models).active(), "share": 0.1}
    answer = client.put("/trials/shadow", json=body, headers=KEY)
    assert (answer.status_code, answer.json["details"]["parameter"]) == (400, "version")


def test_differences_come_in_pages_the_newest_first(client: FlaskClient, candidate: str) -> None:
    ids = [client.post("/parse", json={"text": f"피자 {number}"}).json["parse_id"] for number in range(5)]
    recorder = client.application.extensions[RECORDER]
    recorder.close()
    row = {"version": candidate, "intent": "greet", "confidence": 0.5, "is_fallback": False, "entities": []}
    left = Shadowing(recorder.store().database).keep(
        [{**row, "record_id": one, "other_intent": True} for one in [*ids, "0" * 32]]
    )
    assert [one["record_id"] for one in left] == ["0" * 32]
    page = client.get("/differences?limit=3", headers=KEY).json
    assert [one["text"] for one in page["differences"]] == ["피자 4", "피자 3", "피자 2"]
    rest = client.get(f"/differences?limit=3&after={page['next']}&version={candidate}", headers=KEY).json
    assert [one["parse_id"] for one in rest["differences"]] == [ids[1], ids[0]]
    assert rest["next"] is None
    assert (rest["differences"][0]["served"]["intent"]["name"], rest["differences"][0]["candidate"]["version"]) == (
        "order_food",
        candidate,
    )


@pytest.mark.parametrize("path", ["/trials", "/differences"])
def test_what_people_said_needs_a_key(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 401
