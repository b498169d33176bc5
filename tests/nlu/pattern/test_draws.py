"""Different values for several slots of one entity."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from nlu.pattern.draws import Draws

sizes_and_slots = st.tuples(st.lists(st.integers(1, 3), max_size=5), st.integers(0, 4))


@given(sizes_and_slots)
def test_every_assignment_is_drawn_once_and_found_again(case):
    sizes, slots = case
    group = [number for number, size in enumerate(sizes) for _ in range(size)]
    expected = [p for p in permutations(range(len(group)), slots) if len({group[s] for s in p}) == slots]
    draws = Draws(sizes, slots)
    assert draws.count == len(expected)
    picked = [draws.pick(index) for index in range(draws.count)]
    assert sorted(picked) == sorted(expected)
    assert [draws.index_of(surfaces) for surfaces in picked] == list(range(draws.count))
