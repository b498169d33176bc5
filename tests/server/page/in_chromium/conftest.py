from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page

from nlu.evaluation.report import evaluate
from nlu.store.bundle import write_bundle
from nlu.understanding.parser import UtteranceParser
from tests.chromium import launched
from tests.nlu import tiny
from tests.server.page.in_chromium.visiting import ANSWERS, BUS, Visitor, site_of


@pytest.fixture(scope="module")
def site(
    tiny_bundle_files: Mapping[str, bytes], tiny_parser: UtteranceParser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of a server with the tiny bot, measured on what it learned."""
    gold = tiny.corpus()
    parts = ("seen_pattern/seen_value", "unseen_pattern/unseen_value")
    measured = evaluate(tiny_parser.parse, gold, [parts[row % 2] for row in range(len(gold))])
    cells = {"transport": {"transport": [BUS], "weather": ["부산 버스 어때"]}}
    scores = {**measured.to_dict(), "examples": {"greet": "안녕 반가워", "transport": BUS}, "utterances": cells}
    scores["confusion"]["transport"]["weather"] = 1
    manifest = replace(tiny.MANIFEST, scores=scores, settings={"generator": {"size": 7}})
    folder = tmp_path_factory.mktemp("page") / "bundle"
    (folder.parent / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    write_bundle(folder, dict(tiny_bundle_files), manifest)
    yield from site_of(folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def visitor(browser: Browser, site: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, site)
    yield visitor
    visitor.close()
    assert (visitor.strays, visitor.complaints) == ([], [])


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.open()
