"""The page in a real browser; whatever a test does, nothing may be asked of another host, and no script may fail."""

from __future__ import annotations

import re
import unicodedata
from typing import get_args

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from nlu.types import FallbackCode
from server.routes.feedback import LONGEST_COMMENT
from tests.server.page.in_chromium.visiting import BUS, FIELD, KEY, Visitor, answering

pytestmark = pytest.mark.chromium


def told_in_both(page: Page, place: Locator, korean: str, english: str) -> None:
    """Expect words in the page's first language, then in the other, and go back."""
    expect(place).to_contain_text(korean)
    page.get_by_role("button", name="English").click()
    expect(place).to_contain_text(english)
    page.get_by_role("button", name="한국어").click()


def decision(page: Page) -> str:
    return page.locator(".verdict-intent").inner_text()


def test_typing_shows_intent_entities_and_reasons(page: Page, site: str) -> None:
    page.locator(FIELD).press_sequentially(BUS)
    expect(page.locator(".verdict-intent")).to_have_text("transport")
    expect(page.locator(".entity-text")).to_have_text(["판교", "서울"])
    expect(page.locator(".entity-type")).to_have_text(["loc · from", "loc · to"])
    expect(page.locator(".marked .particle")).to_have_text(["에서", "까지"])
    assert page.locator(".marked").inner_text().replace("\n", "").startswith("판교loc · from에서")
    expect(page.locator(".bar-row").first).to_contain_text("transport")
    expect(page.locator(".bar-threshold").first).to_be_attached()
    expect(page.locator(".entity-card").first).to_contain_text("모델 + 사전")
    assert page.locator(".units").first.inner_text().startswith("판\n")
    expect(page.locator(".entity-units .unit-text").first).to_have_text(re.compile("^loc · (from|to)$"))
    told = page.locator(".why-part").first.inner_text()
    parts = ["글자마다 보탠 힘", "찾은 엔터티가 보탠 힘", "차이 +", "힘이 컸던 글자 묶음"]
    assert sorted(parts, key=told.index) == parts
    assert page.get_by_role("heading", name="찾은 엔터티가 보탠 힘").count() == 1
    expect(page.locator(".why table")).to_contain_text("판교시")
    page.get_by_text("요청 (curl)").click()
    assert f"curl '{site}parse?explain=1'" in page.locator("[data-fold=request] pre").inner_text()
    page.get_by_text("응답 (JSON)").click()
    assert '"name": "transport"' in page.locator("[data-fold=response] pre").inner_text()


def test_entities_lie_right_after_emoji_and_in_text_that_is_not_composed(page: Page) -> None:
    decomposed = unicodedata.normalize("NFD", "판교에서 피자 먹고 싶어")
    page.fill(FIELD, f"👩‍👩‍👧 {decomposed}")
    expect(page.locator(".entity-text").last).to_have_text(unicodedata.normalize("NFD", "피자"))
    assert page.locator(".entity-text").all_inner_texts()[-2] == unicodedata.normalize("NFD", "판교")
    expect(page.locator(".marked .particle").last).to_have_text(unicodedata.normalize("NFD", "에서"))
    assert page.locator("#count").inner_text() == f"{len(decomposed) + 6} / 1,000자"


def test_what_is_not_understood_is_said_with_the_reason(page: Page) -> None:
    page.fill(FIELD, "?")
    expect(page.locator(".verdict")).to_contain_text("이해하지 못했습니다")
    told = page.locator(".verdict-why").inner_text()
    assert "판정 점수" in told
    assert "unfamiliar" not in told
    assert "unsure" not in told


REASONS = [
    ("unfamiliar", "글자 조합 가운데 25%만", "only 25% of its character sequences"),
    ("unsure", "의도의 확신도가 80%입니다", "a confidence of 80%"),
    ("out_of_scope", "다루지 않는 말과 가장 비슷합니다", "does not deal with"),
    ("nothing", "이해할 글자가 없습니다", "no letter, digit or sign"),
    ("not_allowed", "고를 수 있는 다른 의도가 없습니다", "No other intent is allowed"),
    (None, "words of another server", "words of another server"),
]


