from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.values.finder import TYPES, find_values
from nlu.values.numerals import numeral_at
from nlu.values.say import SPEAKERS, say
from nlu.values.spelling import mixed, native, sino

FIRST = datetime(2020, 1, 1)


def test_every_type_can_be_said() -> None:
    assert set(SPEAKERS) == set(TYPES)


@pytest.mark.parametrize("kind", sorted(SPEAKERS))
def test_what_is_said_is_found_and_means_the_same(kind: str) -> None:
    wrong = []
    for seed in range(400):
        random = Random(f"{kind} {seed}")
        now = FIRST + timedelta(minutes=random.randrange(10 * 365 * 24 * 60))
        said = say(kind, random, now)
        before, after = random.choice((("", ""), ("그럼 ", ""), ("", " 부탁해요"), ("혹시 ", " 돼요?")))
        text = before + said.text + after
        found = [(text[one.start : one.end], one.value, one.unit) for one in find_values(text, [kind], now)]
        if found != [(said.text, said.value, said.unit)]:
            wrong.append((text, said, found, now))
    assert wrong == []


@given(st.integers(0, 10**20 - 1), st.sampled_from(["", " "]))
def test_numerals_are_read_as_they_are_spelled(number: int, space: str) -> None:
    written = sino(number, space=space)
    found = numeral_at(written, 0)
    assert found is not None
    assert (found.end, found.value) == (len(written), number)


@given(st.integers(0, 10**16 - 1), st.sampled_from(["", " "]))
def test_prices_are_read_as_they_are_written(number: int, space: str) -> None:
    written = mixed(number, space=space)
    found = numeral_at(written, 0)
    assert found is not None
    assert (found.end, found.value) == (len(written), number)


@pytest.mark.parametrize("counts", [False, True])
def test_native_numerals_are_read_as_they_are_spelled(counts: bool) -> None:
    for number in range(1, 100):
        written = native(number, counts=counts)
        found = numeral_at(written, 0)
        assert found is not None
        assert (found.end, found.value) == (len(written), number), written
