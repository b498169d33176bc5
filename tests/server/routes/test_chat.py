from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from nlu.database.engine import Database
from nlu.scenario.tables import talks
from server import ServerSettings, create_app
from server.app import RECORDER
from tests import redis_server
from tests.server.words import WordParser

SCENARIOS = """\
scenarios:
  order_food:
    slots:
      menu: {entity: menu0, ask: "무엇을 드릴까요?"}
      loc: {ask: "{menu}을(를) 어디로 보낼까요?"}
    done: "{loc}(으)로 {menu}을(를) 보낼게요."
"""
SECRET = "a-secret-of-the-tests"


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    path = tmp_path / "scenarios.yml"
    path.write_text(SCENARIOS, encoding="utf-8")
    return path


def client_of(models: Path, scenarios: Path) -> FlaskClient:
    settings = ServerSettings(models, scenarios=scenarios, reload_seconds=0.0, webhook_secret=SECRET)  # type: ignore[arg-type]
    return create_app(settings, WordParser.load).test_client()


@pytest.fixture
def client(models: Path, scenarios: Path) -> Iterator[FlaskClient]:
    made = client_of(models, scenarios)
    yield made
    made.application.extensions[RECORDER].close()


def say(client: FlaskClient, text: str, user: str = "u1", status: int = 200) -> Any:
    response = client.post("/chat", json={"text": text, "user": user})
    assert response.status_code == status, response.json
    return response.json


def test_a_talk_goes_on_where_it_stood(client: FlaskClient, models: Path, scenarios: Path) -> None:
    first = say(client, "피자")
    assert (first["text"], first["frames"][0]["asked"]) == ("피자를 어디로 보낼까요?", "loc")
    assert say(client, "판교", user="u2")["text"] != "판교로 피자를 보낼게요."
    other = client_of(models, scenarios)  # another process, or the same after it was killed
    last = say(other, "판교")
    assert last["text"] == "판교로 피자를 보낼게요."
    assert last["done"]["order_food"]["loc"] == [{"value": "판교", "said": "판교", "unit": None}]
    assert last["frames"] == []
    other.application.extensions[RECORDER].close()


