"""The page of monitoring in a real browser: its bot is made once, in two seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.server.monitored import a_monitored_bot
from tests.server.page.in_chromium.visiting import KEY, Visitor, site_of


@pytest.fixture(scope="module")
def site(tiny_bundle_files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server whose bot has an alarm."""
    folder = tmp_path_factory.mktemp("monitored")
    a_monitored_bot(folder, tiny_bundle_files)
    yield from site_of(folder / "models")


def opened(visitor: Visitor, **how: str | int) -> Page:
    """The page, opened by someone with the key."""
    page = visitor.open("monitoring", **how)
    page.locator(".error input").fill(KEY)
    page.locator(".error button").click()
    expect(page.locator(".charts svg")).to_have_count(3)
    return page


def test_it_names_the_utterances_that_moved_the_alarm_with_their_words(visitor: Visitor) -> None:
    page = opened(visitor)
    expect(page.locator(".state")).to_contain_text("달라졌습니다")
    expect(page.locator(".movers li").first).to_contain_text("환불")
    expect(page.locator(".movers mark").first).to_be_visible()
    assert str(page.locator(".movers a").first.get_attribute("href")).startswith("inbox?record=")
    expect(page.locator("td", has_text="< 0.0001").first).to_be_visible()


def test_what_is_usual_is_changed_only_after_asking_twice(visitor: Visitor) -> None:
    page = opened(visitor)
    page.locator("#rebase").click()
    expect(page.locator("#rebase")).to_have_text("정말 새 기준으로 삼습니다")
    expect(page.locator("#rebase")).to_be_focused()


@pytest.mark.parametrize(("width", "scheme", "locale"), [(360, "light", "ko-KR"), (1100, "dark", "en-US")])
def test_axe_finds_no_barrier_and_nothing_runs_over_the_edge(
    visitor: Visitor, width: int, scheme: str, locale: str
) -> None:
    page = opened(visitor, width=width, color_scheme=scheme, locale=locale)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
