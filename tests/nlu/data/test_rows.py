"""What sets a row of a data set apart."""

from itertools import product

from nlu.data.rows import Slice


def test_a_held_out_slice_is_read_back_from_its_name():
    for pattern, value in product((False, True), repeat=2):
        made = Slice.held_out(unseen_pattern=pattern, unseen_value=value)
        assert Slice.parse(made.name) == made
        assert (made.unseen_pattern, made.unseen_value) == (pattern, value)


def test_any_other_name_is_a_group_of_its_own():
    for name in ("", "random", "imported", "unseen", "unseen_pattern/other"):
        assert Slice.parse(name) == Slice(name, unseen_pattern=False, unseen_value=False)
