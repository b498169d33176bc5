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
  const nlu = await (await import("./nlu.js")).load();
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


def answers(parser: UtteranceParser, texts: list[str], **options: Any) -> list[Any]:
    return [json.loads(to_json(render_parse(parser.parse(text, **options)))) for text in texts]


def test_500_utterances_are_answered_as_python_answers_them(
    page: Page, parser: UtteranceParser, texts: list[str]
) -> None:
    expected = answers(parser, texts)
    found = page.evaluate(PARSED, [texts, {}])
    assert {answer["source"] for answer in expected} == {"pattern", "networks"}
    assert {answer["fallback"]["code"] for answer in expected} >= {None, "nothing", "unfamiliar", "out_of_scope"}
    wrong = [(text, got) for text, want, got in zip(texts, expected, found, strict=True) if got != rounded(want)]
    assert wrong == []
    assert [list(answer) for answer in found] == [list(answer) for answer in expected]
