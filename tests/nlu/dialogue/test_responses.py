from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.dialogue.responses import KnownNames, QuickReply, Reply, read_answers
from nlu.dialogue.templates import AnswerTemplate, slot_values
from nlu.errors import SourceErrors
from nlu.types import Asked, Entity, Fallback, IntentScore, Parse

FALLBACK = "nlu_fallback: 못 알아들었어요.\n"


def entity(kind: str, value: str, role: str | None = None) -> Entity:
    return Entity(kind, 0, len(value), value, value, role)


def parse(intent: str | None, *entities: Entity) -> Parse:
    score = IntentScore(intent, 1.0)
    return Parse("…", score, (score,), entities, (), Fallback(None, 1.0, 0.5))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.yml"


def mistakes(path: Path, text: str, known: KnownNames | None = None) -> list[tuple[int, int, str]]:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        read_answers(path, known)
    assert {error.path for error in caught.value.errors} == {str(path)}
    return [(error.line, error.column, error.message) for error in caught.value.errors]


def test_a_template_is_filled_and_its_particles_agree() -> None:
    rows = [
        ("{menu}을(를) 주문했어요.", {"menu": "피자"}, "피자를 주문했어요."),
        ("{menu}을(를) 주문했어요.", {"menu": "냉면"}, "냉면을 주문했어요."),
        ("{menu}을(를) 주문했어요.", {"menu": "KTX"}, "KTX를 주문했어요."),
        ("{loc:to}(으)로 갈게요.", {"loc:to": "서울"}, "서울로 갈게요."),
        ("{loc}(으)로 갈게요.", {"loc": "강남"}, "강남으로 갈게요."),
        ("{menu}(이)랑 {side}은(는)요?", {"menu": "라면", "side": "김밥"}, "라면이랑 김밥은요?"),
        ("“{menu}”이(가) 맞나요?", {"menu": "냉면"}, "“냉면”이 맞나요?"),
        ("물을(를) 드릴까요?", {}, "물을 드릴까요?"),
        ("{{menu}}은 자리가 아님 {menu}", {"menu": "면"}, "{menu}은 자리가 아님 면"),
        ("자리 없음", {"menu": "면"}, "자리 없음"),
        ("{menu} 주문", {"menu": "{loc}을(를)"}, "{loc}을(를) 주문"),
        ("{menu} 주문", {}, None),
    ]
    assert [(text, values, AnswerTemplate(text).fill(values)) for text, values, _ in rows] == rows


@given(st.text(alphabet="가각 {}을(를)menu:,.", max_size=12), st.text(min_size=1, max_size=6))
def test_a_template_never_fails_to_be_filled(template: str, value: str) -> None:
    filled = AnswerTemplate(template)
    assert isinstance(filled.fill(dict.fromkeys(filled.slots, value)), str)


def test_several_values_are_joined_with_the_particle_that_fits() -> None:
    menus = [entity("menu", value) for value in ("냉면", "피자", "냉면", "물")]
    assert slot_values(menus) == {"menu": ["냉면", "피자", "냉면", "물"]}
    assert AnswerTemplate("{menu}").fill(slot_values(menus)) == "냉면, 피자와 물"
    assert AnswerTemplate("{menu}").fill(slot_values(menus[::3])) == "냉면과 물"


@pytest.mark.parametrize(
    ("template", "menus", "counts", "said"),
    [
        ("{menu} {count}을(를) 주문했어요.", ["피자", "콜라"], ["하나", "둘"], "피자 하나와 콜라 둘을 주문했어요."),
        ("{menu} {count}, 주문", ["피자", "콜라"], ["하나", "하나"], "피자 하나와 콜라 하나, 주문"),
        ("{menu} {count} 주문", ["물", "밥", "면"], ["1잔", "2개", "3개"], "물 1잔, 밥 2개와 면 3개 주문"),
        ("{menu} {count} 주문", ["피자", "콜라"], ["하나"], "피자와 콜라 하나 주문"),
        ("{menu}: {count}", ["피자", "콜라"], ["하나", "둘"], "피자와 콜라: 하나와 둘"),
        ("{count}의 {menu}을(를)", ["피자", "국밥"], ["하나"], "하나의 피자와 국밥을"),
    ],
)
def test_two_values_are_read_as_one_says_them(template: str, menus: list[str], counts: list[str], said: str) -> None:
    assert AnswerTemplate(template).fill({"menu": menus, "count": counts}) == said


