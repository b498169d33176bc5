from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlu.types import LabelledUtterance, Span
from nlu.understanding.nearest_pattern import PatternIndex, skeleton
from tests.bundles import MemoryBundle

ROWS = [
    ("p.txt:1", "order", "{menu} {count} 주문해줘"),
    ("p.txt:2", "weather", "{loc} 날씨 어때"),
    ("p.txt:3", "weather", "{date} {loc} 날씨"),
]
texts = st.text(alphabet="가나다 {}menu", max_size=10)


def test_the_pattern_itself_is_wholly_alike_whatever_the_spaces() -> None:
    found = PatternIndex(ROWS).nearest("{loc}날씨  어때")
    assert found is not None
    assert (found.origin, found.intent, found.example, found.similarity) == (*ROWS[1], 1.0)


def test_what_shares_nothing_has_no_nearest_pattern() -> None:
    assert PatternIndex(ROWS).nearest("ㅋ") is None
    assert PatternIndex([]).nearest("피자") is None


@given(st.lists(texts, min_size=1, max_size=6), texts)
def test_the_nearest_is_the_first_of_the_most_alike(known: list[str], text: str) -> None:
    rows = [(str(number), "a", one) for number, one in enumerate(known)]
    found = PatternIndex(rows).nearest(text)
    alone = [PatternIndex([row]).nearest(text) for row in rows]
    best = max((one.similarity for one in alone if one), default=None)
    first = next((one for one in alone if one and one.similarity == best), None)
    assert found == first
    assert found is None or 0 < found.similarity <= 1


def test_an_index_keeps_some_skeletons_of_each_origin() -> None:
    many = [
        LabelledUtterance(f"{menu} 줘{'요' * number}", "order", (Span(0, 2, "menu", "side"),), origin)
        for origin in ("p.txt:1", "p.txt:2")
        for number in range(3)
        for menu in ("피자", "냉면")
    ]
    index = PatternIndex.build([*many, LabelledUtterance("의도 없음", None)], most=2)
    assert index.rows == tuple(
        (origin, "order", text) for origin in ("p.txt:1", "p.txt:2") for text in ("{menu} 줘", "{menu} 줘요")
    )


@given(st.lists(st.tuples(texts, texts, texts), max_size=4))
def test_an_index_comes_back_from_a_bundle(rows: list[tuple[str, str, str]]) -> None:
    assert PatternIndex.read(MemoryBundle(PatternIndex(rows).files())).rows == tuple(rows)


def test_the_slots_of_a_skeleton_stand_where_the_entities_were() -> None:
    assert skeleton("판교에서 피자", [(5, 7, "menu"), (0, 2, "loc")]) == "{loc}에서 {menu}"
