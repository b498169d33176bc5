from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from nlu.errors import InputError
from nlu.inbox.label_studio import config, read, tasks
from nlu.inbox.labels import GivenLabel, Label
from nlu.inbox.utterances import LONG_AGO, InboxUtterance
from nlu.types import Span
from tests.nlu.journal.examples import an_id

ASKED = InboxUtterance(an_id(1), "👍 판교로 피자", (Span(2, 4, "loc", "to"),), doubt=0.4, intent="order", version="v1")
SAID = Label(an_id(1), "refund", (Span(2, 4, "loc", "to"), Span(6, 8, "menu")))


def a_region(start: int, end: int, text: str | None, label: str = "menu") -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": [label]}
    return {"type": "labels", "value": value if text is None else {**value, "text": text}}


def exported(*regions: dict[str, Any], choice: str = "refund", by: Any = 7, **more: Any) -> list[dict[str, Any]]:
    result = [{"type": "choices", "value": {"choices": [choice]}}, *regions]
    task = {"data": {"text": ASKED.text, "parse_id": ASKED.id}, "annotations": [{"completed_by": by, "result": result}]}
    return [{**task, **more}]


def test_labels_come_back_as_they_went_out() -> None:
    written = json.loads(json.dumps(tasks([(3, ASKED)], [GivenLabel("kim@example.com", LONG_AGO, SAID)])))
    assert list(read(written)) == [("kim@example.com", SAID)]
    (prediction,) = written[0]["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("v1", 0.6)
    assert prediction["result"][1]["value"] == {"start": 2, "end": 4, "text": "판교", "labels": ["loc:to"]}
    assert written[0]["data"]["group"] == 3


def test_the_interface_names_what_there_is() -> None:
    view = ElementTree.fromstring(config(["주문/환불", 'a"b'], ["loc", "loc:to"]))
    assert [one.get("value") for one in view.iter("Choice")] == ["주문/환불", 'a"b']
    assert [one.get("value") for one in view.iter("Label")] == ["loc", "loc:to"]


@pytest.mark.parametrize(("start", "end", "text"), [(6, 8, "피자"), (6, 8, None), (7, 9, "피자")])
def test_offsets_are_code_points_or_what_javascript_counts(start: int, end: int, text: str | None) -> None:
    assert list(read(exported(a_region(start, end, text)))) == [("7", Label(an_id(1), "refund", (Span(6, 8, "menu"),)))]


@pytest.mark.parametrize(
    ("by", "person"), [({"id": 3, "email": "a@b.kr"}, "a@b.kr"), ({"id": 3}, "3"), (None, "label-studio")]
)
def test_people_are_told_by_what_is_known_of_them(by: Any, person: str) -> None:
    assert [who for who, _ in read(exported(by=by))] == [person]


def test_skipped_and_unlabelled_tasks_say_nothing() -> None:
    skipped = [{"completed_by": 7, "was_cancelled": True, "result": [{"value": {"choices": ["refund"]}}]}]
    assert list(read(exported(annotations=skipped))) == []
    assert list(read(exported(annotations=[{"completed_by": 7, "result": []}]))) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "JSON is not what Label Studio exports"),
        ([3], "#1 is not what Label Studio exports"),
        (exported(data={"text": "피자"}), "#1 says no data.parse_id"),
        (exported(a_region(6, 80, None)), "#1 marks a region"),
        (exported(a_region(0, 2, "피자")), "#1 marks a region"),
        (exported(a_region(6, 8, None), a_region(7, 8, None)), "#1 marks entities that overlap"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(content: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        list(read(content))