def test_an_intent_may_have_a_name_for_people(path: Path) -> None:
    path.write_text(FALLBACK + "order: {name: 음식 주문, answers: [네]}\nbye: 안녕히", encoding="utf-8")
    assert read_answers(path).names == {"order": "음식 주문"}


def test_a_name_that_is_too_long_is_said(path: Path) -> None:
    told = mistakes(path, FALLBACK + f"a: {{name: {'길' * 31}, answers: [네]}}")
    assert told == [(2, 11, "의도의 이름은 한 줄에 30자까지입니다. 지금은 31자입니다.")]


def test_a_role_has_a_slot_of_its_own() -> None:
    values = slot_values([entity("loc", "서울", "from"), entity("loc", "부산", "to")])
    assert values == {"loc": ["서울", "부산"], "loc:from": ["서울"], "loc:to": ["부산"]}


def test_the_first_answer_that_can_be_filled_is_given(path: Path) -> None:
    path.write_text(
        FALLBACK + "order:\n  answers: ['{menu} {count}', '{menu} 몇 개?', '무엇을?']\n"
        "  quick_replies: [취소, {label: 더, text: 더 주문할게요}]\n",
        encoding="utf-8",
    )
    answers = read_answers(path)
    said = [answers.reply(parse("order", *entities)).text for entities in ((), (entity("menu", "피자"),))]
    assert said == ["무엇을?", "피자 몇 개?"]
    assert answers.reply(parse("order")).quick_replies == (
        QuickReply("취소", "취소"),
        QuickReply("더", "더 주문할게요"),
    )


@pytest.mark.parametrize("intent", ["nlu_fallback", "unknown", None, "order"])
def test_what_has_no_answer_gets_that_of_the_fallback(path: Path, intent: str | None) -> None:
    path.write_text(FALLBACK + "order: '{menu} 주문'", encoding="utf-8")
    assert read_answers(path).reply(parse(intent)) == Reply("못 알아들었어요.")


def test_an_answer_is_cut_to_what_kakao_shows(path: Path) -> None:
    path.write_text(FALLBACK + "order: '{menu} 주문'", encoding="utf-8")
    text = read_answers(path).reply(parse("order", entity("menu", "면" * 2000))).text
    assert (len(text), text[-1]) == (1000, "…")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_the_file_may_come_from_korean_windows(path: Path, encoding: str) -> None:
    path.write_bytes(FALLBACK.encode(encoding).replace(b"\n", b"\r\n"))
    assert read_answers(path).reply(parse(None)).text == "못 알아들었어요."


def test_a_mistake_is_said_with_its_place_and_the_way_out(path: Path) -> None:
    rows = [
        ("", 1, 1, "대답이 하나도 없습니다. nlu_fallback의 대답부터 적어 주세요."),
        ("- 안녕", 1, 1, "의도 이름을 쓰고 그 아래에 대답을 적어 주세요. 예: greet: 안녕하세요!"),
        ("greet: 안녕", 1, 1, "nlu_fallback의 대답이 없습니다. 알아듣지 못했을 때 할 말을 적어 주세요."),
        ("nlu_fallback: '{menu}?'", 1, 1, "nlu_fallback에는 자리({…})가 없는 대답이 하나는 있어야 합니다."),
        (FALLBACK + "a: [", 2, 5,
         "YAML로 읽을 수 없습니다. 들여쓰기와 따옴표를 보세요. 대답은 따옴표로 감싸면 안전합니다."),
        (FALLBACK + "a: '{menu 주문'", 2, 4, "괄호 '{'의 짝이 없습니다. 글자 그대로 쓰려면 '{{'처럼 두 번 적으세요."),
        (FALLBACK + "a: '{}을(를)'", 2, 4, "'{}'에 개체 이름이 없습니다. {menu}나 {loc:from}처럼 적으세요."),
        (FALLBACK + "a: {menu}", 2, 4, "대답이 글이 아닙니다. {…}로 시작하는 대답은 따옴표로 감싸 주세요."),
        (FALLBACK + "a: {quick_replies: [네]}", 2, 4, "answers: 아래에 대답을 적어 주세요."),
        (FALLBACK + "a:", 2, 3, "대답이 비어 있습니다."),
        (FALLBACK + "a: []", 2, 4, "대답을 하나 이상 적어 주세요."),
        (FALLBACK + "a: [[안녕]]", 2, 5, "대답이 글이 아닙니다."),
        (FALLBACK + "a: [{menu}]", 2, 5, "대답이 글이 아닙니다. {…}로 시작하는 대답은 따옴표로 감싸 주세요."),
        (FALLBACK + "a: 안녕\na: 네", 3, 1, "'a'가 두 번 나옵니다. 한곳에 모아 적어 주세요."),
        (FALLBACK + "a: {answers: 네, buttons: 안녕}", 2, 17,
         "'buttons'는 모르는 항목입니다. 쓸 수 있는 것: name, answers, quick_replies"),
        (FALLBACK + "a: {answers: 네, quick_replies: 취소}", 2, 32,
         "quick_replies는 목록이어야 합니다. 예: [메뉴 보여줘, 취소할래]"),
        (FALLBACK + "a: {answers: 네, quick_replies: [{label: 취소}]}", 2, 33,
         "바로 답하기에는 label(보이는 말)과 text(누르면 하는 말)를 적어 주세요."),
        (FALLBACK + "a: {answers: 네, quick_replies: [열네 글자보다 훨씬 긴 이름]}", 2, 33,
         "바로 답하기의 이름은 14자까지인데 '열네 글자보다 훨씬 긴 이름'은 15자입니다. "
         "{label: 짧은 이름, text: 긴 말}로 나누어 적을 수 있습니다."),
        (FALLBACK + "a: {answers: 네, quick_replies: [1,2,3,4,5,6,7,8,9,10,11]}", 2, 32,
         "바로 답하기는 10개까지인데 11개입니다."),
        (FALLBACK + f"a: {'가' * 1001}", 2, 4, "대답은 1000자까지 쓸 수 있는데 1001자입니다."),
    ]  # fmt: skip
    assert [(text, *error) for text, *_ in rows for error in mistakes(path, text)] == rows


