"""The simple systems that a model is compared with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.baselines import KeywordRules, MajorityIntent, dictionary_values
from nlu.evaluation.linear import SvmIntents
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Span
from tests.nlu import tiny

LEARNED = tiny.corpus()
SYSTEMS = (MajorityIntent(LEARNED), KeywordRules(LEARNED, tiny.LEXICON), SvmIntents(LEARNED))
LEXICON = Lexicon([Entry("loc", "가"), Entry("loc", "가나"), Entry("menu", "가나다"), Entry("menu", "나")])


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_every_system_gives_each_text_a_ranking_that_sums_to_one(system) -> None:
    texts = ["피자 주문해 줘", "", "처음 보는 말", "판교 날씨 알려줘", "ㅋㅋ 😀"]
    for text, parse in zip(texts, system.answer(texts), strict=True):
        assert parse.text == text
        assert parse.intent == parse.ranking[0]
        scope = [score for score in parse.ranking if score.name != FALLBACK_INTENT]
        assert [score.confidence for score in scope] == sorted((s.confidence for s in scope), reverse=True)
        assert {score.name for score in scope} == {one.intent for one in LEARNED} - {FALLBACK_INTENT}
        assert parse.fallback.is_fallback == (parse.intent.name == FALLBACK_INTENT)


def test_the_majority_is_never_what_is_out_of_scope() -> None:
    rows = [LabelledUtterance("주식", FALLBACK_INTENT)] * 5 + [LabelledUtterance("안녕", "greet")]
    assert MajorityIntent(rows).answer(["주식"])[0].intent.name == "greet"


@pytest.mark.parametrize("system", SYSTEMS[1:], ids=lambda system: system.name)
def test_what_was_learned_is_mostly_known(system) -> None:
    answers = system.answer([one.text for one in LEARNED])
    right = sum(parse.intent.name == one.intent for one, parse in zip(LEARNED, answers, strict=True))
    assert right / len(LEARNED) > 0.9


def test_rules_find_dictionary_values_with_their_canonical_value_in_the_text_as_it_was_typed() -> None:
    (parse,) = KeywordRules(LEARNED, tiny.LEXICON).answer(["  제주로   딸기 라떼 주문해 줘"])
    assert [(one.entity, one.raw, one.value) for one in parse.entities] == [
        ("loc", "제주", "제주도"),
        ("menu", "딸기 라떼", "딸기라떼"),
    ]


def test_rules_without_a_keyword_say_that_nothing_was_understood() -> None:
    (parse,) = KeywordRules(LEARNED, tiny.LEXICON).answer(["뷁뷁"])
    assert parse.intent.name == FALLBACK_INTENT
    assert parse.ranking[1].name in {one.intent for one in LEARNED}


def test_values_that_were_labelled_are_in_the_dictionary_of_the_rules() -> None:
    rows = [LabelledUtterance("우동 줘", "order", (Span(0, 2, "menu"),))] * 3
    (parse,) = KeywordRules(rows, Lexicon([])).answer(["우동을 줘"])
    assert [one.raw for one in parse.entities] == ["우동"]


def test_without_anything_to_learn_every_system_rejects() -> None:
    for system in (MajorityIntent([]), KeywordRules([], Lexicon([])), SvmIntents([])):
        assert system.answer(["안녕"])[0].intent.name == FALLBACK_INTENT


def test_an_svm_of_two_intents_and_of_one() -> None:
    rows = [LabelledUtterance("안녕", "greet"), LabelledUtterance("피자 줘", "order")]
    assert [one.intent.name for one in SvmIntents(rows).answer(["안녕", "피자 줘"])] == ["greet", "order"]
    assert SvmIntents(rows[:1]).answer(["뭐든"])[0].intent.name == "greet"


@given(st.text("가나다 을.", max_size=12))
def test_dictionary_values_are_the_longest_that_begin_words(text: str) -> None:
    """Against every way to try: longest first, a value is taken where it begins a word and nothing longer lies."""
    taken: list[tuple[int, int]] = []
    for length in range(len(text), 0, -1):
        for start in range(len(text) - length + 1):
            piece = text[start : start + length]
            key = "".join(piece.split())
            begins = start == 0 or not text[start - 1].isalnum()
            whole = len(key) > 1 or start + length == len(text) or not text[start + length].isalnum()
            if piece != piece.strip() or key not in {"가", "가나", "가나다", "나"} or not begins or not whole:
                continue
            if all(start + length <= one or other <= start for one, other in taken):
                taken.append((start, start + length))
    found = [(one.start, one.end) for one in dictionary_values(text, LEXICON, {})]
    assert [one for one in found if text[slice(*one)] not in ("가", "나")] == [
        one for one in sorted(taken) if text[slice(*one)] not in ("가", "나")
    ]
    assert set(taken) <= set(found)  # a value of one syllable may have a particle after it, too
