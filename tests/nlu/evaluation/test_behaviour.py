"""What must not change an answer, and what must."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from nlu.augmentation.opposites import negated, says_no, taken_back
from nlu.evaluation.behaviour import Behaviour, behave
from nlu.evaluation.behaviour_tests import behaviour_tests, values_of
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse
from nlu.understanding.parser import UtteranceParser
from tests.nlu import tiny
from tests.nlu.evaluation.test_baseline_scores import right

GOLD = tiny.corpus()
BY_TEXT = {one.text: one for one in GOLD}


class Parrot:
    """Answers every text with one intent."""

    def __init__(self, intent: str) -> None:
        self.intent = intent

    def __call__(self, texts: Iterable[str]) -> list[Parse]:
        return [right(LabelledUtterance(text, self.intent)) for text in texts]


def behaviour_of(parser: UtteranceParser, seed: int = 0) -> Behaviour:
    answered = list(zip(GOLD, parser.parse_many(one.text for one in GOLD), strict=True))
    return behave(parser.parse_many, answered, tiny.LEXICON, most=30, seed=seed)


@pytest.fixture(scope="module")
def table(tiny_parser: UtteranceParser) -> Behaviour:
    return behaviour_of(tiny_parser)


@pytest.mark.parametrize("test", behaviour_tests(tiny.LEXICON, GOLD), ids=lambda test: test.name)
def test_changes_carry_the_labels_along_and_are_the_same_for_the_same_seed(test) -> None:
    for one in GOLD:
        after = test.change(one, random.Random(1))
        assert after == test.change(one, random.Random(1))
        if after is not None:
            assert after.intent == one.intent
            assert [(s.entity, s.role) for s in after.spans] == [(s.entity, s.role) for s in one.spans]
            assert all(after.text[span.start : span.end].strip() for span in after.spans)


def test_other_values_are_other_ones(tiny_parser: UtteranceParser) -> None:
    change = {test.name: test.change for test in behaviour_tests(tiny.LEXICON, GOLD)}["other_value"]
    for one in GOLD:
        after = change(one, random.Random(2))
        if after is not None:
            pairs = zip(values_of(one, tiny.LEXICON), values_of(after, tiny.LEXICON), strict=True)
            assert all(before != now for before, now in pairs)


def test_the_table_adds_up(table: Behaviour) -> None:
    expected = dict(table.tests)
    assert all(0 <= one.passed <= one.tried and one.tried for one in table.cells)
    for one in table.cells:
        if expected[one.test] == "same":
            assert one.passed <= one.kept_intent <= one.tried
        if expected[one.test] == "another_intent":
            assert one.passed == one.tried - one.kept_intent
    for test, _ in table.tests:
        cells = [one for one in table.cells if one.test == test]
        failed = sum(one.tried - one.passed for one in cells)
        assert sum(one.test == test for one in table.failures) <= failed
        share = table.share(test)
        assert share is None if not cells else share == pytest.approx(1 - failed / sum(one.tried for one in cells))


def test_a_tiny_bot_keeps_its_answers_under_final_marks_and_other_values(table: Behaviour) -> None:
    assert table.share("final_marks") >= 0.9
    assert table.share("other_value") >= 0.8


def test_the_same_seed_gives_the_same_table(tiny_parser: UtteranceParser, table: Behaviour) -> None:
    assert behaviour_of(tiny_parser) == table
    assert behaviour_of(tiny_parser, seed=1) != table


def test_a_bot_that_always_says_the_same_keeps_all_it_should_change() -> None:
    rows = [LabelledUtterance(text, "greet") for text in ("반가워 친구", "좋은 아침", "오랜만이야 친구")]
    parrot = Parrot("greet")
    table = behave(parrot, list(zip(rows, parrot(one.text for one in rows), strict=True)), tiny.LEXICON)
    assert table.share("typo") == 1.0
    assert table.share("taken_back") == 0.0
    assert {one.test for one in table.failures} == {"taken_back"}
    assert {one.got for one in table.failures} == {"greet"}


def test_what_is_out_of_scope_need_not_change_and_nothing_understood_is_nothing_tried() -> None:
    rows = [LabelledUtterance("주식이 올랐을까", FALLBACK_INTENT)]
    parrot = Parrot(FALLBACK_INTENT)
    table = behave(parrot, [(rows[0], parrot([rows[0].text])[0])], tiny.LEXICON)
    assert table.share("taken_back") is None
    assert table.share("typo") == 1.0
    other = Parrot("greet")
    assert behave(other, [(rows[0], other([rows[0].text])[0])], tiny.LEXICON).cells == ()


def test_figures_that_a_bundle_keeps_quote_nobody(table: Behaviour) -> None:
    assert "failures" not in table.to_dict(with_texts=False)
    assert set(table.to_dict()) - set(table.to_dict(with_texts=False)) == {"failures"}


@pytest.mark.parametrize(
    ("text", "opposite"),
    [
        ("피자 시켜줘", "피자 시키지 마"),
        ("피자 시켜주세요!", "피자 시키지 마세요!"),
        ("날씨 알려줘~", "날씨 알려주지 마~"),
        ("날씨 알려주세요", "날씨 알려주지 마세요"),
        ("피자 주문할게", "피자 주문하지 마"),
        ("라면 먹고 싶어", "라면 먹고 싶지 않아"),
        ("날씨 어때", None),
        ("줘", None),
    ],
)
def test_an_order_is_negated_by_its_ending(text: str, opposite: str | None) -> None:
    after = negated(LabelledUtterance(text, "order"), random.Random(0))
    assert (after and after.text) == opposite


@pytest.mark.parametrize("text", ["예약 취소해줘", "응", "네 그래요", "아니야", "주문 그만", "안 갈래"])
def test_what_says_no_already_or_answers_a_question_is_not_taken_back(text: str) -> None:
    assert taken_back(LabelledUtterance(text, "any"), random.Random(0)) is None


def test_what_is_taken_back_says_so() -> None:
    after = taken_back(LabelledUtterance("판교 날씨 어때", "weather"), random.Random(3))
    assert after is not None
    assert says_no(after.text)
    assert after.text.startswith("판교 날씨 어때 ")
