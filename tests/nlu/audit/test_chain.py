from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.audit.chain import START, AuditRow, Fault, Head, faults, hash_of, sealed, written

LONG = 6


def chain(length: int = LONG) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number in range(1, length + 1):
        time = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(seconds=number)
        previous = rows[-1].hash if rows else START
        values = (number, time, "김저자", "nlu-models", None, "model.activate", f"v{number}", "{}", previous)
        rows.append(sealed(AuditRow(*values)))
    return rows


def head_of(rows: list[AuditRow]) -> Head:
    return Head(rows[-1].number, rows[-1].hash)


def test_a_sound_chain_has_no_faults() -> None:
    rows = chain()
    assert list(faults(rows, head_of(rows), head_of(rows[:3]))) == []
    assert list(faults([], Head(0, START))) == []


CHANGES = {
    "time": datetime(2020, 1, 1, tzinfo=UTC),
    "actor": "다른 사람",
    "source": "PUT /model",
    "request_id": "r",
    "action": "model.delete",
    "subject": "v9",
    "detail": '{"before":1}',
}


@given(place=st.integers(0, LONG - 1), field=st.sampled_from(sorted(CHANGES)))
def test_whatever_is_altered_is_found_at_its_row(place: int, field: str) -> None:
    rows = chain()
    head = head_of(rows)
    rows[place] = replace(rows[place], **{field: CHANGES[field]})
    assert list(faults(rows, head)) == [Fault("altered", place + 1, place + 1)]


@given(place=st.integers(0, LONG - 1), field=st.sampled_from(sorted(CHANGES)))
def test_a_row_that_is_altered_and_sealed_again_is_found_at_the_next_one(place: int, field: str) -> None:
    rows = chain()
    head = head_of(rows)
    rows[place] = sealed(replace(rows[place], **{field: CHANGES[field]}))
    kind, number = ("altered", place + 1) if place == LONG - 1 else ("unchained", place + 2)
    assert list(faults(rows, head)) == [Fault(kind, number, number)]


@given(first=st.integers(1, LONG), count=st.integers(1, LONG))
def test_rows_that_are_missing_are_named(first: int, count: int) -> None:
    rows = chain()
    last = min(first + count - 1, LONG)
    left = [row for row in rows if not first <= row.number <= last]
    kind = "cut" if last == LONG else "missing"
    assert list(faults(left, head_of(rows))) == [Fault(kind, first, last)]


def test_a_chain_made_anew_differs_from_what_an_operator_wrote_down() -> None:
    rows, noted = chain(), head_of(chain()[:4])
    rows[1] = replace(rows[1], actor="다른 사람")
    for place in range(1, LONG):
        rows[place] = sealed(replace(rows[place], previous=rows[place - 1].hash))
    assert list(faults(rows, head_of(rows))) == []
    assert list(faults(rows, head_of(rows), noted)) == [Fault("altered", 4, 4)]


def test_no_two_rows_share_what_is_hashed() -> None:
    row = chain()[0]
    assert hash_of(replace(row, actor="a", source="bc")) != hash_of(replace(row, actor="ab", source="c"))
    assert hash_of(replace(row, request_id=None)) != hash_of(replace(row, request_id=""))


def test_a_detail_is_written_the_same_whatever_its_order() -> None:
    assert written({"b": 1, "a": "가"}) == written({"a": "가", "b": 1}) == '{"a":"가","b":1}'


@pytest.mark.parametrize("text", ["7", "x:" + START, "7:abc", f"-1:{START}"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Head.read(text)


def test_a_head_is_read_as_it_is_written() -> None:
    head = head_of(chain())
    assert Head.read(str(head)) == head
