from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from nlu.augmentation.value_exchange import ValueExchange
from nlu.types import LabelledUtterance, Span
from tests.strategies import utterances


def of(text: str, *spans: Span) -> LabelledUtterance:
    return LabelledUtterance(text, "travel", spans)


@given(st.lists(utterances(), min_size=1, max_size=4), st.integers(0, 9))
def test_types_and_roles_stay_and_values_come_from_an_entity_of_the_same_type(
    seen: list[LabelledUtterance], seed: int
) -> None:
    values = {(span.entity, one.text[span.start : span.end]) for one in seen for span in one.spans}
    for utterance in seen:
        said = ValueExchange(seen, 1.0).exchange(utterance, random.Random(seed))
        assert [span.label for span in said.spans] == [span.label for span in utterance.spans]
        assert {(span.entity, said.text[span.start : span.end]) for span in said.spans} <= values
        assert (said.intent, said.weight) == (utterance.intent, utterance.weight)


def test_a_particle_takes_the_form_that_fits_the_new_value() -> None:
    order, other = of("판교로 피자를 보내줘", Span(0, 2, "loc"), Span(4, 6, "menu")), of("냉면", Span(0, 2, "menu"))
    places = of("강남", Span(0, 2, "loc"))
    exchange = ValueExchange([places, other], 1.0)
    assert exchange.exchange(order, random.Random(0)).text == "강남으로 냉면을 보내줘"


def test_an_entity_that_looks_like_a_particle_stays_an_entity() -> None:
    names = of("김이 왔어", Span(0, 1, "family"), Span(1, 2, "given"))
    exchange = ValueExchange([of("고", Span(0, 1, "family")), of("이", Span(0, 1, "given"))], 1.0)
    assert exchange.exchange(names, random.Random(0)).text == "고이 왔어"


def test_only_the_wanted_part_of_the_values_is_exchanged() -> None:
    one, two = of("판교 날씨", Span(0, 2, "loc")), of("강남", Span(0, 2, "loc"))
    rng = random.Random(0)
    exchange = ValueExchange([two], 0.25)
    changed = sum(exchange.exchange(one, rng).text == "강남 날씨" for _ in range(1000))
    assert 200 < changed < 300
    assert ValueExchange([two], 0.0).exchange(one, rng) is one


def test_the_canonical_value_of_an_exchanged_entity_is_forgotten() -> None:
    one = of("판교 날씨", Span(0, 2, "loc", None, "판교동"))
    exchange = ValueExchange([of("강남", Span(0, 2, "loc", None, "강남구"))], 1.0)
    assert exchange.exchange(one, random.Random(0)).spans == (Span(0, 2, "loc"),)
