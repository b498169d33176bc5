"""A set of texts in few bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.generation.seen_texts import Digests


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(0, 70_000)), max_size=60))
def test_it_answers_as_a_dict_does(pairs):
    digests, known = Digests(len(pairs), owners=70_001), {}
    for text, owner in pairs:
        assert digests.add(text, owner) == known.get(text)
        known.setdefault(text, owner)


def test_more_texts_than_the_capacity_are_refused_instead_of_looping():
    digests = Digests(15)
    for number in range(15):
        digests.add(str(number), 0)
    assert digests.add("7", 1) == 0
    with pytest.raises(ValueError, match="capacity"):
        digests.add("15", 0)
