"""What sets a row of a data set apart."""

import pytest

from nlu.data.rows import Slice


@pytest.mark.parametrize("unseen_pattern", [False, True])
@pytest.mark.parametrize("unseen_value", [False, True])
def test_a_held_out_slice_is_read_back_from_its_name(unseen_pattern, unseen_value):
    made = Slice.held_out(unseen_pattern=unseen_pattern, unseen_value=unseen_value)
    assert Slice.parse(made.name) == made
    assert (made.unseen_pattern, made.unseen_value) == (unseen_pattern, unseen_value)


@pytest.mark.parametrize("name", ["", "random", "imported", "unseen", "unseen_pattern/other"])
def test_any_other_name_is_a_group_of_its_own(name):
    assert Slice.parse(name) == Slice(name, unseen_pattern=False, unseen_value=False)
