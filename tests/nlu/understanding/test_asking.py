from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.types import FALLBACK_INTENT, IntentScore, LabelledUtterance
from nlu.understanding.asked_lines import AskedLines
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.fallback import FallbackRule, in_scope_score, promised_threshold
from nlu.understanding.json_form import render_parse
from nlu.understanding.parser import UtteranceParser
from tests.bundles import MemoryBundle
from tests.nlu import tiny

INTENTS = ("greet", FALLBACK_INTENT, "order", "price")
RULE = FallbackRule(threshold=0.2, ask_below=0.3, ask_from=0.1)


def asked(shares: list[float], familiarity: float = 1.0, rule: FallbackRule = RULE) -> tuple[str | None, ...]:
    ranking, verdict = rule.judge(INTENTS, np.array(shares), 1.0, familiarity)
    return tuple(one.name for one in rule.ask(ranking, verdict.score))


def test_two_intents_are_offered_between_two_thresholds() -> None:
    assert asked([0.05, 0.0, 0.9, 0.05]) == ()  # sure
    assert asked([0.05, 0.0, 0.5, 0.45]) == ("order", "price")  # understood, but close
    assert asked([0.1, 0.6, 0.25, 0.05]) == ("order", "greet")  # understood, but hardly likely
    assert asked([0.0, 0.85, 0.15, 0.0]) == ("order", "greet")  # not understood, but nearly
    assert asked([0.0, 0.95, 0.05, 0.0]) == ()  # nothing like what the bot is for
    assert asked([0.0, 1.0, 0.0, 0.0]) == ()
    many = ("greet", FALLBACK_INTENT, *(f"other{number}" for number in range(9)))
    ranking, verdict = RULE.judge(many, np.array([0.15, 0.0, 0.05, *[0.1] * 8]), 1.0, 1.0)
    assert (verdict.is_fallback, RULE.ask(ranking, verdict.score)) == (True, ())  # two of so many would be a guess too
    assert asked([0.05, 0.0, 0.9, 0.05], familiarity=0.2) == ("order", "greet")
    assert asked([0.05, 0.0, 0.5, 0.45], rule=replace(RULE, ask_below=0.0)) == ()


def test_there_is_nothing_to_choose_between_one_intent_and_none() -> None:
    names = ("order", FALLBACK_INTENT)
    ranking, verdict = RULE.judge(names, np.array([0.15, 0.85]), 1.0, 1.0)
    assert RULE.ask(ranking, verdict.score) == ()


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda some: sum(some) > 0),
    st.floats(0, 1),
    st.floats(0.01, 0.9),
    st.floats(0.001, 1),
)
def test_what_is_asked_is_what_the_lead_in_the_scores_says(
    shares: list[float], familiarity: float, threshold: float, below: float
) -> None:
    chances = np.array(shares) / sum(shares)
    rule = FallbackRule(threshold=threshold, ask_below=below, ask_from=threshold / 2)
    ranking, verdict = rule.judge(INTENTS, chances, 1.0, familiarity)
    first, second, _ = sorted((chances[at] for at, name in enumerate(INTENTS) if name != FALLBACK_INTENT), reverse=True)
    score, lead = in_scope_score(INTENTS, chances, familiarity), (first - second) * familiarity
    if min(abs(lead - below), abs(score - threshold), abs(score - threshold / 2)) < 1e-9:
        return
    if score == 0:
        assert rule.ask(ranking, verdict.score) == ()
    elif ranking[0].confidence < 1 or ranking[0].name != FALLBACK_INTENT:
        assert bool(rule.ask(ranking, verdict.score)) == (
            threshold / 2 <= score and (score < threshold or lead < below)
        )


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.5),
)
def test_more_asking_never_acts_wrongly_more_often(
    judged: list[tuple[float, bool]], one_rate: float, other_rate: float
) -> None:
    leads = [lead for lead, _ in judged]
    wrong: list[int] = []
    for rate in sorted((one_rate, other_rate)):
        below = promised_threshold(leads, rate, len(leads))
        assert sum(lead < below for lead in leads) <= rate * len(leads)
        # the plain oracle: no higher lead of the list could be the threshold and keep the promise of the next one
        higher = [lead for lead in leads if lead > below]
        assert all((sum(other < lead for other in leads) + 1) / (len(leads) + 1) > rate - 1e-9 for lead in higher)
        wrong.append(sum(lead >= below and not is_right for lead, is_right in judged))
    assert wrong[1] <= wrong[0]


def test_a_bundle_of_before_asks_nothing() -> None:
    before = MemoryBundle({"model.json": b'{"fallback": {"temperature": 1.0, "threshold": 0.2}}'})
    rule = FallbackRule.read(before)  # type: ignore[arg-type]
    assert (rule.ask_below, asked([0.05, 0.0, 0.5, 0.45], rule=rule)) == (0.0, ())


@pytest.fixture(scope="module")
def asking(tiny_parser: UtteranceParser) -> UtteranceParser:
    """It asks about everything that no line says."""
    model = tiny_parser.model
    written: dict[str, list[str]] = {}
    for one in tiny.corpus():
        written.setdefault(one.text, []).append(str(one.intent))
    lines = AskedLines.build(tiny.corpus(), written.__getitem__)
    return UtteranceParser(replace(model, asked=lines, rule=replace(model.rule, ask_below=1.1, ask_from=0.0)))


def test_an_answer_tells_which_two_to_offer_and_is_what_it_was_besides(
    asking: UtteranceParser, tiny_parser: UtteranceParser
) -> None:
    text = "피자 좀 어떻게 시켜 먹지"
    parse, plain = asking.parse(text), tiny_parser.parse(text)
    assert replace(parse, ask=plain.ask) == plain
    first, second = [one for one in parse.ranking if one.name != FALLBACK_INTENT][:2]
    assert [(one.name, one.confidence) for one in parse.ask] == [first, second]
    rendered = render_parse(parse)["ask"]
    assert [one["name"] for one in rendered] == [first.name, second.name]
    assert all(asking.parse(one["text"]).intent.name == one["name"] for one in rendered if "text" in one)
    assert "ask" not in render_parse(replace(parse, ask=()))
    assert asking.parse(text, top_n=1).ask == parse.ask
    assert asking.parse(text, intents=[str(second.name)]).ask == ()
    assert asking.parse("?!").ask == ()


def test_what_was_written_is_never_asked_about(asking: UtteranceParser) -> None:
    text = "피자 좀 어떻게 시켜 먹지"
    row = LabelledUtterance(text, "order_food")
    written = replace(asking.model, authored=AuthoredUtterances.of(b"", [row]))
    assert (asking.parse(text).ask != (), UtteranceParser(written).parse(text).ask) == (True, ())


def test_the_ranking_says_with_which_confidence(asking: UtteranceParser) -> None:
    parse = asking.parse("날씨나 좀")
    assert [IntentScore(one.name, one.confidence) for one in parse.ask] == [
        one for one in parse.ranking if one.name != FALLBACK_INTENT
    ][:2]
