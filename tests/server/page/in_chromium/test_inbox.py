"""The page of the inbox in a real browser: groups, proposals with their diff, decisions and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.inbox.tables import decisions, groups
from nlu.journal.store import RecordStore
from nlu.store.bundle import write_bundle
from tests.nlu import tiny
from tests.nlu.inbox.examples import failed
from tests.nlu.journal.examples import a_feedback, an_id
from tests.server.page.in_chromium.visiting import KEY, Visitor, site_of

pytestmark = pytest.mark.chromium

PATTERNS = "[order_food]\n{menu} 주문해 줘\n\n[greet]\n안녕하세요\n"
SAID = ("환불해 주세요", "피자 환불해 주세요", "라면 환불해 주세요", "010-1234-5678로 전화 주세요")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, tiny_bundle_files: Mapping[str, bytes]) -> Path:
    """The folder of a bot: its model, its files."""
    bot = tmp_path_factory.mktemp("inbox")
    write_bundle(bot / "bundle", dict(tiny_bundle_files), replace(tiny.MANIFEST, scores={}))
    (bot / "answers.yml").write_text("nlu_fallback: 네?\n", encoding="utf-8")
    (bot / "patterns").mkdir()
    (bot / "dictionaries").mkdir()
    (bot / "dictionaries" / "dict.csv").write_text("menu,피자\nmenu,라면\n", encoding="utf-8")
    return bot


@pytest.fixture(scope="module")
def inbox_site(folder: Path) -> Iterator[str]:
    """The URL of a server of that bot."""
    yield from site_of(folder / "bundle")


@pytest.fixture
def page(browser: Browser, inbox_site: str, folder: Path) -> Iterator[Page]:
    """The page of an inbox of which nothing was decided, opened with a key."""
    fill(folder)
    visitor = Visitor(browser, inbox_site)
    yield opened(visitor)
    visitor.close()
    assert (visitor.strays, visitor.complaints) == ([], [])


def fill(folder: Path) -> None:
    (folder / "patterns" / "pattern.txt").write_text(PATTERNS, encoding="utf-8")
    with closing(Database(database_url(folder / "bundle"))) as database:
        database.prepare()
        journal = RecordStore(database)
        journal.write([failed(text, number) for number, text in enumerate(SAID, 1)])
        journal.add_feedback(an_id(4), a_feedback("weather"))
        with database.begin() as connection:
            connection.execute(groups.delete())
            connection.execute(decisions.delete())


def opened(visitor: Visitor, width: int = 1100, **preferences: str) -> Page:
    page = visitor.open("inbox", width=width, **preferences)
    page.get_by_label("API 키").fill(KEY)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="새로 쌓인 말 모으기").click()
    expect(page.locator(".group")).to_have_count(2)
    return page


def refunds(page: Page) -> object:
    return page.locator(".group", has_text="환불해 주세요")


def test_groups_show_their_words_counts_reasons_and_what_was_masked(page: Page) -> None:
    group = page.locator(".group", has_text="환불해 주세요")
    expect(group.locator("h2")).to_contain_text("환불")
    expect(group.locator(".group-facts")).to_contain_text("3명이 3번")
    other = page.locator(".group", has_text="전화 주세요")
    expect(other.locator(".reason")).to_have_text("불만 1")
    expect(other.locator("mark.masked").first).to_contain_text("***-****-****")
    page.get_by_label("까닭").select_option("complained")
    expect(page.locator(".group")).to_have_count(1)


def test_a_proposal_is_written_after_its_diff_was_seen_and_taken_back(page: Page, folder: Path) -> None:
    patterns = folder / "patterns" / "pattern.txt"
    group = page.locator(".group", has_text="환불해 주세요")
    group.get_by_role("button", name="자세히 · 제안").click()
    group.get_by_label("이 의도로 제안").fill("refund")
    page.keyboard.press("Enter")
    proposal = group.locator(".proposal").first
    expect(proposal).to_contain_text("새 의도")
    proposal.get_by_role("button", name="쓸 내용 보기").click()
    expect(proposal.locator(".diff .added", has_text="[refund]")).to_be_visible()
    assert patterns.read_text(encoding="utf-8") == PATTERNS
    proposal.get_by_role("button", name="파일에 쓰기").click()
    expect(page.locator("#told")).to_contain_text("파일에 썼습니다")
    assert "[refund]" in patterns.read_text(encoding="utf-8")
    page.locator("#told").get_by_role("button", name="되돌리기").click()
    expect(page.locator("#told")).to_contain_text("되돌렸습니다")
    assert patterns.read_text(encoding="utf-8") == PATTERNS


def test_decisions_move_groups_are_listed_and_undone_from_the_log(page: Page) -> None:
    page.locator(".group", has_text="전화 주세요").get_by_role("button", name="빼기").click()
    expect(page.locator(".group")).to_have_count(1)
    page.get_by_role("button", name="뜻 적기").click()
    page.get_by_label(re.compile("맞는 의도")).fill("두 낱말")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("의도의 이름이 될 수 없습니다")
    page.get_by_label(re.compile("맞는 의도")).fill("refund")
    page.keyboard.press("Enter")
    expect(page.locator("#groups")).to_contain_text("묶음이 없습니다")
    expect(page.locator("#states")).to_contain_text("뺀 것 1")
    page.get_by_text("정한 것", exact=True).click()
    expect(page.locator(".decision")).to_have_count(2)
    page.locator(".decision", has_text="뺌").get_by_role("button", name="되돌리기").click()
    expect(page.locator(".group")).to_have_count(1)
    page.get_by_role("button", name="끝낸 것 1").click()
    expect(page.locator(".group .badge")).to_have_text("refund")


def test_some_of_a_group_are_decided_alone_by_keyboard(page: Page) -> None:
    group = page.locator(".group", has_text="환불해 주세요")
    group.get_by_role("button", name="자세히 · 제안").press("Enter")
    group.get_by_role("checkbox").nth(1).press("Space")
    group.get_by_role("button", name="미루기").press("Enter")
    expect(page.locator(".group", has_text="환불해 주세요").locator(".group-facts")).to_contain_text("2명이 2번")
    expect(page.locator("#status")).to_contain_text("미룸")


@pytest.mark.parametrize("width", [360, 1100])
def test_axe_finds_no_barrier_and_nothing_scrolls_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    group = page.locator(".group", has_text="환불해 주세요")
    group.get_by_role("button", name="자세히 · 제안").click()
    group.get_by_role("button", name="뜻 적기").click()
    group.locator(".proposal").first.get_by_role("button", name="쓸 내용 보기").click()
    expect(group.locator(".diff")).to_be_visible()
    page.get_by_text("정한 것", exact=True).click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Gather what is new")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
