from __future__ import annotations

import json
from pathlib import Path

from flask.testing import FlaskClient

from server import ServerSettings, create_app
from server.live_model import ModelHolder
from server.metrics import Metrics
from server.routes.parse import ahead
from tests.server.words import WordParser


def test_an_utterance_is_answered_with_rasas_keys_and_ours(client: FlaskClient) -> None:
    response = client.post("/parse", json={"text": "판교에서 피자 주문"})
    version, parse_id = response.json["model_version"], response.json["parse_id"]
    assert response.status_code == 200
    assert response.content_type == "application/json; charset=utf-8"
    assert response.json == {
        "text": "판교에서 피자 주문",
        "intent": {"name": "order_food", "confidence": 0.9},
        "entities": [
            {
                "entity": "loc",
                "start": 0,
                "end": 2,
                "confidence_entity": 1.0,
                "value": "판교",
                "extractor": "dictionary",
                "raw": "판교",
                "particle": "",
                "sources": ["dictionary"],
                "role": "from",
            },
            {
                "entity": "menu0",
                "start": 5,
                "end": 7,
                "confidence_entity": 1.0,
                "value": "피자",
                "extractor": "dictionary",
                "raw": "피자",
                "particle": "",
                "sources": ["dictionary"],
            },
        ],
        "intent_ranking": [{"name": "order_food", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}],
        "text_tokens": [[0, 10]],
        "fallback": {
            "is_fallback": False,
            "code": None,
            "reason": None,
            "score": 0.9,
            "threshold": 0.5,
            "coverage": 1.0,
        },
        "source": "networks",
        "model_version": version,
        "parse_id": parse_id,
    }


def test_what_is_not_understood_is_the_fallback_intent(client: FlaskClient) -> None:
    answer = client.post("/parse", json={"text": "주식 알려줘"}).json
    assert answer["intent"]["name"] == answer["intent_ranking"][0]["name"] == "nlu_fallback"
    assert answer["fallback"] == {
        "is_fallback": True,
        "code": "unsure",
        "reason": "unsure: the best intent has a confidence of 0.20",
        "score": 0.2,
        "threshold": 0.5,
        "coverage": 0.5,
    }


def test_hangul_is_not_escaped(client: FlaskClient) -> None:
    assert "피자".encode() in client.post("/parse", json={"text": "피자"}).data


def test_the_message_id_comes_back(client: FlaskClient) -> None:
    assert client.post("/parse", json={"text": "피자", "message_id": "m-7"}).json["message_id"] == "m-7"
    assert "message_id" not in client.post("/parse", json={"text": "피자"}).json


def test_a_list_is_answered_in_its_order(client: FlaskClient) -> None:
    answer = client.post("/parse", json={"text": ["피자", "안녕", "판교"], "message_id": "m-8"}).json
    assert [result["text"] for result in answer["results"]] == ["피자", "안녕", "판교"]
    assert {result["model_version"] for result in answer["results"]} == {answer["model_version"]}
    assert answer["message_id"] == "m-8"


def test_a_list_of_one_is_answered_by_a_list(client: FlaskClient) -> None:
    assert len(client.post("/parse", json={"text": ["피자"]}).json["results"]) == 1


def test_only_the_intents_asked_for_may_win(client: FlaskClient) -> None:
    answer = client.post("/parse", json={"text": "피자", "intents": ["greet"]}).json
    assert answer["intent"] == {"name": "greet", "confidence": 0.1}
    assert answer["intent_ranking"] == [{"name": "greet", "confidence": 0.1}]


def test_the_ranking_is_as_long_as_asked(client: FlaskClient) -> None:
    for top_n, length in ((1, 1), (1.0, 1), (None, 2)):
        answer = client.post("/parse", json={"text": ["피자", "피자"], "top_n": top_n}).json
        assert [len(result["intent_ranking"]) for result in answer["results"]] == [length] * 2


def test_an_answer_is_explained_when_asked(client: FlaskClient) -> None:
    for query, body, explained in [
        ("", {}, False),
        ("", {"explain": True}, True),
        ("", {"explain": False}, False),
        ("?explain=1", {}, True),
        ("?explain=true", {"explain": False}, True),
        ("?explain=0", {"explain": True}, False),
    ]:
        one = client.post(f"/parse{query}", json={"text": "피자", **body}).json
        several = client.post(f"/parse{query}", json={"text": ["피자", "판교"], **body}).json["results"]
        assert ["explanation" in result for result in (one, *several)] == [explained] * 3, (query, body)


def test_an_explanation_names_syllables_rows_and_the_nearest_pattern(client: FlaskClient) -> None:
    assert client.post("/parse?explain=1", json={"text": "피자 줘"}).json["explanation"] == {
        "intent": {
            "intent": "order_food",
            "over": None,
            "margin": 0.75,
            "bias": 0.125,
            "units": [{"text": "피자 줘", "start": 0, "end": 4, "score": 0.5}],
            "ngrams": [{"text": "피자 줘", "start": 0, "end": 4, "score": 0.5}],
            "entities": [{"entity": "menu", "role": None, "score": 0.125}],
        },
        "dictionary": [
            {
                "start": 0,
                "end": 2,
                "raw": "피자",
                "entity": "menu0",
                "value": "피자",
                "synonyms": ["동의어"],
                "used": True,
            }
        ],
        "pattern": {"origin": "p.txt:1", "intent": "order_food", "example": "{menu} 줘", "similarity": 0.5},
    }


