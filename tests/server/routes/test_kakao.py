from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.dialogue.responses import Reply
from nlu.types import Entity, Fallback, IntentScore, Parse
from server import ServerSettings, create_app
from server.routes.kakao import render_skill
from tests.server.words import WordParser

# What Kakao's bot system posts to a skill, as its developer guide shows it.
REQUEST = {
    "intent": {"id": "5a56ec0008cc1461d75291f6", "name": "폴백 블록"},
    "userRequest": {
        "timezone": "Asia/Seoul",
        "params": {"ignoreMe": "true"},
        "block": {"id": "5a56ec0008cc1461d75291f6", "name": "폴백 블록"},
        "utterance": "판교에서 피자 주문\n",
        "lang": "kr",
        "user": {"id": "620678", "type": "botUserKey", "properties": {"plusfriendUserKey": "BlGTEYoiNoSh"}},
    },
    "contexts": [],
    "bot": {"id": "5a548e36aea1a43fa851ecd9", "name": "또봇"},
    "action": {
        "id": "5a56ebaa211ee046633e958d",
        "name": "skill",
        "params": {},
        "detailParams": {},
        "clientExtra": None,
    },
}
ANSWERS = """
order_food:
  answers: ["{loc:from}에서 {menu0}을(를) 주문했어요.", "무엇을 주문할까요?"]
  quick_replies: [취소할래, {label: 더, text: 더 주문할게요}]
nlu_fallback: 잘 못 알아들었어요.
"""


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.yml"
    path.write_text(ANSWERS, encoding="utf-8")
    return path


@pytest.fixture
def client(models: Path, answers: Path) -> FlaskClient:
    settings = ServerSettings(models, answers, max_text_length=20, reload_seconds=0, scenarios=models / "none.yml")
    return create_app(settings, WordParser.load).test_client()


def say(client: FlaskClient, utterance: str) -> Any:
    request = REQUEST | {"userRequest": {**REQUEST["userRequest"], "utterance": utterance}}
    return client.post("/kakao/skill", json=request)


def text_of(response: Any) -> str:
    return response.json["template"]["outputs"][0]["simpleText"]["text"]


def test_a_recorded_request_is_answered_in_the_format_of_skill_version_2(client: FlaskClient) -> None:
    response = client.post("/kakao/skill", data=json.dumps(REQUEST), content_type="application/json;charset=UTF-8")
    assert response.status_code == 200
    assert response.json == {
        "version": "2.0",
        "template": {
            "outputs": [{"simpleText": {"text": "판교에서 피자를 주문했어요."}}],
            "quickReplies": [
                {"label": "취소할래", "action": "message", "messageText": "취소할래"},
                {"label": "더", "action": "message", "messageText": "더 주문할게요"},
            ],
        },
        "data": {
            "intent": "order_food",
            "entities": {"loc": "판교", "loc:from": "판교", "menu0": "피자"},
            "slots": {"loc": "판교", "loc:from": "판교", "menu0": "피자"},
            "parse_id": response.json["data"]["parse_id"],
        },
    }


def test_all_values_and_roles_reach_the_blocks() -> None:
    found = (("menu", "피자", None), ("menu", "콜라", None), ("loc", "판교", "from"), ("loc", "서울", "to"))
    entities = tuple(Entity(kind, 0, len(value), value, value, role) for kind, value, role in found)
    score = IntentScore("order_food", 0.9)
    parse = Parse("…", score, (score,), entities, (), Fallback(None, 0.9, 0.5))
    assert render_skill(Reply("네"), parse)["data"] == {
        "intent": "order_food",
        "entities": {"menu": ["피자", "콜라"], "loc": ["판교", "서울"], "loc:from": "판교", "loc:to": "서울"},
        "slots": {"menu": "피자와 콜라", "loc": "판교와 서울", "loc:from": "판교", "loc:to": "서울"},
    }


