"""Which intents may win, and how many are ranked."""

from __future__ import annotations

import pytest

from nlu.errors import UnknownChoiceError
from nlu.types import FALLBACK_INTENT
from nlu.understanding.parser import UtteranceParser
from tests.parsers import INTENTS, TEXTS, rounded, untrained_parser

SURE = tuple(name for name in INTENTS if name != FALLBACK_INTENT)


@pytest.fixture(scope="module")
def parser() -> UtteranceParser:
    return untrained_parser()


def test_without_options_every_intent_is_ranked(parser: UtteranceParser) -> None:
    ranking = parser.parse(TEXTS[0]).ranking
    assert sorted(str(score.name) for score in ranking) == sorted(INTENTS)
    assert sum(score.confidence for score in ranking) == pytest.approx(1.0)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("intent", SURE)
def test_only_an_allowed_intent_or_the_fallback_wins(parser: UtteranceParser, text: str, intent: str) -> None:
    parse = parser.parse(text, intents=[intent])
    assert parse.intent.name in {intent, FALLBACK_INTENT}
    assert {score.name for score in parse.ranking} == {intent, FALLBACK_INTENT}


@pytest.mark.parametrize("text", TEXTS)
def test_allowed_intents_and_the_fallback_share_all_that_is_likely(parser: UtteranceParser, text: str) -> None:
    full = {score.name: score.confidence for score in parser.parse(text).ranking}
    some = {score.name: score.confidence for score in parser.parse(text, intents=SURE[1:]).ranking}
    assert sum(some.values()) == pytest.approx(1.0)
    assert some[SURE[1]] / some[SURE[2]] == pytest.approx(full[SURE[1]] / full[SURE[2]], rel=1e-6)


def test_where_only_the_fallback_may_win_it_does(parser: UtteranceParser) -> None:
    parse = parser.parse(TEXTS[0], intents=[])
    assert parse.ranking == ((FALLBACK_INTENT, 1.0),)
    assert parse.fallback.code == "not_allowed"


def test_an_allowed_intent_below_the_threshold_does_not_win() -> None:
    parser = untrained_parser(threshold=0.9999)
    parse = parser.parse(TEXTS[0], intents=[str(parser.parse(TEXTS[0]).ranking[-1].name)])
    assert (parse.intent.name, parse.fallback.is_fallback) == (FALLBACK_INTENT, True)


def test_entities_do_not_depend_on_the_intents_allowed(parser: UtteranceParser) -> None:
    assert parser.parse(TEXTS[2], intents=["greet"]).entities == parser.parse(TEXTS[2]).entities


def test_an_intent_that_does_not_exist_is_refused_with_those_there_are(parser: UtteranceParser) -> None:
    for text in (TEXTS[0], " "):
        with pytest.raises(UnknownChoiceError) as error:
            parser.parse(text, intents=["order", "oder"])
        assert str(error.value) == "no intent 'oder'; there are: greet, nlu_fallback, order, weather"


@pytest.mark.parametrize("top_n", [1, 2, 4, 9])
def test_the_ranking_is_cut_to_its_best(parser: UtteranceParser, top_n: int) -> None:
    assert parser.parse(TEXTS[3], top_n=top_n).ranking == parser.parse(TEXTS[3]).ranking[:top_n]


def test_a_ranking_of_none_is_misuse(parser: UtteranceParser) -> None:
    with pytest.raises(ValueError, match=r"^expected top_n of at least 1, got 0$"):
        parser.parse(TEXTS[0], top_n=0)


def test_many_are_parsed_with_the_same_options(parser: UtteranceParser) -> None:
    parses = parser.parse_many(TEXTS, intents=["weather"], top_n=1)
    alone = [parser.parse(text, intents=["weather"], top_n=1) for text in TEXTS]
    assert list(map(rounded, parses)) == list(map(rounded, alone))
