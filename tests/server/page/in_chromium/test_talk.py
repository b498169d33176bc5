"""The page of conversations in a real browser: a bot with a scenario is talked with, and what it did is told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Request, Route, expect

from nlu.dialogue.responses import read_answers
from nlu.scenario.reader import read_scenarios
from nlu.scenario.stories import read_stories, tell
from nlu.scenario.talker import Talker
from nlu.store.bundle import write_bundle
from nlu.understanding.parser import UtteranceParser
from tests.nlu import tiny
from tests.server.page.in_chromium.visiting import ANSWERS, KEY, LATE, Visitor, answering, site_of

pytestmark = pytest.mark.chromium

SCENARIOS = """\
scenarios:
  order_food:
    slots:
      menu: {ask: "무엇을 드릴까요?", choices: [피자, 라면]}
      loc: {ask: ["{menu}을(를) 어디로 보낼까요? <b>굵게</b>", "'판교'처럼 말씀해 주세요."], choices: [판교, 서울]}
    confirm: "{loc}(으)로 {menu}, 맞나요?"
    done: "{loc}(으)로 {menu}을(를) 보낼게요."
"""
ORDER = "피자 주문해 줘"
TURN = ".turn:not([data-waiting])"


@pytest.fixture(scope="module")
def bot(tiny_bundle_files: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bot with a scenario."""
    folder = tmp_path_factory.mktemp("talk")
    (folder / "answers.yml").write_text(ANSWERS, encoding="utf-8")
    (folder / "scenarios.yml").write_text(SCENARIOS, encoding="utf-8")
    write_bundle(folder / "bundle", dict(tiny_bundle_files), tiny.MANIFEST)
    return folder


@pytest.fixture(scope="module")
def site(bot: Path) -> Iterator[str]:
    yield from site_of(bot / "bundle", reload_seconds=0)


@pytest.fixture
def page(visitor: Visitor) -> Page:
    return visitor.open("chat")


def say(page: Page, *texts: str) -> None:
    """Say something, and wait for its answer."""
    for text in texts:
        there = page.locator(TURN).count()
        page.fill("#said", text)
        page.keyboard.press("Enter")
        expect(page.locator(TURN)).to_have_count(there + 1)


def bot_says(page: Page) -> Locator:
    return page.locator(".turn .bubble").last


def part(page: Page, name: str) -> Locator:
    """A part of what is inside the last turn."""
    return page.locator(f"[data-part={name}]").last


def top(node: Locator) -> float:
    return float(node.evaluate("node => node.getBoundingClientRect().top"))


def bottom(node: Locator) -> float:
    return float(node.evaluate("node => node.getBoundingClientRect().bottom"))


def slots(page: Page) -> list[list[str]]:
    rows = page.locator(".talk-inside").last.locator("[data-slot]")
    return [[row.get_attribute("data-slot") or "", *row.inner_text().split("\n")] for row in rows.all()]


def test_an_order_is_asked_for_corrected_and_done_and_each_turn_tells_why(page: Page) -> None:
    expect(page.locator("[data-view=talk]")).to_have_attribute("aria-current", "page")
    say(page, ORDER)
    expect(bot_says(page)).to_have_text("봇: 피자를 어디로 보낼까요? <b>굵게</b>")
    expect(part(page, "read")).to_contain_text("order_food")
    expect(part(page, "did")).to_contain_text("loc 물음")
    expect(part(page, "why")).to_contain_text("새 이야기를 시작했습니다")
    assert slots(page) == [["filled", "menu", "피자", "채움"], ["asked", "loc", "–", "묻는 중"]]
    page.get_by_role("button", name="판교").click()
    expect(bot_says(page)).to_have_text("봇: 판교로 피자, 맞나요?")
    expect(part(page, "why")).to_contain_text("물은 것에 답했습니다")
    expect(part(page, "where")).to_contain_text("확인을 기다림")
    expect(page.locator("#status")).to_have_text("판교로 피자, 맞나요? · 네 · 아니요")
    say(page, "아니 서울")
    expect(part(page, "did")).to_contain_text("loc 고침 (판교 → 서울)")
    expect(part(page, "why").locator("[aria-current]")).to_have_text("고치기")
    say(page, "네")
    expect(bot_says(page)).to_have_text("봇: 서울로 피자를 보낼게요.")
    expect(part(page, "where")).to_contain_text("끝남")
    expect(page.locator(".talk-replies")).to_have_count(0)
    # Turns before are folded, and say in short what they were.
    expect(page.locator(".talk-inside[open]")).to_have_count(1)
    expect(page.locator(".talk-inside summary").nth(2)).to_have_text(
        "속 보기: 고치기 · loc 고침 (판교 → 서울) · 맞는지 확인"
    )


