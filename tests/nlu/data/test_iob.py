from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.alignment import split_at
from nlu.data.iob import decode, encode, legal_move, legal_start, tag_names
from nlu.types import Span, Token
from tests.oracles import is_legal_iob2, legal_iob2_sequences
from tests.strategies import tokens_and_spans

THREE = (Token("오늘", 0, 2), Token("판교", 3, 5), Token("에서", 5, 7))


def test_every_entity_begins_with_b_and_goes_on_with_i():
    assert encode(THREE, [Span(0, 5, "loc")]) == ["B-loc", "I-loc", "O"]


def test_neighbouring_entities_of_one_type_stay_two():
    tags = encode(THREE, [Span(0, 2, "x"), Span(3, 5, "x")])
    assert tags == ["B-x", "B-x", "O"]
    assert len(decode(tags, THREE)) == 2


def test_roles_survive():
    spans = (Span(0, 2, "loc", "from"), Span(3, 5, "loc", "to"))
    assert decode(encode(THREE, spans), THREE) == spans


def test_an_edge_inside_a_token_is_refused():
    with pytest.raises(ValueError, match="expected the edges of"):
        encode(THREE, [Span(3, 4, "loc")])


def test_a_span_without_a_token_is_refused():
    with pytest.raises(ValueError, match="expected a token inside"):
        encode(THREE, [Span(2, 3, "loc")])


def test_overlapping_spans_are_refused():
    with pytest.raises(ValueError, match="expected separate spans"):
        encode(THREE, [Span(0, 5, "loc"), Span(3, 5, "x")])


@given(tokens_and_spans())
def test_decoding_undoes_encoding_once_tokens_are_split(drawn):
    tokens, spans = drawn
    pieces = split_at(tokens, spans)
    covered = [place for token in tokens for place in range(token.start, token.end)]
    expected = []
    for span in spans:
        inside = [place for place in covered if span.start <= place < span.end]
        expected.append(Span(inside[0], inside[-1] + 1, span.entity, span.role))
    assert decode(encode(pieces, spans), pieces) == tuple(expected)


@given(tokens_and_spans())
def test_encoding_is_always_legal(drawn):
    tokens, spans = drawn
    assert is_legal_iob2(encode(split_at(tokens, spans), spans))


@pytest.mark.parametrize("length", range(5))
def test_legal_sequences_are_those_that_entities_can_make(length):
    tags = tag_names(["a", "b"])
    found = {sequence for sequence in product(tags, repeat=length) if _moves_legally(sequence)}
    assert found == legal_iob2_sequences(["a", "b"], length)


def _moves_legally(tags):
    return all(legal_move(tags[at - 1], tag) if at else legal_start(tag) for at, tag in enumerate(tags))


def test_a_start_is_legal_where_a_sequence_of_one_is():
    assert {tag for tag in tag_names(["a"]) if legal_start(tag)} == {"O", "B-a"}


def test_only_its_own_b_or_i_may_stand_before_an_i():
    assert {tag for tag in tag_names(["a", "b"]) if legal_move(tag, "I-a")} == {"B-a", "I-a"}


@pytest.mark.parametrize(
    ("tags", "edges"),
    [
        (["I-a", "I-a", "O"], [(0, 5, "a")]),
        (["B-a", "I-b", "O"], [(0, 2, "a"), (3, 5, "b")]),
        (["O", "I-a", "B-a"], [(3, 5, "a"), (5, 7, "a")]),
        (["I-a", "O", "I-a"], [(0, 2, "a"), (5, 7, "a")]),
    ],
)
def test_illegal_tags_are_read_as_conlleval_reads_them(tags, edges):
    assert [(span.start, span.end, span.entity) for span in decode(tags, THREE)] == edges


@given(st.lists(st.sampled_from(tag_names(["a", "b:r"])), min_size=3, max_size=3))
def test_any_sequence_of_tags_decodes_to_separate_spans(tags):
    spans = decode(tags, THREE)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    assert sum(tag != "O" for tag in tags) >= len(spans)


def test_a_tag_without_a_mark_is_refused():
    with pytest.raises(ValueError, match="expected 'O', 'B-label' or 'I-label', got 'loc'"):
        decode(["loc", "O", "O"], THREE)


def test_decoding_needs_a_tag_for_each_token():
    with pytest.raises(ValueError, match="got 1 tags for 3 tokens"):
        decode(["O"], THREE)


def test_tag_names_are_sorted_without_repeats():
    assert tag_names(["b", "a", "b"]) == ("O", "B-a", "I-a", "B-b", "I-b")
