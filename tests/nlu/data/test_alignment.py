import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.alignment import normalize_utterance, split_at, token_range
from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance, Span, Token
from tests.strategies import messy_texts, separate_spans, tokens_and_spans


@pytest.mark.parametrize(
    ("text", "spans", "wanted", "raws"),
    [
        ("판교 날씨", [(0, 2)], "판교 날씨", ["판교"]),
        ("  판교   날씨\n", [(2, 4)], "판교 날씨", ["판교"]),
        ("ＫＴＸ　타고 부산", [(0, 3), (7, 9)], "KTX 타고 부산", ["KTX", "부산"]),
        (unicodedata.normalize("NFD", "부산 가"), [(0, 5)], "부산 가", ["부산"]),
        ("피\u200b자 줘", [(0, 3)], "피자 줘", ["피자"]),
        ("피자\u200b 줘", [(2, 3)], "피자 줘", []),
        ("피자   줘", [(2, 5)], "피자 줘", []),
        ("피자 줘", [(0, 2), (2, 3)], "피자 줘", ["피자"]),
        ("피자   줘", [(0, 4)], "피자 줘", ["피자 "]),
        ("\u1100\u1161다", [(0, 1), (1, 2), (2, 3)], "가다", ["가", "다"]),
    ],
)
def test_normalising_carries_the_spans_along(text, spans, wanted, raws):
    utterance = LabelledUtterance(text, "i", tuple(Span(*span, "x", "r", "v") for span in spans), "o", 2.0)
    normal = normalize_utterance(utterance)
    assert normal.text == wanted
    assert [wanted[span.start : span.end] for span in normal.spans] == raws
    assert (normal.intent, normal.origin, normal.weight) == ("i", "o", 2.0)
    assert all((span.entity, span.role, span.value) == ("x", "r", "v") for span in normal.spans)


@given(st.data())
def test_normalised_spans_stay_sorted_and_separate_and_lose_no_character(data):
    text = data.draw(messy_texts)
    utterance = LabelledUtterance(text, None, data.draw(separate_spans(len(text))))
    normal = normalize_utterance(utterance)  # its constructor refuses spans that are out of order or overlap
    assert normal.text == normalize(text).text
    assert normalize_utterance(normal) == normal
    for span in normal.spans:
        assert normal.text[span.start : span.end].strip()


def test_a_token_is_cut_at_both_edges_of_an_entity_inside_it():
    pieces = split_at([Token("abcde", 10, 15, "SL")], [Span(11, 13, "x")])
    assert [(piece.text, piece.start, piece.end, piece.pos) for piece in pieces] == [
        ("a", 10, 11, "SL"),
        ("bc", 11, 13, "SL"),
        ("de", 13, 15, "SL"),
    ]


def test_tokens_without_an_edge_inside_stay_the_same():
    tokens = (Token("오늘", 0, 2), Token("판교", 3, 5))
    assert split_at(tokens, [Span(0, 5, "x")]) == tokens


def test_an_edge_in_a_space_cuts_nothing():
    tokens = (Token("오늘", 0, 2), Token("판교", 4, 6))
    assert split_at(tokens, [Span(3, 6, "x")]) == tokens


@given(tokens_and_spans())
def test_the_pieces_join_to_the_tokens(drawn):
    tokens, spans = drawn
    pieces = split_at(tokens, spans)
    characters = [(place, char) for token in tokens for place, char in enumerate(token.text, token.start)]
    assert [(place, char) for piece in pieces for place, char in enumerate(piece.text, piece.start)] == characters


@given(tokens_and_spans())
def test_after_splitting_no_edge_falls_inside_a_token(drawn):
    tokens, spans = drawn
    edges = {edge for span in spans for edge in (span.start, span.end)}
    assert not any(edges & {*range(piece.start + 1, piece.end)} for piece in split_at(tokens, spans))


@given(tokens_and_spans())
def test_a_token_range_holds_just_the_tokens_inside_the_span(drawn):
    tokens, spans = drawn
    pieces = split_at(tokens, spans)
    for span in spans:
        first, last = token_range(pieces, span)
        inside = [i for i, piece in enumerate(pieces) if span.start <= piece.start and piece.end <= span.end]
        assert inside == [*range(first, last)]


def test_spaces_at_the_edges_of_a_span_do_not_matter():
    assert token_range([Token("오늘", 1, 3), Token("판교", 5, 7)], Span(0, 5, "x")) == (0, 1)


def test_an_edge_inside_a_token_is_refused():
    with pytest.raises(ValueError, match="expected the edges of"):
        token_range([Token("판교에서", 0, 4)], Span(0, 2, "loc"))
