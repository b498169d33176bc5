from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.routes.test_kakao_talks import SCENARIOS
from tests.server.words import WordParser


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    path = tmp_path / "scenarios.yml"
    path.write_text(SCENARIOS, encoding="utf-8")
    return path


@pytest.fixture
def client(models: Path, tmp_path: Path, scenarios: Path) -> Iterator[FlaskClient]:
    answers = tmp_path / "answers.yml"
    answers.write_text("nlu_fallback: 네?\norder_food: 주문이군요.", encoding="utf-8")
    settings = ServerSettings(models, answers, scenarios=scenarios, reload_seconds=0, max_text_length=100)
    made = create_app(settings, WordParser.load).test_client()
    yield made
    made.application.extensions[RECORDER].close()


def send(client: FlaskClient, message: str | None, sender: str = "u1", **more: Any) -> Any:
    response = client.post("/webhooks/rest/webhook", json={"sender": sender, "message": message, **more})
    assert response.status_code == 200, response.json
    return response.json


def test_a_talk_is_held_by_sender_in_rasas_wire(client: FlaskClient) -> None:
    asked = {"recipient_id": "u1", "text": "피자를 어디로 보낼까요?", "buttons": [{"title": "판교", "payload": "판교"}]}
    assert send(client, "피자", metadata={"ignored": True}, input_channel="rest") == [asked]
    assert send(client, "판교")[0]["text"] == "판교로 피자를 보낼까요?"
    assert send(client, "네") == [{"recipient_id": "u1", "text": "판교로 피자를 보낼게요."}]


def test_a_buttons_payload_says_its_intent_and_values(client: FlaskClient) -> None:
    assert send(client, '/order_food{"menu0": "콜라"}')[0]["text"] == "콜라를 어디로 보낼까요?"


def test_a_talk_begins_anew_when_it_is_told_to(client: FlaskClient) -> None:
    send(client, "피자")
    assert send(client, "/restart") == []
    assert send(client, "판교")[0]["text"] == "무엇을 드릴까요?"


def test_a_message_that_comes_again_under_its_name_gets_the_same_answer(client: FlaskClient) -> None:
    first = send(client, "피자", message_id="m1")
    assert send(client, "피자", message_id="m1") == first


def test_without_scenarios_it_gives_single_answers(client: FlaskClient, scenarios: Path, models: Path) -> None:
    settings = ServerSettings(models, scenarios.with_name("answers.yml"), scenarios=scenarios.with_name("none.yml"))
    alone = create_app(settings, WordParser.load).test_client()
    assert send(alone, "피자") == [{"recipient_id": "u1", "text": "주문이군요."}]
    assert send(alone, None, sender=" ") == [{"recipient_id": " ", "text": "네?"}]
    alone.application.extensions[RECORDER].close()
