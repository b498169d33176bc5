from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server import ServerSettings, create_app
from server.app import RECORDER
from server.routes import kakao
from tests.server.words import WordParser

SCENARIOS = """\
scenarios:
  order_food:
    slots:
      menu: {entity: menu0, ask: "무엇을 드릴까요?", choices: [피자]}
      loc: {ask: ["{menu}을(를) 어디로 보낼까요?", "어디인지 말씀해 주세요."], choices: [판교]}
    confirm: "{loc}(으)로 {menu}을(를) 보낼까요?"
    done: "{loc}(으)로 {menu}을(를) 보낼게요."
"""


@pytest.fixture
def client(models: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    scenarios, answers = tmp_path / "scenarios.yml", tmp_path / "answers.yml"
    scenarios.write_text(SCENARIOS, encoding="utf-8")
    answers.write_text(
        "nlu_fallback: {answers: '네?', quick_replies: [피자]}\norder_food: 주문이군요.", encoding="utf-8"
    )
    made = create_app(ServerSettings(models, answers, scenarios=scenarios), WordParser.load).test_client()
    yield made
    made.application.extensions[RECORDER].close()


def say(client: FlaskClient, utterance: str, user: str | None = "u1", **more: Any) -> Any:
    who = {} if user is None else {"user": {"id": user, "type": "botUserKey"}}
    response = client.post("/kakao/skill", json={"userRequest": {"utterance": utterance, **who, **more}})
    assert response.status_code == 200, response.json
    return response.json


def shown(answer: Any) -> tuple[str, list[str]]:
    template = answer["template"]
    text = " ".join(one["simpleText"]["text"] for one in template["outputs"])
    return text, [one["messageText"] for one in template.get("quickReplies", [])]


def test_a_talk_is_held_by_user_to_its_end(client: FlaskClient) -> None:
    assert shown(say(client, "피자 시킬게\n")) == ("피자를 어디로 보낼까요?", ["판교"])
    assert shown(say(client, "판교", user="u2")) != ("판교로 피자를 보낼까요?", ["네", "아니요"])
    assert shown(say(client, "판교")) == ("판교로 피자를 보낼까요?", ["네", "아니요"])
    done = say(client, "네")
    assert shown(done)[0] == "판교로 피자를 보낼게요."
    assert (done["data"]["acts"], done["data"]["done"]) == (["done"], {"order_food": {"menu": "피자", "loc": "판교"}})


def test_what_is_not_understood_is_asked_again_and_in_the_end_handed_over(client: FlaskClient) -> None:
    say(client, "피자")
    acts = [say(client, "뷁뷁")["data"]["acts"] for _ in range(3)]
    assert acts[0] == ["not_understood", "ask"]
    assert acts[-1][-1] == "hand_over"
    assert shown(say(client, "글쎄")) == ("네?", ["피자"])


def test_of_nobody_it_gives_one_answer_as_without_scenarios(client: FlaskClient) -> None:
    assert shown(say(client, "피자", user=None)) == ("주문이군요.", [])
    assert "acts" not in say(client, "피자", user=None)["data"]


def test_a_database_that_is_gone_keeps_nobody_from_an_answer(models: Path, tmp_path: Path) -> None:
    scenarios, answers = tmp_path / "scenarios.yml", tmp_path / "answers.yml"
    scenarios.write_text(SCENARIOS, encoding="utf-8")
    answers.write_text("nlu_fallback: 네?\norder_food: 주문이군요.", encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    place = f"sqlite:///{tmp_path}/file/records.db"
    settings = ServerSettings(models, answers, scenarios=scenarios, records_url=place, record=0.0)  # type: ignore[arg-type]
    client = create_app(settings, WordParser.load).test_client()
    assert shown(say(client, "피자")) == ("주문이군요.", [])


def test_a_database_that_is_blocked_holds_nobody_up(
    client: FlaskClient, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kakao, "_TURN_SECONDS", 0.3)
    say(client, "피자")
    with sqlite3.connect(models.parent / "records" / "records.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert shown(say(client, "피자", user="u2")) == ("주문이군요.", [])
        other.execute("ROLLBACK")
    assert shown(say(client, "판교"))[0] == "판교로 피자를 보낼까요?"
    other.close()


def test_a_zone_that_is_none_is_refused(client: FlaskClient) -> None:
    request = {"utterance": "피자", "timezone": "Asia/Nowhere", "user": {"id": "u1"}}
    response = client.post("/kakao/skill", json={"userRequest": request})
    assert response.status_code == 400
    assert "userRequest.timezone" in response.json["message"] or "timezone" in response.json["message"]


def test_it_asks_which_of_two_intents_is_meant_where_nothing_is_talked_about(client: FlaskClient) -> None:
    asked = say(client, "피자가 좀 애매")
    assert shown(asked) == ("혹시 이런 말씀이세요?", ["피자 시킬게", "안녕"])
    assert asked["data"]["acts"] == ["which"]
    assert shown(say(client, "피자 시킬게")) == ("피자를 어디로 보낼까요?", ["판교"])
    assert (
        shown(say(client, "애매한데"))[0] == "잘 알아듣지 못했어요. 어디인지 말씀해 주세요."
    )  # the talk has a question of its own
