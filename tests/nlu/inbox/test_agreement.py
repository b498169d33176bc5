from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.inbox.agreement import agreements, kappa
from nlu.inbox.labels import GivenLabel, Label
from nlu.inbox.utterances import LONG_AGO
from nlu.types import Span
from tests import oracles

letters = st.sampled_from("abc")


def said(by: str, record: str, intent: str, *spans: Span) -> GivenLabel:
    return GivenLabel(by, LONG_AGO, Label(record, intent, spans))


@given(st.lists(st.tuples(letters, letters), min_size=1, max_size=30))
def test_kappa_is_what_the_table_of_both_says(pairs: list[tuple[str, str]]) -> None:
    assert kappa(pairs) == pytest.approx(oracles.cohens_kappa(pairs))


def test_every_two_people_are_compared_on_what_both_labelled() -> None:
    loc = Span(0, 2, "loc")
    given = [
        said("kim", "1", "a", loc), said("kim", "2", "b"), said("kim", "3", "a", loc),
        said("lee", "1", "a", loc), said("lee", "2", "b"), said("lee", "3", "b", Span(0, 3, "loc")),
        said("park", "3", "a", loc),
    ]  # fmt: skip
    first, second, third = agreements(given)
    assert (first.people, first.count, first.observed) == (("kim", "lee"), 3, pytest.approx(2 / 3))
    assert (first.kappa, first.span_f1) == (pytest.approx(0.4), pytest.approx(0.5))
    assert [(one.intent, other.intent) for one, other in first.disagreed] == [("a", "b")]
    assert (second.people, second.kappa, second.span_f1) == (("kim", "park"), 1.0, 1.0)
    assert third.people == ("lee", "park")


def test_nobody_is_compared_with_themselves() -> None:
    assert agreements([said("kim", "1", "a")]) == []
