"""A set of texts in few bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.generation.seen_texts import SeenTexts


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 70_000)), max_size=60))
def test_it_answers_as_a_dict_does(pairs):
    seen, known = SeenTexts(len(pairs), owners=70_001), {}
    for text, owner in pairs:
        assert seen.add(text, owner) == known.get(text)
        known.setdefault(text, owner)


def test_more_texts_than_the_capacity_are_refused_instead_of_looping():
    seen = SeenTexts(15)
    for number in range(15):
        seen.add(str(number), 0)
    assert seen.add("7", 1) == 0
    with pytest.raises(ValueError, match="capacity"):
        seen.add("15", 0)