def test_digressions_what_is_not_understood_and_giving_up_are_told_in_both_languages(page: Page) -> None:
    say(page, ORDER, "부산 날씨 알려줘")
    expect(part(page, "did").locator("li")).to_have_text(["날씨 묻기에 대답", "order_food 이어감", "loc 물음"])
    expect(part(page, "why").locator("[aria-current]")).to_have_text("다른 이야기")
    say(page, "?!")
    expect(part(page, "did")).to_contain_text("loc 되물음 (2번째)")
    expect(part(page, "read").locator(".is-not")).to_have_text("못 알아들음")
    say(page, "그만할래")
    expect(part(page, "why")).to_contain_text("그만두자는 말입니다")
    page.get_by_role("button", name="English").click()
    expect(part(page, "why")).to_contain_text("It gives up.")
    expect(part(page, "where")).to_have_text("Where the talk standsNothing is being talked about.")
    expect(page.locator("h1")).to_have_text("Talk with the bot")


def test_ten_quick_taps_say_a_thing_once(page: Page) -> None:
    say(page, ORDER)
    button = page.get_by_role("button", name="판교")
    box = button.bounding_box()
    assert box is not None
    button.click(click_count=5)
    for _ in range(5):  # and as a slow finger has it, each tap alone, on whatever lies there by then
        page.mouse.click(box["x"] + 8, box["y"] + 8)
    page.fill("#said", "네")
    for _ in range(10):
        page.keyboard.press("Enter")
    expect(bot_says(page)).to_have_text("봇: 판교로 피자를 보낼게요.")
    expect(page.locator(".turn")).to_have_count(3)


def test_what_is_said_meanwhile_waits_for_its_turn(page: Page) -> None:
    page.evaluate(LATE)
    for text in (ORDER, "판교요", "네"):
        page.fill("#said", text)
        page.keyboard.press("Enter")
    expect(page.locator("[data-waiting]")).to_have_count(3)
    expect(bot_says(page)).to_have_text("봇: 판교로 피자를 보낼게요.")
    expect(page.locator(".talk-me")).to_have_text([f"나: {ORDER}", "나: 판교요", "나: 네"])


def test_markup_is_text_wherever_it_stands(page: Page) -> None:
    evil = "<img src=x onerror=alert(1)> 피자 주문해 줘 </script><script>alert(2)</script>"
    say(page, evil)
    expect(page.locator(".talk-me")).to_have_text(f"나: {evil}")
    assert page.locator("#turns :is(img, script, b:not(.talk-entities b))").count() == 0
    page.locator("#story summary").click()
    expect(page.locator("#story pre")).to_contain_text("<img src=x onerror=alert(1)>")


def test_a_talk_outlives_a_reload_and_a_new_one_begins_as_somebody_else(page: Page) -> None:
    say(page, ORDER)
    page.reload()
    expect(page.locator(TURN)).to_have_count(1)
    say(page, "판교요")
    expect(bot_says(page)).to_have_text("봇: 판교로 피자, 맞나요?")
    page.get_by_role("button", name="처음부터").click()
    expect(page.locator(".turn")).to_have_count(0)
    say(page, "판교요")
    expect(part(page, "where")).not_to_contain_text("order_food")
    page.get_by_role("button", name="처음부터").click()
    page.get_by_role("button", name="앞의 대화로 돌아가기").click()
    expect(page.locator(TURN)).to_have_count(1)


