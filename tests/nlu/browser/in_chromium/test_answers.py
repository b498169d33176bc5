"""In a real browser the port answers as Python does; it trains a tiny bot and starts Chromium, once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from nlu.understanding.json_form import render_parse, to_json
from nlu.understanding.parser import UtteranceParser
from tests.nlu.browser.utterances import roughened

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

PARSED = """async ([texts, options]) => {
  self.nlu ??= await (await import("./nlu.js")).load();
  return Promise.all(texts.map((text) => nlu.parse(text, options)));
}"""
"""All at once, as a page may ask."""


@pytest.fixture(scope="module")
def parser(syllable_bot: Path) -> UtteranceParser:
    return UtteranceParser.load(syllable_bot / "models")


@pytest.fixture(scope="module")
def texts(syllable_bot: Path) -> list[str]:
    rows = (syllable_bot / "data" / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
    return roughened([json.loads(row)["text"] for row in rows], 500)


def rounded(value: Any) -> Any:
    """An answer whose numbers are as coarse as two processors may differ in."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return pytest.approx(value, abs=1e-4)
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def wrong(page: Page, parser: UtteranceParser, texts: list[str], **options: Any) -> list[Any]:
    """What the browser answers otherwise than Python, with both answers."""
    found = page.evaluate(PARSED, [texts, options])
    expected = [json.loads(to_json(render_parse(parser.parse(text, **options)))) for text in texts]
    assert [list(answer) for answer in found] == [list(answer) for answer in expected]
    pairs = zip(texts, found, expected, strict=True)
    return [(text, got, want) for text, got, want in pairs if got != rounded(want)]


def test_500_utterances_are_answered_as_python_answers_them(
    page: Page, parser: UtteranceParser, texts: list[str]
) -> None:
    assert wrong(page, parser, texts) == []


def test_the_utterances_meet_every_kind_of_answer(parser: UtteranceParser, texts: list[str]) -> None:
    parses = parser.parse_many(texts)
    assert {parse.source for parse in parses} == {"pattern", "networks"}
    assert {parse.fallback.code for parse in parses} >= {None, "nothing", "unfamiliar", "out_of_scope"}
    assert {bool(parse.ask) for parse in parses} == {True, False}
    assert any(one.text for parse in parses for one in parse.ask)
    sources = {entity.sources for parse in parses for entity in parse.entities}
    assert sources >= {("pattern",), ("tagger",), ("tagger", "dictionary"), ("dictionary",)}


def test_only_some_intents_may_win(page: Page, parser: UtteranceParser, texts: list[str]) -> None:
    some = texts[::10]
    assert wrong(page, parser, some, intents=["weather", "greet"], top_n=2) == []
    assert wrong(page, parser, some, intents=[]) == []


def test_what_is_no_text_or_no_intent_is_refused(page: Page) -> None:
    parse = """async ([text, options]) => {
      self.nlu ??= await (await import("./nlu.js")).load();
      return nlu.parse(text, options).catch((error) => `${error.name}: ${error.message}`);
    }"""
    assert page.evaluate(parse, [3, {}]) == "TypeError: expected a text, got number"
    assert page.evaluate(parse, ["", {"intents": ["wether"]}]).startswith("RangeError: no intent 'wether'; there are: ")
