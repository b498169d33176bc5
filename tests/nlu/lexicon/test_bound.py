"""Types that are listed and computed at once: rows such as `date,@date` and `people,@quantity,명|인`."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceErrors
from nlu.lexicon.dictionary import Entry
from nlu.lexicon.lexicon import Lexicon

ROWS = (
    Entry("date", "@date"),
    Entry("date", "내일", ("낼",)),
    Entry("time", "@time"),
    Entry("time", "저녁", ("저녁때",)),
    Entry("people", "@quantity", ("명", "인")),
    Entry("count", "@quantity", ("판", "개")),
)


def found(text: str) -> list[tuple[str, str]]:
    return [(one.entity, text[one.start : one.end]) for one in Lexicon(ROWS).matches(text)]


def test_a_type_has_the_units_that_its_row_names() -> None:
    assert found("네 명이 두 판 열 마리") == [("people", "네 명"), ("count", "두 판")]
    assert not [one for one in Lexicon(ROWS).said if one.entity == "count" and one.value[-1] not in "판개"]


def test_units_survive_being_written() -> None:
    assert Lexicon.from_json(Lexicon(ROWS).to_json()).computed.kinds == Lexicon(ROWS).computed.kinds


def test_the_ends_of_an_interval_are_two_values_as_the_dictionary_lists_them() -> None:
    assert [one for one in found("3시부터 5시까지") if one[0] == "time"] == [("time", "3시"), ("time", "5시")]
    assert found("오전 다섯 시까지")[0] == ("time", "오전 다섯 시")


def test_a_time_to_come_is_a_time_where_no_whole_date_is_asked_for() -> None:
    assert found("두 시간 뒤에 와") == [("time", "두 시간 뒤")]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("count,@quantity,판|뷁", 19, "'뷁'"),
        ("date,@date,명", 12, "@quantity"),
        ("date,@dat,", 6, "@date"),
        ("date,@date,\ndate,@time,", 6, "2번째 줄"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path: Path, row: str, column: int, said: str) -> None:
    path = tmp_path / "dict.csv"
    path.write_text(f"entity,value,synonyms\n{row}\n", encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        Lexicon.read(path)
    (error,) = caught.value.errors
    assert error.column == column
    assert said in error.worded("ko")


def test_no_value_reaches_into_what_leaves_it_out() -> None:
    listed = Lexicon([*ROWS, Entry("date", "이번 주말"), Entry("date", "이번 주")])
    for text, value in (
        ("이번 주 말고 내일", "이번 주"),
        ("이번주말고", "이번주"),
        ("이번 주말 말고", "이번 주말"),
        ("이번 달 말고", "이번 달"),
        ("이번 달 말에", "이번 달 말"),
    ):
        assert text[listed.matches(text)[0].start : listed.matches(text)[0].end] == value