def test_a_talk_is_copied_as_a_story_that_is_told_again(
    page: Page, bot: Path, tiny_parser: UtteranceParser, tmp_path: Path
) -> None:
    odd = "'주문': {해 줘} # \\ \" \u2028 😀, 피자"
    say(page, "안녕 반가워", odd, ORDER, "부산 날씨 알려줘", "판교요", "아니 서울", "네", ORDER, "그만할래")
    page.locator("#story summary").click()
    page.locator("#story button").click()
    expect(page.locator("#status")).to_have_text(re.compile("복사"))
    path = tmp_path / "story.yml"
    path.write_text(page.locator("#story pre").inner_text(), encoding="utf-8")
    (story,) = read_stories(path)
    assert [turn.user for turn in story.turns][:2] == ["안녕 반가워", odd]
    assert story.turns[6].slots == {"menu": "피자", "loc": "서울"}
    rules, answers = read_scenarios(bot / "scenarios.yml"), read_answers(bot / "answers.yml")
    assert tell(story, Talker(rules, tiny_parser, answers, tiny_parser.lexicon)) is None


def test_another_time_and_place_go_with_each_turn(page: Page) -> None:
    page.locator("#clock summary").click()
    page.fill("#now", "2026-12-24T09:30")
    page.fill("#zone", "America/New_York")
    with page.expect_request("**/chat", timeout=5000) as asked:
        say(page, ORDER)
    sent: Request = asked.value
    body = sent.post_data_json or {}
    assert (body["text"], body["now"], body["timezone"]) == (ORDER, "2026-12-24T09:30", "America/New_York")
    page.fill("#zone", "화성/기지")
    page.fill("#said", "판교요")
    page.keyboard.press("Enter")
    expect(page.locator("#problem .error")).to_contain_text("서버가 받지 않았습니다")
    expect(page.locator("#said")).to_have_value("판교요")
    page.get_by_role("button", name="지금, 한국으로").click()
    page.locator("#said").press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#problem .error")).to_have_count(0)


REFUSALS: list[tuple[dict[str, object] | None, str]] = [
    (None, "서버에 닿지 않습니다"),
    ({"status": 429, "headers": {"Retry-After": "1"}, "json": {"message": "…"}}, "요청이 많습니다"),
    ({"status": 503, "json": {"reason": "DatabaseUnavailable"}}, "데이터베이스에 닿지 않습니다"),
    ({"status": 409, "json": {"reason": "Conflict"}}, "같은 대화가 다른 곳에서도 이어지고 있습니다"),
    ({"status": 500, "json": {"message": "…"}}, "서버에 문제가 생겼습니다"),
    ({"status": 401, "json": {"reason": "Unauthorized"}}, "열쇠가 필요합니다"),
]


def test_what_a_server_does_not_take_is_told_and_nothing_is_lost(page: Page) -> None:
    for answer, told in REFUSALS:  # one after the other: a browser's window takes as long to open as all of this
        page.route("**/chat", answering(answer))
        for text in (ORDER, "판교요"):
            page.fill("#said", text)
            page.keyboard.press("Enter")
        expect(page.locator("#problem .error h2")).to_have_text(told)
        assert bottom(page.locator(".turn").last) <= top(page.locator(".talk-foot")), "it hides what waits"
        page.unroute("**/chat")
        if answer and answer["status"] == 401:
            page.locator("#problem input[name=key]").fill(KEY)
            page.locator("#problem button").click()
        elif answer and answer["status"] in (409, 500):  # the others are tried again by themselves
            page.locator("#problem").get_by_role("button", name="다시 물어보기").click()
        expect(bot_says(page)).to_have_text("봇: 판교로 피자, 맞나요?")
        expect(page.locator("#problem .error")).to_have_count(0)
        page.get_by_role("button", name="처음부터").click()


def test_without_scenarios_it_is_told_how_to_begin_and_a_mistake_leaves_what_was(visitor: Visitor, bot: Path) -> None:
    scenarios = bot / "scenarios.yml"
    try:
        page = visitor.open("chat")
        scenarios.write_text("scenarios: [\n", encoding="utf-8")
        page.reload()
        expect(page.locator(".talk-mistake pre")).to_contain_text("scenarios.yml:")
        say(page, ORDER)
    finally:
        scenarios.write_text(SCENARIOS, encoding="utf-8")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(".talk-mistake")).to_have_count(0)
    page.route(
        "**/chat",
        lambda route: (
            route.continue_()
            if route.request.resource_type == "document"
            else route.fulfill(status=503, json={"reason": "ScenariosUnavailable", "message": "there is no file"})
        ),
    )
    page.reload()
    expect(page.locator("#bot")).to_contain_text("이야기로 만들기")
    expect(page.locator("#bot .error")).to_contain_text("아직 이야기할 수 없습니다")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(("width", "scheme"), [(1100, "light"), (360, "dark")])
