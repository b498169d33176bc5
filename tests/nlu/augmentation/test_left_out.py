from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from nlu.augmentation.left_out import LeftOut
from nlu.types import Entity, LabelledUtterance, Span
from nlu.understanding.entities.negation import with_negations
from tests.strategies import utterances


@given(st.lists(utterances(), min_size=1, max_size=4), st.integers(0, 9))
def test_what_was_said_stays_and_one_value_of_the_same_label_comes_before_it(
    seen: list[LabelledUtterance], seed: int
) -> None:
    for utterance in seen:
        said = LeftOut(seen, 1.0).say(utterance, random.Random(seed))
        before = [(one.label, utterance.text[one.start : one.end]) for one in utterance.spans]
        after = [(one.label, said.text[one.start : one.end]) for one in said.spans]
        if said is not utterance:
            (at,) = [n for n in range(len(after)) if after[:n] + after[n + 1 :] == before][:1]
            assert after[at][0] == after[at + 1][0]
        assert said.intent == utterance.intent


def test_what_is_said_is_what_answering_takes_as_left_out() -> None:
    seen = [LabelledUtterance(text, None, (Span(0, 2, "date"),)) for text in ("내일 갈게", "모레 올래")]
    for seed in range(30):
        said = LeftOut(seen, 1.0).say(seen[0], random.Random(seed))
        entities = [Entity(one.entity, one.start, one.end, "", "") for one in said.spans]
        assert [one.is_negated for one in with_negations(said.text, entities)] == [True, False], said.text


def test_a_value_inside_a_word_stays_alone() -> None:
    order = LabelledUtterance("치즈피자 줘", None, (Span(2, 4, "menu"),))
    others = LabelledUtterance("냉면", None, (Span(0, 2, "menu"),))
    assert LeftOut([order, others], 1.0).say(order, random.Random(0)) is order
