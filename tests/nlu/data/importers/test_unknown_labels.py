from __future__ import annotations

from nlu.data.importers.unknown_labels import told, unknown_labels
from nlu.messages import word
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span

INTENTS, ENTITIES = ("order_food", "weather", FALLBACK_INTENT), ("menu", "loc")
ROWS = (
    LabelledUtterance("피자 줘", "oder_food", (Span(0, 2, "menu"),), "real.csv:2"),
    LabelledUtterance("판교 비 와?", "weather", (Span(0, 2, "lok"),), "real.csv:3"),
    LabelledUtterance("치킨 줘", "oder_food", (), "real.csv:4"),
    LabelledUtterance("심심해", FALLBACK_INTENT, (), "real.csv:5"),
    LabelledUtterance("아무 말", None, (), "real.csv:6"),
)


def test_a_label_that_the_bot_lacks_is_told_with_the_closest_one_it_has() -> None:
    notices = told(list(unknown_labels(ROWS, INTENTS, ENTITIES)))
    assert [word(one.code, one.values, "ko") for one in notices] == [
        "real.csv:2: 의도 'oder_food'는 패턴에 없습니다 (발화 2개). 새 의도로 배웁니다. "
        "혹시 'order_food'입니까? 있는 것: order_food, weather",
        "real.csv:3: 개체 'lok'은 사전과 패턴에 없습니다 (발화 1개). 새 개체로 배웁니다. "
        "혹시 'loc'입니까? 있는 것: loc, menu",
    ]


def test_where_the_author_is_strict_it_is_a_mistake_at_its_line() -> None:
    first, second = (one.mistake for one in unknown_labels(ROWS, INTENTS, ENTITIES))
    assert (first.path, first.line, second.line) == ("real.csv", 2, 3)
    assert first.message.startswith("의도 'oder_food'는 패턴에 없습니다")


def test_many_are_told_in_short() -> None:
    rows = [LabelledUtterance("가", f"new{number}", (), f"real.csv:{number}") for number in range(2, 30)]
    notices = list(told(list(unknown_labels(rows, INTENTS, ENTITIES))))
    assert (len(notices), notices[-1].code, notices[-1].values) == (11, "import.labels_more", {"count": 18})


def test_a_bot_of_imports_alone_has_no_unknown_labels() -> None:
    assert list(unknown_labels(ROWS, (FALLBACK_INTENT,), ENTITIES)) == []
