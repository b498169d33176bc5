from __future__ import annotations

from nlu.types import Entity, IntentScore, LabelledUtterance, Span
from nlu.understanding.asked_lines import AskedLines


def said(intent: str, text: str, *slots: tuple[str, str, str | None]) -> LabelledUtterance:
    spans = [Span(text.index(value), text.index(value) + len(value), kind, role) for value, kind, role in slots]
    return LabelledUtterance(text, intent, tuple(sorted(spans)))


WRITTEN = [
    said("order", "음식 주문할게"),
    said("order", "냉면 주문할게", ("냉면", "menu", None)),
    said("order", "냉면을 주문할게", ("냉면", "menu", None)),
    said("order", "냉면 두 개 주문할게", ("냉면", "menu", None), ("두 개", "count", None)),
    said("price", "얼마야"),
    said("refund", "얼마야"),
    said("refund", "돈 돌려줘"),
    said("bus", "판교 에서 강남 가는 버스", ("판교", "loc", "from"), ("강남", "loc", "to")),
    said("bus", "강남 가는 버스", ("강남", "loc", "to")),
    said("nlu_fallback", "심심해"),
]
TYPED = [said("order", "ㅇ음식 주문할게ㅋ"), said("greet", "앙녕하세여")]


def read(text: str) -> list[str]:
    return [str(one.intent) for one in WRITTEN if one.text.replace(" ", "") == text.replace(" ", "")]


LINES = AskedLines.build([*TYPED, said("order", "음식주문할게"), *WRITTEN], read)


def entity(kind: str, raw: str, role: str | None = None, *, is_negated: bool = False) -> Entity:
    return Entity(kind, 0, len(raw), raw, raw, role, is_negated=is_negated)


def test_an_intent_is_said_with_the_values_that_were_said() -> None:
    pizza, two = entity("menu", "피자"), entity("count", "두 판")
    assert LINES.say("order", []) == "음식 주문할게"
    assert LINES.say("order", [pizza]) == "피자 주문할게"
    assert LINES.say("order", [two, pizza]) == "피자 두 판 주문할게"
    assert LINES.say("order", [two]) == "음식 주문할게"
    assert LINES.say("order", [entity("menu", "피자", is_negated=True)]) == "음식 주문할게"
    assert LINES.say("bus", [entity("loc", "서울", "from"), entity("loc", "부산", "to")]) == "서울 에서 부산 가는 버스"
    assert LINES.say("bus", [entity("loc", "서울")]) == "서울 가는 버스"
    assert LINES.say("bus", [entity("loc", "서울", "from")]) is None


def test_of_lines_alike_the_most_typical_is_kept_with_its_spaces() -> None:
    assert LINES.lines["order"] == ("음식 주문할게", "{menu} 주문할게", "{menu} {count} 주문할게")


def test_what_no_line_says_alone_is_not_said() -> None:
    assert LINES.say("price", []) is None  # two intents say it
    assert LINES.say("refund", []) == "돈 돌려줘"
    assert LINES.say("bus", []) is None
    assert LINES.say("greet", []) is None  # nobody wrote it so
    assert LINES.say("nlu_fallback", []) is None
    (asked,) = LINES.words([IntentScore("unknown", 0.4)], [])
    assert asked == ("unknown", 0.4, None)


def test_a_value_is_never_read_as_a_slot() -> None:
    assert LINES.say("order", [entity("menu", "{count}")]) == "{count} 주문할게"
