"""The report page in a real browser: what a reader sees, does, and prints, on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from nlu.evaluation.page.report import report_page
from nlu.evaluation.page.view import View
from tests.chromium import launched
from tests.nlu.evaluation.page.crowded import ABOUT, crowded_report

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a large report and of a small one."""
    folder = tmp_path_factory.mktemp("report")
    for name, report in (("large", crowded_report(400, 60)), ("small", crowded_report(30, 8))):
        text = report_page(View(report.to_dict() | {"about": ABOUT.to_dict()}, report.errors))
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


class Reading:
    """A reader's browser, and what it asked for and complained of."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self.asked: list[str] = []
        self.complaints: list[str] = []

    def open(self, name: str = "large", *, width: int = 1280, scripts: bool = True, **preferences: str) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=scripts, **preferences
        )
        context.set_default_timeout(20_000)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("console", lambda message: self.complaints.append(message.text))
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto((self._folder / f"{name}.html").as_uri())
        return page


@pytest.fixture
def reading(browser: Browser, folder: Path) -> Iterator[Reading]:
    reading = Reading(browser, folder)
    yield reading
    for context in browser.contexts:
        context.close()
    assert [url for url in reading.asked if not url.startswith(("data:", folder.as_uri()))] == []
    assert reading.complaints == []


def names(page: Page, section: str) -> list[str]:
    rows = page.locator(f"section[aria-labelledby={section}] table").first.locator("tbody tr:not([hidden]) > th")
    return rows.all_inner_texts()


def test_columns_are_sorted_by_what_stands_behind_their_cells(reading: Reading) -> None:
    page = reading.open()
    before = names(page, "intents")
    head = page.locator("section[aria-labelledby=intents] thead th").nth(2)
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    shares = page.locator("section[aria-labelledby=intents] tbody td:nth-child(3)").evaluate_all(
        "cells => cells.map((cell) => Number(cell.dataset.v))"
    )
    assert shares == sorted(shares, reverse=True)
    assert sorted(names(page, "intents")) == sorted(before)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"


def test_errors_are_chosen_by_kind_intent_and_text(reading: Reading) -> None:
    page = reading.open()
    section = page.locator("section[aria-labelledby=errors]")
    everything = len(names(page, "errors"))
    section.get_by_label("무엇이").select_option("잘못 거절")
    rejected = names(page, "errors")
    assert 0 < len(rejected) < everything
    section.get_by_label("맞는 의도").select_option("<b>굵게</b>")
    assert 0 < len(names(page, "errors")) < len(rejected)
    section.get_by_label("무엇이").select_option("")
    section.get_by_label("맞는 의도").select_option("")
    section.get_by_label("글 찾기").fill(f" {rejected[0].upper()} ")
    assert names(page, "errors") == [rejected[0]]
    assert f"{everything}개 가운데" in section.locator("output").inner_text()


def test_without_scripts_every_table_is_there_and_no_control_is_dead(reading: Reading) -> None:
    page = reading.open(scripts=False)
    assert page.get_by_role("button").count() == page.get_by_role("combobox").count() == 0
    assert len(names(page, "intents")) == 61
    assert len(names(page, "slices")) == 3
    assert page.locator("section[aria-labelledby=errors] tbody tr").first.is_visible()
    pair = page.locator("section[aria-labelledby=confusion] details").first
    pair.locator("summary").click()
    assert pair.locator("li").first.is_visible()


def test_a_phone_never_scrolls_sideways_and_shows_the_cells_of_an_error_below_one_another(reading: Reading) -> None:
    page = reading.open(width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    row = page.locator("section[aria-labelledby=errors] tbody tr").first
    left = row.locator("> :not(:empty)").evaluate_all("cells => cells.map((cell) => cell.getBoundingClientRect().x)")
    assert len(set(left)) == 1


def test_paper_is_white_shows_what_is_folded_and_cuts_nothing_off(reading: Reading) -> None:
    page = reading.open(width=740, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("section[aria-labelledby=confusion] details li").first.is_visible()
    assert not page.locator(".tools").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 740


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_is_left(reading: Reading, scheme: str) -> None:
    found = Axe().run(reading.open("small", color_scheme=scheme)).response["violations"]
    grave = {
        one["id"]: [node["html"] for node in one["nodes"]][:3]
        for one in found
        if one["impact"] in ("serious", "critical")
    }
    assert grave == {}