def test_why_it_fell_back_is_told_by_the_code_whatever_the_servers_words_are(page: Page, site: str) -> None:
    assert {code for code, *_ in REASONS} == {*get_args(FallbackCode), None}
    answer = page.request.post(f"{site}parse", data={"text": "?"}).json()
    for code, korean, english in REASONS:
        verdict = {"code": code, "reason": "words of another server", "coverage": 0.25}
        ranking = [{"name": "nlu_fallback", "confidence": 0.85}, {"name": "greet", "confidence": 0.8}]
        changed = {"fallback": {**answer["fallback"], **verdict}, "intent_ranking": ranking}
        page.route("**/parse*", answering({"json": {**answer, **changed}}))
        page.fill(FIELD, f"? {korean}")
        told_in_both(page, page.locator(".verdict-why"), korean, english)
        page.unroute("**/parse*")


def test_where_it_is_a_guess_two_are_offered_and_pressing_one_says_it(page: Page, site: str) -> None:
    answer = page.request.post(f"{site}parse", data={"text": "?"}).json()
    two = [
        {"name": "transport", "confidence": 0.4, "text": "버스 시간 알려줘"},
        {"name": "greet", "confidence": 0.3},
    ]
    page.route("**/parse*", answering({"json": {**answer, "text": "저기", "ask": two}}))
    page.fill(FIELD, "저기")
    told_in_both(page, page.locator(".asked h2"), "되묻는 말", "A guess")
    expect(page.locator(".asked li")).to_have_text([re.compile("버스 시간 알려줘 40"), re.compile("30")])
    assert page.locator(".asked button").count() == 1  # there are no words to say the other
    page.unroute("**/parse*")
    page.locator(".asked button").click()
    assert page.input_value(FIELD) == "버스 시간 알려줘"
    expect(page.locator(".asked")).to_have_count(0)


