from hypothesis import given
from hypothesis import strategies as st

from nlu.induction.alignment import align
from tests.oracles import best_alignment_score

sequences = st.text("abc", max_size=6)


def same_letter(one, other):
    """Letters of one pair may not stand side by side, those of another cost something."""
    if one == other:
        return 2.0
    return None if "c" in (one, other) else -1.5


def gap(letter):
    return -2.0 if letter == "a" else -1.0


@given(sequences, sequences)
def test_the_alignment_is_worth_as_much_as_the_best_of_all(one, other):
    score, _ = align(one, other, same_letter, gap)
    assert score == best_alignment_score(one, other, same_letter, gap)


@given(sequences, sequences)
def test_every_position_comes_once_and_in_order_and_the_pairs_add_up_to_the_score(one, other):
    score, pairs = align(one, other, same_letter, gap)
    assert [pair.one for pair in pairs if pair.one is not None] == list(range(len(one)))
    assert [pair.other for pair in pairs if pair.other is not None] == list(range(len(other)))
    worth = 0.0
    for left, right in pairs:
        if left is None or right is None:
            worth += gap(other[right] if left is None else one[left])
        else:
            worth += same_letter(one[left], other[right])
    assert worth == score


def test_a_sequence_beside_nothing_is_all_gaps():
    assert align("ab", "", same_letter, gap) == (-3.0, [(0, None), (1, None)])
