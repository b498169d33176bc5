"""Typing, marking and reading on the page in a real browser: what is kept, what scrolls, what opens."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.server.page.in_chromium.visiting import BUS, FIELD, LATE, Visitor, answering

pytestmark = pytest.mark.chromium


def kept(page: Page) -> list[str]:
    return page.locator(".history-text").all_inner_texts()


@pytest.mark.parametrize("patience", [0, 150, 400])
def test_what_enter_was_pressed_on_is_kept_while_one_types_on(page: Page, patience: int) -> None:
    page.evaluate(LATE)
    page.locator(FIELD).press_sequentially("안녕 반가워")
    page.wait_for_timeout(patience)
    page.keyboard.press("Enter")
    page.keyboard.type(" 그리고 또", delay=20)
    expect(page.locator(".history-text")).to_have_text("안녕 반가워")
    assert page.input_value(FIELD) == "안녕 반가워 그리고 또"


def test_enter_before_the_answer_keeps_the_utterance_when_it_comes(page: Page) -> None:
    page.fill(FIELD, "안녕 반가워")
    page.press(FIELD, "Enter")
    expect(page.locator(".history-text")).to_have_text("안녕 반가워")
    expect(page.locator("[data-fold=feedback]")).to_be_visible()


def test_a_new_line_of_a_phones_keyboard_is_enter_and_shift_enter_is_a_new_line(page: Page) -> None:
    page.fill(FIELD, "안녕 반가워")
    page.focus(FIELD)
    enter = {"type": "keyDown", "key": "Enter", "windowsVirtualKeyCode": 229, "text": "\r"}
    page.context.new_cdp_session(page).send("Input.dispatchKeyEvent", enter)
    expect(page.locator(".history-text")).to_have_text("안녕 반가워")
    assert page.input_value(FIELD) == "안녕 반가워"
    page.keyboard.press("Shift+Enter")
    assert page.input_value(FIELD) == "안녕 반가워\n"
    assert kept(page) == ["안녕 반가워"]


@pytest.mark.parametrize("width", [360, 1280])
def test_eight_hundred_characters_make_no_endless_page(visitor: Visitor, width: int) -> None:
    page = visitor.open(width=width)
    page.fill(FIELD, (f"{BUS} 그리고 피자 주문해 줘 " * 40)[:800])
    expect(page.locator(".entity-text").first).to_be_visible()
    page.press(FIELD, "Enter")
    expect(page.locator("[data-fold=feedback]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") < 4500
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_text("이 답이 틀렸나요?").click()
    page.locator(".marked").focus()
    page.keyboard.press("End")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("wrong", ["wrong", "한글 열쇠"])
def test_a_wrong_key_is_told_from_none(page: Page, wrong: str) -> None:
    page.route("**/parse*", answering({"status": 401, "json": {"message": "expected a valid API key, got another"}}))
    page.fill(FIELD, "피자 주문해 줘")
    expect(page.get_by_role("alert")).to_contain_text("열쇠가 필요합니다")
    page.get_by_label("API 키").fill(wrong)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("열쇠가 맞지 않습니다")
    page.unroute("**/parse*")
    page.get_by_label("API 키").fill("right")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")


def test_a_key_that_is_being_typed_stays_when_the_report_comes(page: Page) -> None:
    page.route("**/parse*", answering({"status": 401, "json": {"message": "expected a valid API key, got another"}}))
    page.fill(FIELD, "피자 주문해 줘")
    page.get_by_label("API 키").fill("half a k")
    page.evaluate("import('./page/storage.js').then(({ useKey }) => useKey(''))")  # the report is asked for anew
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("API 키")).to_have_value("half a k")


def test_the_page_recovers_by_itself_when_the_server_does(page: Page) -> None:
    page.route("**/parse*", answering(None))
    page.fill(FIELD, "피자 주문해 줘")
    page.press(FIELD, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("서버에 닿지 않습니다")
    page.unroute("**/parse*")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")  # nobody touches anything
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.locator(".history-text")).to_have_text("피자 주문해 줘")


def test_an_entity_is_marked_by_keyboard(page: Page) -> None:
    page.fill(FIELD, "안녕 반가워")
    expect(page.locator(".verdict-intent")).to_have_text("greet")
    page.press(FIELD, "Enter")
    page.get_by_text("이 답이 틀렸나요?").click()
    page.locator(".syllable").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".marker .note")).to_have_text("고른 글자: 반가워")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect(page.locator(".marker .note")).to_have_text("고른 글자: 안")
    page.get_by_role("button", name="menu", exact=True).click()
    page.get_by_role("button", name="고른 글자를 엔터티로").click()
    expect(page.locator(".marks")).to_contain_text("menu")
    assert page.locator(".syllable[aria-pressed=true]").count() == 0


def test_the_bots_answer_is_shown_and_its_buttons_say_what_they_say(page: Page) -> None:
    page.fill(FIELD, BUS)
    expect(page.locator(".bubble")).to_have_text("판교에서 서울까지 볼게요")
    page.locator(".reply").get_by_role("button", name="인사").click()
    expect(page.locator(FIELD)).to_have_value("안녕 반가워")
    expect(page.locator(".bubble")).to_have_text("네?")


def test_intents_are_called_as_their_author_calls_them(page: Page) -> None:
    page.fill(FIELD, "오늘 서울 비 와")
    expect(page.locator(".verdict-name")).to_have_text("날씨 묻기")
    expect(page.locator(".verdict-intent")).to_have_text("weather")
    expect(page.locator(".bar-row.wins")).to_contain_text("날씨 묻기 weather")
    page.get_by_role("link", name="성적표").click()
    expect(page.locator(".heat")).to_contain_text("날씨 묻기")


def test_a_cell_of_the_confusions_opens_its_utterances(visitor: Visitor) -> None:
    page = visitor.open("#report")
    page.get_by_role("button", name="1, transport → 날씨 묻기 (weather) 발화 보기").first.click()
    expect(page.locator(".cell")).to_be_focused()
    expect(page.locator(".cell")).to_contain_text("부산 버스 어때")
    page.locator(".heat-cell.right").first.click()
    expect(page.locator(".cell")).to_contain_text("보여 드릴 수 있는 발화가 없습니다")
    page.get_by_text("모두 표로 보기").click()
    page.get_by_role("button", name="transport → transport 발화 보기").first.click()
    page.locator(".cell").get_by_role("button", name=BUS).click()
    expect(page.locator(FIELD)).to_have_value(BUS)
    expect(page.locator(".verdict-intent")).to_have_text("transport")


def test_what_is_answered_as_it_is_written_says_so(page: Page, site: str) -> None:
    answer = page.request.post(f"{site}parse?explain=1", data={"text": BUS}).json()
    answer["explanation"]["intent"] = None
    page.route("**/parse*", answering({"json": {**answer, "source": "pattern"}}))
    page.fill(FIELD, BUS)
    expect(page.locator(".badge")).to_have_text("적힌 그대로")
    expect(page.locator(".why-part").first).to_contain_text("적은 말 그대로라서")