def test_axe_finds_no_barrier_and_nothing_runs_over_the_edge(visitor: Visitor, width: int, scheme: str) -> None:
    page = visitor.open("chat", width=width, color_scheme=scheme, reduced_motion="reduce")
    say(page, "부산 날씨 알려줘", "가" * 300, ORDER)
    page.locator("#clock summary").click()
    page.locator("#story summary").click()
    if width == 360:
        page.locator(".talk-inside summary").last.click()
    expect(part(page, "where")).to_be_visible()
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Talk with the bot")
    assert Axe().run(page).response["violations"] == []
    assert page.locator(".views").evaluate("node => node.scrollWidth <= node.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_all_can_be_done_by_keyboard(page: Page) -> None:
    page.locator("#said").focus()
    page.keyboard.type(ORDER)
    page.keyboard.press("Enter")
    expect(page.locator(".talk-replies button")).to_have_text(["판교", "서울"])
    page.locator(".talk-replies button").first.focus()
    page.keyboard.press("Enter")
    expect(bot_says(page)).to_have_text("봇: 판교로 피자, 맞나요?")
    expect(page.locator("#said")).to_be_focused()
    page.locator(".talk-inside summary").first.focus()
    page.keyboard.press("Space")
    expect(page.locator(".talk-inside").first).to_have_attribute("open", "")


def test_a_turn_whose_answer_was_lost_is_taken_once(page: Page) -> None:
    say(page, ORDER)
    lost: list[dict[str, object]] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().json())
        route.abort()

    page.route("**/chat", lose, times=1)
    page.get_by_role("button", name="판교").click()
    expect(bot_says(page)).to_have_text("봇: 판교로 피자, 맞나요?")
    assert [one["text"] for one in lost] == ["판교로 피자, 맞나요?"]
    expect(part(page, "did").locator("li")).to_have_text(["맞는지 확인"])
    expect(page.locator(".turn")).to_have_count(2)


def test_enter_belongs_to_the_input_method_while_a_syllable_is_composed(page: Page) -> None:
    keyboard = page.context.new_cdp_session(page)
    page.focus("#said")
    keyboard.send("Input.imeSetComposition", {"text": "안녀", "selectionStart": 2, "selectionEnd": 2})
    keyboard.send(
        "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    )
    assert page.locator(".turn").count() == 0
    keyboard.send("Input.insertText", {"text": "안녕"})
    page.keyboard.press("Enter")
    expect(page.locator(".talk-me")).to_have_text("나: 안녕")


def test_what_is_too_long_stays_to_be_shortened(page: Page) -> None:
    page.fill("#said", "가" * 1001)
    expect(page.locator("#count")).to_have_text("1,001 / 1,000자")
    page.locator("#said").press("Enter")
    expect(page.locator("#problem")).to_contain_text("1,000자까지 쓸 수 있는데 1,001자를 쓰셨습니다")
    assert page.locator(".turn").count() == 0
    page.fill("#said", "가" * 900)
    expect(page.locator("#problem .error")).to_have_count(0)


def test_values_are_told_with_what_they_mean(page: Page) -> None:
    """The tiny bot computes no values: they are added to what it really answers."""
    resolved = {
        "type": "quantity",
        "value": "2",
        "unit": "판",
        "minimum": "2",
        "maximum": "3",
        "approximate": True,
        "ambiguities": ["am_pm"],
    }

    def computed(route: Route) -> None:
        answer = route.fetch().json()
        answer["parses"][0].update(now="2026-12-24T09:30:00+09:00", timezone="Asia/Seoul")
        answer["parses"][0]["entities"][0].update(resolved=resolved, negated=True)
        answer["frames"][0]["slots"]["menu"] = [{"value": "2", "said": "두 판", "unit": "판"}]
        route.fulfill(json=answer)

    page.route("**/chat", computed)
    say(page, ORDER)
    expect(part(page, "read").locator("li")).to_have_text("menu피자→ 약 2~3 판 (오전인지 오후인지는 모름)빼고")
    expect(part(page, "read")).to_contain_text("26. 12. 24. 오전 9:30 (Asia/Seoul)에 한 말로 읽었습니다.")
    expect(part(page, "where")).to_contain_text("두 판 → 2 판")
