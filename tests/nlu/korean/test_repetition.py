from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.korean.normalization import normalize
from nlu.korean.repetition import shortened


def short(text: str, *values: tuple[int, int]) -> str:
    return shortened(normalize(text), lambda _: values).text


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("가" * 999, "가가"),
        ("배고파아아아아아", "배고파아아"),
        ("네네네네", "네네"),
        ("피자피자피자피자피자", "피자피자피자"),
        ("안녕하세요" * 30, "안녕하세요" * 3),
        ("!!!!!!", "!!"),
        ("😀😀😀😀😀", "😀😀"),
        ("도움 " * 50, "도움 도움 도움"),
        ("안녕하세요 반가워요 " * 9, ("안녕하세요 반가워요 " * 3).strip()),
        ("1" * 300, "1" * 12),
    ],
)
def test_a_run_is_shortened(text: str, reads: str) -> None:
    assert short(text) == reads


@pytest.mark.parametrize(
    "text",
    ["네네네", "AAA 건전지", "010-0000-0000", "1111 2222", "1시1시1시1시", "빨리빨리 피자 피자", "바나나나무", ""],
)
def test_what_is_no_run_and_what_has_digits_stays(text: str) -> None:
    assert short(text) == text


def test_a_run_inside_a_dictionary_value_stays() -> None:
    assert short("하하하하 호프 예약", (0, 7)) == "하하하하 호프 예약"


@given(st.text("가나 피자", min_size=1, max_size=9), st.integers(14, 40))
def test_more_of_the_same_reads_the_same(unit: str, times: int) -> None:
    unit = normalize(unit).text
    if unit:
        assert short(unit * times) == short(unit * (times + 12))


def test_characters_that_stay_know_where_they_were() -> None:
    text = "아아아아아아 피자 하나"
    read = shortened(normalize(text), lambda _: ())
    at = read.text.index("피자")
    assert text[slice(*read.to_original(at, at + 2))] == "피자"


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    started = time.perf_counter()
    short("가나" * 20_000)
    short("가나다라마바사아자차" * 4_000)
    assert time.perf_counter() - started < 5