def test_a_switch_that_is_none_is_refused(client: FlaskClient) -> None:
    response = client.post("/parse?explain=yes", json={"text": "피자"})
    assert response.status_code == 400
    assert response.json["message"] == "expected 1, 0, true or false as 'explain', got 'yes'"
    assert response.json["details"] == {"parameter": "explain", "in": "query"}
    response = client.post("/parse", json={"text": "피자", "explain": 1})
    assert (response.status_code, response.json["details"]) == (400, {"parameter": "explain", "in": "body"})


def test_unknown_keys_are_ignored(client: FlaskClient) -> None:
    assert client.post("/parse", json={"text": "피자", "lang": "ko"}).status_code == 200


def test_json_is_read_under_any_content_type(client: FlaskClient) -> None:
    body = json.dumps({"text": "피자"}).encode()
    for kind in (None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert client.post("/parse", data=body, content_type=kind).json["text"] == "피자", kind


def test_a_byte_order_mark_is_skipped(client: FlaskClient) -> None:
    assert client.post("/parse", data=b"\xef\xbb\xbf" + '{"text": "피자"}'.encode()).status_code == 200


ODD = [
    "피자 주문",
    "ㅍㅣㅈㅏ",
    "피자",
    "피자를 ",
    "  피\u200b자  ",
    "🍕👨‍👩‍👧",
    "\u202e피자",
    "ｐｉｚｚａ",
    "a\x00b",
    "\U0010ffff",
    "\n피자\t",
]


def test_odd_text_comes_back_as_it_was_sent(client: FlaskClient) -> None:
    assert [client.post("/parse", json={"text": text}).json["text"] for text in ODD] == ODD


def test_a_text_of_the_longest_length_is_taken(client: FlaskClient) -> None:
    assert client.post("/parse", json={"text": "😀" * 20}).status_code == 200


def test_a_trailing_slash_is_the_same_route(client: FlaskClient) -> None:
    assert client.post("/parse/", json={"text": "피자"}).status_code == 200


def test_only_plain_requests_are_parsed_together(models: Path) -> None:
    holder = ModelHolder(models, WordParser.load, Metrics(), reload_seconds=0, retry_seconds=0)
    together = ahead(holder, ServerSettings(models, max_text_length=20))
    plain = [b'{"text": "\xed\x94\xbc\xec\x9e\x90"}', b'{"text": "piza"}']
    others = [b"", b"{", b'{"text": 7}', b'{"text": "a", "top_n": 1}', b'["a"]', b'{"text": "%s"}' % (b"a" * 21)]
    parses = together([plain[0], *others, plain[1]])
    assert [parse and parse.text for parse in parses] == ["피자", *[None] * len(others), "piza"]
    assert together(plain[:1]) == [None]  # alone there is nothing to gain
    asked_first = ahead(holder, ServerSettings(models, rate_per_second=1))
    assert asked_first(plain) == [None, None]
    assert together([*plain, '{"text": "고장"}'.encode()]) == [None] * 3  # each fails by itself, and is answered so


def test_what_the_bot_answers_is_told_when_it_is_asked_for(models: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.yml"
    answers.write_text(
        "nlu_fallback: 네?\norder_food: {answers: ['{menu0}을(를) 주문했어요.'], quick_replies: [취소]}",
        encoding="utf-8",
    )
    client = create_app(ServerSettings(models, answers), WordParser.load).test_client()
    assert client.post("/parse?reply=1", json={"text": "피자 주문"}).json["reply"] == {
        "text": "피자를 주문했어요.", "quick_replies": [{"label": "취소", "text": "취소"}],
    }  # fmt: skip
    several = client.post("/parse?reply=1", json={"text": ["주식", "피자"]}).json["results"]
    assert [one["reply"]["text"] for one in several] == ["네?", "피자를 주문했어요."]
    assert "reply" not in client.post("/parse", json={"text": "피자 주문"}).json


def test_a_server_without_answers_tells_none(models: Path, tmp_path: Path) -> None:
    client = create_app(ServerSettings(models, tmp_path / "none.yml"), WordParser.load).test_client()
    answer = client.post("/parse?reply=1", json={"text": "피자 주문"})
    assert answer.status_code == 200
    assert "reply" not in answer.json


def test_it_tells_which_two_intents_to_offer_where_it_is_a_guess(client: FlaskClient) -> None:
    answer = client.post("/parse", json={"text": "애매한 말"}).json
    assert answer["ask"] == [
        {"name": "order_food", "confidence": 0.1, "text": "피자 시킬게"},
        {"name": "greet", "confidence": 0.1, "text": "안녕"},
    ]
    assert answer["intent"]["name"] == "nlu_fallback"
    assert "ask" not in client.post("/parse", json={"text": "판교에서 피자 주문"}).json
