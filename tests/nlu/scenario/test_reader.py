from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from nlu.errors import SourceErrors
from nlu.scenario.reader import read_scenarios
from tests.nlu.scenario.talks import RULES, TEXT


def mistakes(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(SourceErrors) as caught:
        read_scenarios(Path("scenarios.yml"), text)
    return [(error.code, error.line, error.column) for error in caught.value.errors]


def test_a_file_says_what_each_scenario_wants() -> None:
    order = RULES.by_intent["order"]
    assert [(slot.name, slot.entity, slot.role, slot.is_required) for slot in order.slots] == [
        ("menu", "menu", None, True),
        ("count", "count", None, True),
        ("loc", "loc", None, False),
    ]
    assert [(slot.entity, slot.role) for slot in RULES.by_intent["route"].slots] == [("loc", "from"), ("loc", "to")]
    assert (order.expires, order.max_asks, RULES.cancel) == (timedelta(minutes=30), 3, {"cancel"})
    assert [one.label for one in order.slots[0].choices] == ["피자", "치킨"]


@pytest.mark.parametrize(
    ("before", "after", "mistake"),
    [
        ('confirm: "{menu} {count}', 'confirm: "{menu} {loc}', ("scenario.slot_not_filled", 8, 14)),
        ('count: {ask: "{menu}을(를)', 'count: {ask: "{count}을(를)', ("scenario.slot_not_filled", 6, 20)),
        ("loc: {required: false}", "loc: {required: maybe}", ("scenario.flag", 7, 23)),
        ("loc: {required: false}", "loc: {}", ("scenario.no_ask", 7, 7)),
        ("expires: 30분", "expires: 곧", ("scenario.expires", 10, 14)),
        ("expires: 30분", "webhook: ftp://a.example", ("scenario.webhook_url", 10, 14)),
        ("expires: 30분", "webhook: {url: 'http://a b/'}", ("scenario.webhook_url", 10, 14)),
        ("expires: 30분", "webhook: 'https://[::bad/'", ("scenario.webhook_url", 10, 14)),
        ("expires: 30분", "expire: 30분", ("answers.field_unknown", 10, 5)),
        ('    done: "{from}에서 {to}까지 찾아볼게요."\n', "", ("scenario.no_end", 11, 3)),
        ('ask: "어디에서요?"', 'ask: "어디에서요{"', ("answers.brace_alone", 13, 39)),
        ("  route:", "  order:", ("answers.twice", 11, 3)),
        ("scenarios:", "scenario:", ("answers.field_unknown", 2, 1)),
        ("  order:", "  order: [", ("scenario.no_yaml", 5, 11)),
    ],
)
def test_a_mistake_is_told_with_its_place(before: str, after: str, mistake: tuple[str, int, int]) -> None:
    assert before in TEXT
    assert mistake in mistakes(TEXT.replace(before, after, 1))


def test_an_empty_file_says_what_to_write() -> None:
    assert mistakes("") == [("scenario.none", 1, 1)]
    assert mistakes("scenarios: {}") == [("scenario.none", 1, 1)]
