from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.data.importers import read_any
from nlu.types import LabelledUtterance, Span
from server import ServerSettings, create_app
from server.app import RECORDER
from server.commands.journal import main
from server.recorder import Recorder
from server.routes.feedback import LONGEST_COMMENT
from tests.processes import PATIENCE
from tests.server.words import WordParser

KEY = "a-key-of-the-tests"


@pytest.fixture
def client(models: Path) -> Iterator[FlaskClient]:
    answers = models / "answers.yml"
    answers.write_text("nlu_fallback: 네?", encoding="utf-8")
    settings = ServerSettings(models, answers, api_key=KEY, max_text_length=80)
    app = create_app(settings, WordParser.load)
    made = app.test_client()
    made.environ_base["HTTP_X_API_KEY"] = KEY
    yield made
    app.extensions[RECORDER].close()


def parse(client: FlaskClient, text: str) -> str:
    parse_id = client.post("/parse", json={"text": text}).json["parse_id"]
    assert isinstance(parse_id, str)
    return parse_id


def give(client: FlaskClient, parse_id: str, **feedback: Any) -> Any:
    return client.post("/feedback", json={"parse_id": parse_id, "intent": "order_food", **feedback})


def record(client: FlaskClient, parse_id: str) -> dict:
    (found,) = [one for one in client.get("/records").json["records"] if one["parse_id"] == parse_id]
    return found


def test_feedback_is_attached_to_its_parse(client: FlaskClient) -> None:
    parse_id = parse(client, "판교에서 피자")
    entities = [
        {"entity": "menu", "start": 5, "end": 7, "value": "핏자", "role": "main", "raw": "피자", "particle": ""}
    ]
    response = give(client, parse_id, intent="greet", entities=entities, comment="인사예요")
    assert response.status_code == 200
    kept = [{"start": 5, "end": 7, "entity": "menu", "value": "핏자", "role": "main"}]
    assert response.json == {
        "parse_id": parse_id,
        "intent": "greet",
        "known_intent": True,
        "entities": kept,
        "comment": "인사예요",
        "time": response.json["time"],
    }
    (feedback,) = record(client, parse_id)["feedback"]
    assert (feedback["intent"], feedback["entities"], feedback["comment"]) == ("greet", kept, "인사예요")
    assert response.json["time"] == feedback["time"]


def test_feedback_without_entities_keeps_those_recorded_and_an_empty_list_none(client: FlaskClient) -> None:
    parse_id = parse(client, "판교에서 피자")
    kept = give(client, parse_id).json["entities"]
    assert [(one["entity"], one.get("role"), one["value"]) for one in kept] == [
        ("loc", "from", "판교"),
        ("menu0", None, "피자"),
    ]
    assert give(client, parse_id, entities=[]).json["entities"] == []


def test_the_newest_feedback_comes_first_and_the_same_again_changes_nothing(client: FlaskClient) -> None:
    parse_id = parse(client, "피자")
    give(client, parse_id, intent="greet")
    times = {give(client, parse_id).json["time"] for _ in range(3)}
    assert len(times) == 1
    assert [one["intent"] for one in record(client, parse_id)["feedback"]] == ["order_food", "greet"]


def test_an_intent_that_the_model_does_not_know_is_taken_and_marked(client: FlaskClient) -> None:
    parse_id = parse(client, "피자")
    for intent, known in [("order_food", True), ("nlu_fallback", True), ("새 의도", False)]:
        assert give(client, parse_id, intent=intent).json["known_intent"] is known, intent


def test_an_unknown_parse_is_404(client: FlaskClient) -> None:
    client.application.extensions[RECORDER].start()
    for parse_id in ("0" * 32, "x", "../etc", "0" * 33, "한글", "0" * 31 + "A"):
        response = give(client, parse_id)
        assert (response.status_code, response.json["reason"]) == (404, "NotFound")
        assert response.json["message"] == f"expected the parse_id of a record, got {parse_id!r}"


BAD_BODIES: list[tuple[Any, str]] = [
    ([], 'expected an object such as {"parse_id": "…", "intent": "…"}, got an array'),
    ({"intent": "greet"}, "expected the key 'parse_id', got only 'intent'"),
    ({"parse_id": "1"}, "expected the key 'intent', got only 'parse_id'"),
    ({"parse_id": 1, "intent": "greet"}, "expected a string as 'parse_id', got a number"),
    ({"parse_id": "1", "intent": " "}, "expected an utterance in 'intent', got a blank string"),
    ({"parse_id": "1", "intent": "a", "entities": {}}, "expected an array as 'entities', got an object"),
    ({"parse_id": "1", "intent": "a", "comment": 7}, "expected a string as 'comment', got a number"),
    ({"parse_id": "1", "intent": "a" * 81}, "expected at most 80 characters in 'intent', got 81"),
]


def test_a_bad_body_says_what_was_expected(client: FlaskClient) -> None:
    answers = [client.post("/feedback", json=body) for body, _ in BAD_BODIES]
    assert {answer.status_code for answer in answers} == {400}
    assert [answer.json["message"] for answer in answers] == [message for _, message in BAD_BODIES]


LOC = {"entity": "loc", "start": 0, "end": 2}


