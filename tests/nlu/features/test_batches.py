"""A sequence in portions."""

from hypothesis import given
from hypothesis import strategies as st

from nlu.features.batches import portions


@given(st.lists(st.integers(0, 9)), st.integers(0, 20), st.none() | st.integers(1, 4))
def test_portions_are_as_large_as_they_may_be(sizes: list[int], most_size: int, most: int | None) -> None:
    found = list(portions(sizes, int, most_size, most))
    assert [size for portion in found for size in portion] == sizes
    assert all(found)
    for portion, after in zip(found, [*found[1:], None], strict=False):
        assert sum(portion) <= most_size or len(portion) == 1
        assert most is None or len(portion) <= most
        if after is not None:
            assert sum(portion) + after[0] > most_size or len(portion) == most