def test_all_mistakes_are_said_at_once_in_the_order_of_the_lines(path: Path) -> None:
    assert [line for line, _, _ in mistakes(path, FALLBACK + "a: '{'\nb: '}'\nc: []")] == [2, 3, 4]


def test_names_that_the_patterns_lack_are_mistakes_where_they_are_known(path: Path) -> None:
    known = KnownNames({"greet"}, {"loc", "loc:from"})
    text = FALLBACK + "gret: 안녕\ngreet: '{loc:from}에서 {menu}'"
    assert mistakes(path, text, known) == [
        (2, 1, "'gret'은 없는 의도입니다. 혹시 'greet'입니까? 있는 것: greet"),
        (3, 8, "'{menu}'에 쓸 개체가 없습니다. 있는 것: loc, loc:from"),
    ]


def test_a_file_that_is_no_text_is_a_mistake_too(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(SourceErrors):
        read_answers(path)


def unclear(*asked: Asked) -> Parse:
    return replace(parse("order"), ask=asked)


def test_it_asks_which_of_two_intents_is_meant(path: Path) -> None:
    path.write_text(FALLBACK + "order: {name: 음식 주문, answers: 주문할게요}\n", encoding="utf-8")
    answers = read_answers(path)
    order, price = Asked("order", 0.4, "피자 주문해줘"), Asked("price", 0.3, "피자 가격은 얼마나 하는지요")
    buttons = (
        QuickReply("음식 주문", "피자 주문해줘"),
        QuickReply("피자 가격은 얼마나 하는…", "피자 가격은 얼마나 하는지요"),
    )
    assert answers.reply(unclear(order, price)) == Reply("혹시 이런 말씀이세요?", buttons)
    assert answers.reply(unclear(order, replace_text(price))).text == "주문할게요"  # there is nothing to press
    path.write_text("nlu_fallback: {answers: 몰라요, ask: '어느 쪽인가요?'}\n", encoding="utf-8")
    assert read_answers(path).reply(unclear(order, price)).text == "어느 쪽인가요?"


def replace_text(asked: Asked) -> Asked:
    return asked._replace(text=None)


def test_two_intents_of_one_name_are_told_apart_by_what_is_said(path: Path) -> None:
    path.write_text(FALLBACK + "a: {name: 주문, answers: 네}\nb: {name: 주문, answers: 네}\n", encoding="utf-8")
    reply = read_answers(path).reply(unclear(Asked("a", 0.4, "주문해줘"), Asked("b", 0.3, "또 주문해줘")))
    assert [one.label for one in reply.quick_replies] == ["주문해줘", "또 주문해줘"]


def test_only_the_fallback_says_how_it_asks(path: Path) -> None:
    ((line, column, message),) = mistakes(path, FALLBACK + "order:\n  answers: 네\n  ask: 뭐라고요\n")
    assert (line, column) == (4, 3)
    assert "ask" in message
    ((line, column, _),) = mistakes(path, "nlu_fallback:\n  answers: 네\n  ask: []\n")
    assert (line, column) == (3, 8)