def test_what_is_not_understood_gets_the_answer_of_the_fallback(client: FlaskClient) -> None:
    for utterance in ("주식 알려줘", "", "\n", "\u200b"):
        response = say(client, utterance)
        assert response.json["template"] == {"outputs": [{"simpleText": {"text": "잘 못 알아들었어요."}}]}


def test_what_is_too_long_gets_the_answer_of_the_fallback_and_is_not_recorded(client: FlaskClient) -> None:
    for utterance in ("피자 주문 " * 4, "\ud83c" * 21, "a" * 100_000):
        response = say(client, utterance)
        assert (response.status_code, text_of(response)) == (200, "잘 못 알아들었어요.")
        assert response.json["data"] == {"intent": "nlu_fallback", "entities": {}, "slots": {}}


def test_the_answers_are_read_again_when_their_file_changes(client: FlaskClient, answers: Path) -> None:
    assert text_of(say(client, "안녕")) == "잘 못 알아들었어요."
    answers.write_text("nlu_fallback: 네?", encoding="utf-8")
    assert text_of(say(client, "안녕")) == "네?"


def test_a_file_with_mistakes_changes_nothing_and_is_logged_once(
    client: FlaskClient, answers: Path, caplog: pytest.LogCaptureFixture
) -> None:
    say(client, "안녕")
    answers.write_text("nlu_fallback: [", encoding="utf-8")
    with caplog.at_level(logging.WARNING, "nlu.server"):
        assert {text_of(say(client, "안녕")) for _ in range(3)} == {"잘 못 알아들었어요."}
    assert caplog.text.count("the answers can't be used, the ones before go on") == 1
    assert f"{answers}:1:" in caplog.text


def test_a_file_that_vanishes_for_a_moment_changes_nothing(client: FlaskClient, answers: Path) -> None:
    say(client, "안녕")
    answers.unlink()
    assert text_of(say(client, "안녕")) == "잘 못 알아들었어요."
    answers.write_text("nlu_fallback: 네?", encoding="utf-8")
    assert text_of(say(client, "안녕")) == "네?"


@pytest.mark.parametrize("text", [None, "nlu_fallback: ["])
def test_without_answers_the_skill_says_so_and_the_rest_goes_on(
    client: FlaskClient, answers: Path, text: str | None
) -> None:
    answers.unlink()
    if text is not None:
        answers.write_text(text, encoding="utf-8")
    response = say(client, "안녕")
    assert (response.status_code, response.json["reason"]) == (503, "AnswersUnavailable")
    assert str(answers) in response.json["message"]
    assert client.post("/parse", json={"text": "안녕"}).status_code == 200


BAD: list[tuple[Any, str, str]] = [
    ([], "", 'expected an object such as {"userRequest": {"utterance": "…"}}, got an array'),
    ({"bot": {}}, "userRequest", "expected the key 'userRequest', got only 'bot'"),
    ({"userRequest": "안녕"}, "userRequest", "expected an object as 'userRequest', got a string"),
    (
        {"userRequest": {}},
        "userRequest.utterance",
        "expected the key 'userRequest.utterance', got an object without keys",
    ),
    (
        {"userRequest": {"utterance": None}},
        "userRequest.utterance",
        "expected a string as 'userRequest.utterance', got null",
    ),
]


def test_a_bad_request_says_what_was_expected(client: FlaskClient) -> None:
    for body, parameter, message in BAD:
        response = client.post("/kakao/skill", json=body)
        assert (response.status_code, response.json["message"]) == (400, message)
        assert response.json["details"] == ({"parameter": parameter, "in": "body"} if parameter else {})


def test_it_asks_which_of_two_intents_is_meant(client: FlaskClient) -> None:
    answer = say(client, "애매한 말").json
    assert answer["template"] == {
        "outputs": [{"simpleText": {"text": "혹시 이런 말씀이세요?"}}],
        "quickReplies": [
            {"label": "피자 시킬게", "action": "message", "messageText": "피자 시킬게"},
            {"label": "안녕", "action": "message", "messageText": "안녕"},
        ],
    }
