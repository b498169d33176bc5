"""Tables, charts and the page around them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.page import (
    Axis,
    Bar,
    Column,
    Interval,
    Section,
    Series,
    bars,
    intervals,
    number,
    page,
    plot,
    share,
    table,
    verdict,
)
from nlu.evaluation.page.html import Html

FINITE = st.floats(-1e6, 1e6)


def picture(figure: Html) -> ElementTree.Element:
    found = re.search(r"<svg.*?</svg>", figure, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0])


def test_cells_carry_what_they_are_sorted_by() -> None:
    rows = [["a", share(0.25, 0.1, 0.5), number(1200)], ["b", share(None), number(None)]]
    shown = table("점수", [Column("이름", "name"), Column("F1", note="조화 평균"), Column("수")], rows)
    assert re.findall(r'data-v="([^"]*)"', shown) == ["0.25", "1200", "-1.0", "-1"]
    assert "25.0 %" in shown
    assert "10.0–50.0 %" in shown
    assert "1,200" in shown
    assert "<caption>점수</caption>" in shown
    assert "조화 평균" in shown


def test_a_zero_is_sorted_as_a_zero() -> None:
    assert 'data-v="0"' in table("수", [Column("이름", "name"), Column("수")], [["a", number(0)]])


def test_rows_that_do_not_fit_their_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        table("점수", [Column("이름", "name")], [["a", "b"]])


@given(st.lists(st.tuples(FINITE, FINITE), max_size=5))
def test_charts_stay_inside_their_frame_whatever_is_drawn(points: list[tuple[float, float]]) -> None:
    x, y = (Axis.over("값", [point[at] for point in points]) for at in (0, 1))
    drawn = picture(plot("그림", x, y, [Series("점", points, hints=["<b>"] * len(points))], [(0.5, "여기")]))
    assert len(drawn.findall(".//circle")) == len(points)
    for circle in drawn.iter("circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 440
        assert 0 <= float(circle.attrib["cy"]) <= 300


@given(st.lists(FINITE, min_size=1, max_size=4))
def test_an_axis_has_a_few_round_ticks_around_its_values(values: list[float]) -> None:
    axis = Axis.over("값", values)
    assert 2 <= len(axis.ticks) <= 8
    assert axis.low <= min(values) + 1e-6
    assert axis.high >= max(values) - 1e-6


def test_bars_and_intervals_are_drawn_one_by_one() -> None:
    names = [("맞음", "good"), ("틀림", "bad")]
    drawn = picture(
        bars("분포", "확신도", Axis("수", 0, 4, (0, 2, 4), str), names, [Bar("0", (3, 1)), Bar("1", (0, 0))])
    )
    assert [rect.attrib["class"] for rect in drawn.iter("rect")] == ["fill-good", "fill-bad"]
    drawn = picture(intervals("차이", Axis("차이"), [Interval("전체", 0.2, 0.3, 0.4)], mark=0.25))
    assert len(drawn.findall(".//circle")) == 1


def test_a_page_loads_nothing_and_links_to_its_sections() -> None:
    sections = [Section("one", "하나", "본문"), Section("two", "둘", "본문", "설명")]
    text = page("제목", verdict("좋습니다", "good", "그리고"), sections, {"a": 1})
    assert 'href="#one"' in text
    assert 'id="two"' in text
    assert "default-src &#x27;none&#x27;" in text
    assert not re.search(r"""(src|href)="(?!#|data:,)|url\(|@import|https?://""", text)