def test_turns_of_one_user_at_once_are_taken_one_after_the_other(client: FlaskClient) -> None:
    say(client, "피자")
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(say(client, "판교"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("order_food" in answer["done"] for answer in answers) == 1


def test_a_file_with_mistakes_leaves_the_scenarios_as_they_were(client: FlaskClient, scenarios: Path) -> None:
    assert client.get("/health").json["status"] == "ok"
    scenarios.write_text("scenarios: [", encoding="utf-8")
    assert say(client, "피자")["text"] == "피자를 어디로 보낼까요?"
    health = client.get("/health").json
    assert (health["status"], f"{scenarios}:1:13" in health["degraded"]) == ("degraded", True)
    scenarios.unlink()
    assert client.get("/health").json["status"] == "ok"


def test_without_scenarios_it_says_what_to_write(models: Path, tmp_path: Path) -> None:
    client = client_of(models, tmp_path / "none.yml")
    assert say(client, "피자", status=503)["reason"] == "ScenariosUnavailable"
    client.application.extensions[RECORDER].close()


class Hook:
    """A program that is told what was done, and answers as it is made to."""

    def __init__(self, status: int = 200, body: bytes = b"{}", seconds: float = 0.0) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        told = self.told

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.append(
                    (
                        {name.lower(): value for name, value in self.headers.items()},
                        self.rfile.read(int(self.headers["Content-Length"])),
                    )
                )
                time.sleep(seconds)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/orders"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def with_hook(scenarios: Path, url: str) -> None:
    text = SCENARIOS.replace("    done:", f"    webhook: {{url: {url}, timeout: 1}}\n    done:")
    scenarios.write_text(text, encoding="utf-8")


def test_what_is_done_is_told_signed_and_its_answer_is_said(client: FlaskClient, scenarios: Path) -> None:
    hook = Hook(body='{"text": "20분 뒤에 도착해요."}'.encode())
    with_hook(scenarios, hook.url)
    say(client, "피자")
    assert say(client, "판교")["text"] == "20분 뒤에 도착해요."
    ((headers, body),) = hook.told
    assert headers["x-nlu-signature"] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert json.loads(body)["slots"] == {
        "menu": [{"value": "피자", "said": "피자"}],
        "loc": [{"value": "판교", "said": "판교"}],
    }
    hook.close()


@pytest.mark.parametrize("status", [500, 404])
def test_what_a_webhook_does_not_take_is_not_lost(client: FlaskClient, scenarios: Path, status: int) -> None:
    hook = Hook(status)
    with_hook(scenarios, hook.url)
    say(client, "피자")
    failed = say(client, "판교")
    assert failed["done"] == {}
    assert failed["frames"][0]["slots"].keys() == {"menu", "loc"}
    assert len({headers["idempotency-key"] for headers, _ in hook.told}) == 1
    hook.close()
    taken = Hook()
    with_hook(scenarios, taken.url)
    assert "order_food" in say(client, "네")["done"]
    taken.close()


def test_nonsense_of_a_webhook_is_a_yes_that_says_nothing(client: FlaskClient, scenarios: Path) -> None:
    hook = Hook(body=b"<html>")
    with_hook(scenarios, hook.url)
    say(client, "피자")
    assert say(client, "판교")["text"] == "판교로 피자를 보낼게요."
    hook.close()


def test_talks_that_nobody_goes_on_with_are_kept_no_longer_than_records(models: Path, scenarios: Path) -> None:
    client = client_of(models, scenarios)
    say(client, "피자")
    database = Database(f"sqlite:///{models.parent / 'records' / 'records.db'}")
    with database.begin() as connection:
        connection.execute(update(talks).values(updated=datetime.now(UTC) - timedelta(days=91)))
    say(client_of(models, scenarios), "안녕", user="u2")
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(talks)).scalar() == 1
    database.close()


@pytest.mark.redis
def test_a_talk_stands_in_redis_where_one_is_named(models: Path, scenarios: Path) -> None:
    with redis_server.running() as redis:
        settings = ServerSettings(models, scenarios=scenarios, talks_url=redis.url)  # type: ignore[arg-type]
        client = create_app(settings, WordParser.load).test_client()
        say(client, "피자")
        assert say(client, "판교")["text"] == "판교로 피자를 보낼게요."
        redis.stop()
        assert say(client, "피자", status=503)["reason"] == "DatabaseUnavailable"
        client.application.extensions[RECORDER].close()


def test_a_message_that_comes_again_under_its_name_is_answered_alike(client: FlaskClient) -> None:
    message = {"text": "피자", "user": "u1", "message_id": "m1"}
    first, again = (client.post("/chat", json=message).json for _ in range(2))
    assert again.pop("repeated")
    first["parses"][0].pop("parse_id")
    assert again == first
    assert say(client, "판교")["text"] == "판교로 피자를 보낼게요."


def test_what_one_user_says_at_once_is_taken_one_after_the_other_and_none_is_lost(
    client: FlaskClient, models: Path
) -> None:
    said = ["피자", "판교", "글쎄", "취소", "안녕"] * 2
    with ThreadPoolExecutor(len(said)) as pool:
        answers = list(pool.map(lambda at: _post(client, at[1], f"m{at[0]}"), enumerate(said)))
    assert {answer.status_code for answer in answers} == {200}
    database = Database(f"sqlite:///{models.parent / 'records' / 'records.db'}")
    with database.connect() as connection:
        assert connection.execute(select(talks.c.turn)).scalar() == len(said)
    database.close()


def test_a_tap_that_comes_many_times_at_once_is_taken_once(client: FlaskClient) -> None:
    say(client, "피자")
    with ThreadPoolExecutor(8) as pool:
        answers = [one.json for one in pool.map(lambda _: _post(client, "판교", "m1"), range(8))]
    assert {answer["text"] for answer in answers} == {"판교로 피자를 보낼게요."}
    assert sum("repeated" not in answer for answer in answers) == 1


def _post(client: FlaskClient, text: str, message_id: str) -> Any:
    """Post from a thread, by a client of its own."""
    message = {"text": text, "user": "u1", "message_id": message_id}
    return client.application.test_client().post("/chat", json=message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"text": "피자"}, "expected the key 'user', got only 'text'"),
        ({"text": "피자", "user": " "}, "expected who speaks in 'user', by any id, got a blank string"),
        ({"text": "", "user": "u1"}, "expected an utterance in 'text', got an empty string"),
    ],
)
def test_who_speaks_and_what_must_be_told(client: FlaskClient, body: dict[str, str], message: str) -> None:
    response = client.post("/chat", json=body)
    assert (response.status_code, response.json["message"]) == (400, message)


def test_a_program_learns_what_is_asked_for_and_a_browser_gets_the_page(client: FlaskClient, scenarios: Path) -> None:
    told = client.get("/chat").json
    assert told["scenarios"]["order_food"] == {
        "slots": {
            "menu": {"entity": "menu0", "role": None, "required": True, "unless": None},
            "loc": {"entity": "loc", "role": None, "required": True, "unless": None},
        },
        "confirms": False,
        "max_asks": 3,
        "expires_seconds": 1800.0,
    }
    assert told["problem"] is None
    assert "talk.js" in client.get("/chat", headers={"Accept": "text/html"}).text
    scenarios.write_text("scenarios: [", encoding="utf-8")
    again = client.get("/chat").json
    assert again["scenarios"] == told["scenarios"]
    assert "scenarios.yml:1" in again["problem"]
