from __future__ import annotations

import pytest

from benchmarks.floors import CrfEntities, Floors, token_features
from benchmarks.scoring import score
from nlu.types import LabelledUtterance, Span, Token
from tests.benchmarks.toy import utterances

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def floors() -> Floors:
    return Floors.fit(utterances())


def test_both_floors_learn_what_they_are_shown(floors: Floors) -> None:
    predictions, latency = floors.predict(utterances())
    scores = score(utterances(), predictions)
    assert scores.intent_accuracy == 1.0
    assert scores.entity_f1 is not None
    assert scores.entity_f1 > 0.9
    assert floors.seconds > 0
    assert latency.p50 > 0


def test_entities_lie_in_the_text_as_it_was_given(floors: Floors) -> None:
    text = "  판교   날씨 알려줘"
    (span,) = floors.entities.predict(text)
    assert text[span.start : span.end] == "판교"


def test_tokens_are_cut_at_an_edge_inside_them_for_training() -> None:
    row = LabelledUtterance("날씨", "weather", (Span(0, 1, "half"),))
    assert {span.entity for span in CrfEntities().fit([row] * 3).predict("날씨")} == {"half"}


def test_without_entities_there_is_nothing_to_say() -> None:
    rows = [LabelledUtterance("안녕", None)]
    assert CrfEntities().fit(rows).predict("안녕") == ()


def test_a_text_of_nothing_has_no_entities(floors: Floors) -> None:
    assert floors.entities.predict("  ") == ()


def test_a_token_sees_two_neighbours_to_either_side_and_no_further() -> None:
    tokens = [Token(char, at, at + 1, "N") for at, char in enumerate("가나다라마바")]
    row = token_features("가나다라마바", tokens)[2]
    near = {name: value for name, value in row.items() if name.endswith("word")}
    assert near == {"word": "다", "-2word": "가", "-1word": "나", "1word": "라", "2word": "마"}


def test_a_token_sees_the_space_before_it() -> None:
    tokens = [Token("판교", 0, 2), Token("날씨", 3, 5), Token("는", 5, 6)]
    assert [row["space"] for row in token_features("판교 날씨는", tokens)] == [True, True, False]