def test_a_syllable_is_parsed_while_it_is_composed_and_enter_only_ends_it(page: Page) -> None:
    keyboard = page.context.new_cdp_session(page)
    page.focus(FIELD)
    for text in ("ㅍ", "피"):
        keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
    expect(page.locator(".marked")).to_have_text("피")
    # As an input method has it: the key is pressed, and types nothing itself.
    keyboard.send(
        "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    )
    assert page.locator(".history li").count() == 0
    assert page.input_value(FIELD) == "피"
    keyboard.send("Input.insertText", {"text": "피"})
    keyboard.send("Input.imeSetComposition", {"text": "자", "selectionStart": 1, "selectionEnd": 1})
    keyboard.send("Input.insertText", {"text": "자"})
    keyboard.send("Input.insertText", {"text": " 주문해 줘"})
    expect(page.locator(".entity-text")).to_have_text("피자")
    page.keyboard.press("Enter")
    expect(page.locator(".history-text")).to_have_text("피자 주문해 줘")
    assert page.input_value(FIELD) == "피자 주문해 줘"


def test_a_late_answer_never_replaces_a_newer_one(page: Page) -> None:
    held: list[Route] = []
    page.route("**/parse*", lambda route: held.append(route) if len(held) == 0 else route.continue_())
    with page.expect_request("**/parse*"):
        page.fill(FIELD, "안녕 반가워")
    page.fill(FIELD, "피자 주문해 줘")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")
    held[0].fulfill(json={})
    page.wait_for_load_state("networkidle")
    assert decision(page) == "order_food"


ERRORS = [
    (None, "서버에 닿지 않습니다", "The server can't be reached"),
    ({"status": 429, "headers": {"Retry-After": "30"}, "json": {}}, "30초 뒤에", "asked again by itself in 30 s"),
    ({"status": 503, "json": {"reason": "ModelUnavailable", "message": "none"}}, "답할 모델이 없습니다", "no model"),
    ({"status": 500, "json": {"message": "the error id is 1f"}}, "서버가 한 말: the error id is 1f", "server failed"),
    ({"status": 502, "body": "<html>"}, "서버에 닿지 않습니다", "The server can't be reached"),
    ({"status": 400, "json": {"message": "expected so, got such"}}, "받지 않았습니다", "refused this"),
]


def test_errors_are_told_in_the_chosen_language_and_pass(page: Page) -> None:
    for answer, korean, english in ERRORS:
        page.route("**/parse*", answering(answer))
        page.fill(FIELD, f"피자 {korean}")
        told_in_both(page, page.get_by_role("alert"), korean, english)
        page.unroute("**/parse*")
    page.fill(FIELD, "피자 주문해 줘")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_moments_wait_for_a_busy_server_goes_without_a_word(page: Page) -> None:
    busy = {"status": 429, "headers": {"Retry-After": "1"}, "json": {}}
    page.route("**/parse*", answering(busy), times=1)
    alerts: list[str] = []
    page.expose_function("heard", lambda text: alerts.append(text))
    page.evaluate("new MutationObserver(() => heard('')).observe(document.getElementById('error'), {childList: true})")
    page.fill(FIELD, "피자 주문해 줘")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")
    assert alerts == []


def test_asking_again_after_an_error_shows_the_answer(page: Page) -> None:
    page.route("**/parse*", answering(None))
    page.fill(FIELD, "피자 주문해 줘")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/parse*")
    page.get_by_role("button", name="다시 물어보기").click()
    expect(page.locator(".verdict-intent")).to_have_text("order_food")


def test_a_report_that_could_not_be_loaded_is_asked_for_again(page: Page) -> None:
    page.route("**/report", answering(None))
    page.reload()
    page.get_by_role("link", name="성적표").click()
    expect(page.get_by_role("alert")).to_contain_text("서버에 닿지 않습니다")
    page.unroute("**/report")
    page.get_by_role("button", name="다시 물어보기").click()
    expect(page.locator(".score-value").first).to_contain_text("%")


def test_a_server_that_needs_a_key_is_given_one_for_as_long_as_the_tab_lives(page: Page) -> None:
    def guard(route: Route) -> None:
        if route.request.headers.get("x-api-key") == "sesame":
            route.continue_()
        else:
            route.fulfill(status=401, json={"message": "expected an API key, got none"})

    page.route("**/parse*", guard)
    page.fill(FIELD, "피자 주문해 줘")
    page.get_by_label("API 키").fill("sesame")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")
    assert "$NLU_API_KEY" in str(page.locator("[data-fold=request] pre").text_content())
    assert "sesame" not in page.content()
    page.reload()
    page.fill(FIELD, "안녕 반가워")
    expect(page.locator(".verdict-intent")).to_have_text("greet")


def test_a_wrong_answer_can_be_put_right_by_who_has_the_key(page: Page, site: str) -> None:
    page.fill(FIELD, f"🐈 {BUS}")
    expect(page.locator(".verdict-intent")).to_have_text("transport")
    page.press(FIELD, "Enter")
    page.get_by_text("이 답이 틀렸나요?").click()
    page.locator(".feedback select").select_option("weather")
    page.get_by_role("button", name="판교 빼기").click()
    page.locator(".syllable").nth(1).click()  # 🐈 is two UTF-16 units
    expect(page.locator(".marker .note")).to_contain_text("첫 글자: 판")
    page.locator(".syllable").nth(4).click()
    expect(page.locator(".marker .note")).to_have_text("고른 글자: 판교에서")
    page.locator(".marker").get_by_label("종류").fill("place")
    page.get_by_role("button", name="고른 글자를 엔터티로").click()
    expect(page.locator(".marks")).to_contain_text("place")
    page.get_by_label("하고 싶은 말").fill("버스가 아니라 날씨입니다. 제 번호는 010-1234-5678")
    page.get_by_role("button", name="바로잡아 보내기").click()
    page.get_by_label("API 키").fill(KEY)
    page.keyboard.press("Enter")
    expect(page.get_by_text("고맙습니다").first).to_be_visible()
    recorded = page.request.get(f"{site}records", headers={"X-API-Key": KEY}).json()["records"]
    assert [record["text"] for record in recorded if "🐈" in record["text"]] == [f"🐈 {BUS}"]  # not what was half typed
    given = next(record["feedback"][0] for record in recorded if record["feedback"])
    assert given["intent"] == "weather"
    assert given["comment"] == "버스가 아니라 날씨입니다. 제 번호는 ***-****-****"
    assert (2, 6, "place") in [(one["start"], one["end"], one["entity"]) for one in given["entities"]]


def test_a_text_that_is_too_long_is_not_even_sent(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill(FIELD, "🐈" * 1001)
    expect(page.get_by_role("alert")).to_contain_text("1,000자까지 쓸 수 있는데 1,001자를 쓰셨습니다")
    assert page.get_attribute(FIELD, "aria-invalid") == "true"
    assert not [url for url in asked if "parse" in url]


def test_a_comment_takes_as_much_as_the_server_does_and_may_be_left_out(page: Page) -> None:
    page.fill(FIELD, "안녕 반가워")
    expect(page.locator(".verdict-intent")).to_have_text("greet")
    page.press(FIELD, "Enter")
    page.get_by_text("이 답이 틀렸나요?").click()
    comment = page.get_by_label("하고 싶은 말")
    assert comment.get_attribute("maxlength") == str(LONGEST_COMMENT)
    comment.fill("  ")
    with page.expect_request("**/feedback") as sent:
        page.get_by_role("button", name="바로잡아 보내기").click()
    assert sent.value.post_data_json["comment"] is None


def test_sixty_intents_scroll_in_their_card_and_leave_the_rest_in_reach(page: Page, site: str) -> None:
    answer = page.request.post(f"{site}parse?explain=1", data={"text": BUS}).json()
    others = [{"name": f"intent_{number}", "confidence": 0.001} for number in range(59)]
    ranking = [*answer["intent_ranking"][:1], *others]
    page.route("**/parse*", answering({"json": {**answer, "intent_ranking": ranking}}))
    page.fill(FIELD, BUS)
    button = page.get_by_role("button", name="모두 보기 (60)")
    button.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    button.click()
    expect(page.locator(".bar-row")).to_have_count(60)
    expect(page.get_by_role("button", name="줄여 보기")).to_be_focused()
    assert page.evaluate("scrollY") == before  # the list opens where one looks
    box = page.locator(".intents .all")
    assert box.evaluate("node => node.scrollHeight > 3 * node.clientHeight")
    box.focus()
    page.keyboard.press("End")
    expect(page.locator(".bar-row").last).to_be_in_viewport()


def test_rows_of_the_dictionary_that_were_not_used_are_folded(page: Page, site: str) -> None:
    answer = page.request.post(f"{site}parse?explain=1", data={"text": BUS}).json()
    row = {"start": 0, "end": 1, "raw": "판", "entity": "menu", "value": "판", "synonyms": [], "used": False}
    answer["explanation"]["dictionary"] = [row, *answer["explanation"]["dictionary"], row]
    page.route("**/parse*", answering({"json": answer}))
    page.fill(FIELD, BUS)
    tables = page.locator(".why table")
    expect(tables.first).to_contain_text("판교시")
    assert "menu" not in tables.first.inner_text()
    expect(tables.last).to_be_hidden()
    page.get_by_text("쓰지 않은 줄 2개").click()
    expect(tables.last.locator("tbody tr")).to_have_count(2)


@pytest.mark.parametrize("width", [320, 360])
def test_a_phone_needs_no_sideways_scrolling(visitor: Visitor, width: int) -> None:
    page = visitor.open(width=width)
    page.fill(FIELD, "판교에서 서울까지얼마나걸려ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH")
    expect(page.locator(".entity-text")).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("link", name="성적표").click()
    expect(page.locator(".heat")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    hidden = "nodes => nodes.filter(node => node.scrollWidth > node.clientWidth).length"
    assert page.locator("#report .scroll:has(table):visible").count() >= 2
    assert page.locator("#report .scroll:has(table):visible").evaluate_all(hidden) == 0


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    expect(page.locator(".examples button")).to_have_count(2)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips to the field
    assert page.evaluate("document.activeElement.id") == "utterance"
    page.keyboard.type("피자 주문해 줘")
    expect(page.locator(".verdict-intent")).to_have_text("order_food")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("의도 order_food")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")  # the first example
    expect(page.locator(".verdict-intent")).to_have_text("transport")
    page.locator(".history button").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator(FIELD)).to_have_value("피자 주문해 줘")
    page.locator("[data-view=report]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#report-title")).to_be_focused()


def test_the_language_is_the_browsers_until_another_is_chosen_which_is_remembered(visitor: Visitor) -> None:
    page = visitor.open(locale="en-US")
    expect(page.get_by_role("link", name="Try it")).to_be_visible()
    page.fill(FIELD, "피자 주문해 줘")
    expect(page.locator(".verdict")).to_contain_text("Understood")
    page.get_by_role("button", name="한국어").click()
    expect(page.locator(".verdict")).to_contain_text("이해했습니다")
    page.reload()
    expect(page.get_by_role("link", name="말해 보기")).to_be_visible()
    assert page.get_attribute("html", "lang") == "ko"
    assert page.title() == "말해 보기 · korean-nlu"


def test_the_history_survives_a_reload_asks_again_and_can_be_cleared(page: Page) -> None:
    for text in ("피자 주문해 줘", "안녕 반가워"):
        page.fill(FIELD, text)
        expect(page.locator(".marked")).to_contain_text(text[-2:])
        page.press(FIELD, "Enter")
    page.reload()
    expect(page.locator(".history-text")).to_have_text(["안녕 반가워", "피자 주문해 줘"])
    page.get_by_role("button", name="피자 주문해 줘").click()
    expect(page.locator(".verdict-intent")).to_have_text("order_food")
    page.get_by_role("button", name="모두 지우기").click()
    expect(page.locator(".history li")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("아직 없습니다")).to_be_visible()


def test_the_report_shows_scores_slices_and_confusions(visitor: Visitor) -> None:
    page = visitor.open("#report")
    expect(page.locator(".score-value").first).to_contain_text("%")
    expect(page.locator(".four tbody tr")).to_have_count(2)
    expect(page.locator(".quarter")).to_have_count(2)
    assert page.locator(".heat-cell.right").count() == 5
    assert "의도 5개" in str(page.locator(".heat").get_attribute("aria-label"))
    page.get_by_text("모두 표로 보기").click()
    expect(page.get_by_role("cell", name="order_food").first).to_be_visible()
    page.locator("#settings ~ details summary").first.click()
    expect(page.locator("#settings ~ details").first).to_contain_text("generator.size")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(visitor: Visitor, scheme: str) -> None:
    page = visitor.open(color_scheme=scheme, reduced_motion="reduce")
    page.fill(FIELD, BUS)
    expect(page.locator(".entity-text")).to_have_count(2)
    page.press(FIELD, "Enter")
    page.get_by_text("응답 (JSON)").click()
    for view in ("try", "report"):
        page.locator(f"[data-view={view}]").click()
        found = Axe().run(page)
        assert found.response["violations"] == [], found.generate_report()


def test_the_documentation_works_under_its_policy(visitor: Visitor) -> None:
    page = visitor.open("docs")
    expect(page.locator(".opblock-summary-path").first).to_be_visible()
    assert "/parse" in page.locator(".opblock-summary-path").all_inner_texts()


def test_the_documentation_shows_every_route_with_the_files_of_this_server(visitor: Visitor) -> None:
    page = visitor.open("docs/")
    for path in ("/parse", "/model/parse", "/kakao/skill", "/feedback", "/records", "/report"):
        expect(page.locator(f'.opblock [data-path="{path}"]').first).to_be_visible()