BAD_ENTITIES: list[tuple[list, str]] = [
    (["loc"], "expected an object as 'entities[0]', got a string"),
    ([{**LOC, "end": 9}], "expected start < end <= 7 in 'entities[0]', got 0 and 9"),
    ([{**LOC, "start": 2}], "expected start < end <= 7 in 'entities[0]', got 2 and 2"),
    ([{**LOC, "start": True}], "expected a whole number as 'entities[0].start', got a boolean"),
    ([{**LOC, "start": -1}], "expected at least 0 as 'entities[0].start', got -1"),
    ([{**LOC, "start": 0.5}], "expected a whole number as 'entities[0].start', got 0.5"),
    ([LOC, {"entity": "x"}], "expected the key 'entities[1].start', got only 'entity'"),
    ([LOC, {**LOC, "start": 1}], "expected entities that don't overlap, got 0:2 and 1:2"),
    ([{**LOC, "start": 4, "end": 5}], "expected an entity in 'entities[0]', got only white space"),
    (
        [{**LOC, "entity": "a:b"}],
        "expected a name of letters, digits and _ - . / as 'entities[0].entity', got a string",
    ),
    (
        [{**LOC, "role": 1}],
        "expected a string as 'entities[0].role', got a number",
    ),
    ([{**LOC, "value": 1}], "expected a string as 'entities[0].value', got a number"),
]


def test_an_entity_must_fit_the_recorded_text(client: FlaskClient) -> None:
    parse_id = parse(client, "판교에서 피자")
    answers = [give(client, parse_id, entities=entities) for entities, _ in BAD_ENTITIES]
    assert {answer.status_code for answer in answers} == {400}
    assert [answer.json["message"] for answer in answers] == [message for _, message in BAD_ENTITIES]
    assert client.application.extensions[RECORDER].find(parse_id, PATIENCE)["feedback"] == []


def test_a_number_that_is_whole_is_a_whole_number(client: FlaskClient) -> None:
    parse_id = parse(client, "판교에서 피자")
    (kept,) = give(client, parse_id, entities=[{**LOC, "start": 0.0, "end": 2.0}]).json["entities"]
    assert json.dumps([kept["start"], kept["end"]]) == "[0, 2]"


def test_personal_data_in_feedback_is_masked_as_in_the_record(client: FlaskClient) -> None:
    parse_id = parse(client, "010-1234-5678로 피자")
    phone = {"entity": "phone", "start": 0, "end": 13, "value": "01012345678"}
    answer = give(client, parse_id, entities=[phone], comment="그 사람 번호는 01012345678").json
    assert answer["entities"][0]["value"] == "***-****-****"
    assert answer["comment"] == "그 사람 번호는 ***********"


def test_a_comment_may_be_longer_than_an_utterance_but_has_its_limit(client: FlaskClient) -> None:
    parse_id = parse(client, "피자")  # the utterance may have 80 characters here
    assert give(client, parse_id, comment="가" * LONGEST_COMMENT).status_code == 200
    response = give(client, parse_id, comment="가" * (LONGEST_COMMENT + 1))
    message = "expected at most 1000 characters in 'comment', got 1001"
    assert (response.status_code, response.json["message"]) == (400, message)
    described = client.get("/openapi.json").json["components"]["schemas"]["FeedbackBody"]["properties"]["comment"]
    assert described["anyOf"][0]["maxLength"] == LONGEST_COMMENT


def test_a_record_that_goes_while_feedback_comes_is_404(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder: Recorder = client.application.extensions[RECORDER]
    find = recorder.find

    def find_and_forget(parse_id: str) -> dict[str, Any] | None:
        found = find(parse_id)
        recorder.store().prune(datetime.now(UTC))
        return found

    monkeypatch.setattr(recorder, "find", find_and_forget)
    assert give(client, parse(client, "피자")).status_code == 404


def test_feedback_needs_the_key(client: FlaskClient) -> None:
    client.environ_base.pop("HTTP_X_API_KEY")
    assert give(client, parse(client, "피자")).status_code == 401
    assert client.get("/records").status_code == 401


def test_a_database_that_is_away_is_503_and_parsing_goes_on(client: FlaskClient, models: Path) -> None:
    (models.parent / "records").write_text("a file where the folder should be")
    parse_id = parse(client, "피자")
    for response in (give(client, parse_id), client.get("/records")):
        assert (response.status_code, response.json["reason"]) == (503, "DatabaseUnavailable")


def test_corrected_utterances_come_back_as_training_data(
    client: FlaskClient, models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order, weather, phone = (parse(client, text) for text in ("핏자 하나", "판교 날씨 어때", "010-1234-5678로 전화"))
    parse(client, "피자")  # nobody said anything about it
    give(client, order, entities=[{"entity": "menu", "start": 0, "end": 2, "value": "피자"}])
    give(client, weather, intent="greet")
    give(client, weather, intent="weather", entities=[{"entity": "loc", "start": 0, "end": 2, "role": "at"}])
    give(client, phone, intent="call")
    monkeypatch.setenv("NLU_MODELS", str(models))
    real = models.parent / "real.jsonl"

    assert main(["export", str(real)]) == 0
    assert read_any(real).utterances == (
        LabelledUtterance("핏자 하나", "order_food", (Span(0, 2, "menu", value="피자"),), f"journal:{order}"),
        LabelledUtterance("판교 날씨 어때", "weather", (Span(0, 2, "loc", "at"),), f"journal:{weather}"),
    )
    shown = capsys.readouterr()
    assert shown.out == f"{real}: 발화 2개를 썼습니다.\n"
    assert shown.err.splitlines() == [
        "개인 정보를 가린 발화 1개는 뺐습니다 (--with-masked 로 함께 씁니다).",
        "모델이 모르던 의도: weather",
    ]
    assert main(["export", "--with-masked", "--days", "1"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
