from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlu.data.alignment import normalize_utterance
from nlu.features.reading import plain, plain_utterance
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import LabelledUtterance, Span
from tests.strategies import separate_spans

LEXICON = Lexicon([Entry("menu", "치킨(순살)"), Entry("menu", "하하하하 세트")])


def labelled(utterance: LabelledUtterance) -> list[tuple[str, str]]:
    return [(utterance.text[span.start : span.end], span.entity) for span in utterance.spans]


def test_marks_and_runs_go_but_for_those_of_the_dictionary() -> None:
    assert plain(normalize("'치킨(순살)', 하하하하 세트, 아아아아아"), LEXICON).text == "치킨(순살) 하하하하 세트 아아"


def test_entities_move_along() -> None:
    spans = (Span(1, 3, "menu"), Span(6, 8, "menu"), Span(9, 13, "size"))
    read = plain_utterance(LabelledUtterance("'피자', 콜라(큰 거)", "order", spans), LEXICON)
    assert read.text == "피자 콜라 큰 거"
    assert labelled(read) == [("피자", "menu"), ("콜라", "menu"), ("큰 거", "size")]


def test_an_entity_of_marks_alone_goes_and_marks_at_edges_are_left_out() -> None:
    read = plain_utterance(LabelledUtterance("(피자) ★ 줘", "order", (Span(0, 4, "menu"), Span(5, 6, "sign"))), LEXICON)
    assert (read.text, labelled(read)) == ("피자 줘", [("피자", "menu")])


@given(st.data())
def test_the_letters_of_an_entity_stay(data: st.DataObject) -> None:
    text = data.draw(st.text("가피자a1 ,.'()!?ㅋ😀", min_size=1, max_size=14))
    spans = data.draw(separate_spans(len(text), st.just("menu")))
    utterance = normalize_utterance(
        LabelledUtterance(text, "x", tuple(Span(one.start, one.end, "menu") for one in spans))
    )
    read = plain_utterance(utterance, Lexicon(()))

    def letters(one: LabelledUtterance) -> list[str]:
        words = ["".join(char for char in raw if char.isalnum() and char != "ㅋ") for raw, _ in labelled(one)]
        return [word for word in words if word]

    assert len("".join(letters(read))) <= len("".join(letters(utterance)))
    if plain(normalize(utterance.text), Lexicon(())).text.count("가") == utterance.text.count("가"):
        assert letters(read) == letters(utterance)
