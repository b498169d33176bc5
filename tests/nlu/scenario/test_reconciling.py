from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.scenario.reconciling import reconcile
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, Parse
from tests.nlu.scenario.talks import RULES, said

UNSURE = said("피자 두 판요", None, "menu=피자", "count=두 판", confidence=0.5)


def intent_of(parse: Parse) -> str | None:
    return reconcile(RULES, parse).intent.name


@pytest.mark.parametrize(
    "parse",
    [
        UNSURE,
        said("피자 두 판 판교", "route", "menu=피자", "count=두 판", "loc=판교", confidence=0.4),
        replace(said("피자 두 판", "route", "menu=피자", "count=두 판"), fallback=Fallback("unsure", 0.1, 0.5)),
    ],
)
def test_values_that_fill_one_scenario_mean_it_where_the_networks_are_not_sure(parse: Parse) -> None:
    assert intent_of(parse) == "order"


@pytest.mark.parametrize(
    ("parse", "intent"),
    [
        (said("피자 두 판", "route", "menu=피자", "count=두 판"), "route"),
        (replace(said("피자 두 판", "route", "menu=피자", "count=두 판", confidence=0.5), source="pattern"), "route"),
        (said("피자", None, "menu=피자"), FALLBACK_INTENT),
        (said("피자 두 판 내일", None, "menu=피자", "count=두 판", "date=내일"), FALLBACK_INTENT),
        (said("피자 두 판이 왜 이렇게 비싸", None, "menu=피자", "count=두 판"), FALLBACK_INTENT),
        (said("피자 말고 치킨 두 판", None, "-menu=피자", "menu=치킨", "count=두 판"), FALLBACK_INTENT),
        (said("판교 강남", None, "loc=판교", "loc=강남"), FALLBACK_INTENT),
        (said("글쎄"), FALLBACK_INTENT),
    ],
)
def test_else_the_intent_stays(parse: Parse, intent: str) -> None:
    assert intent_of(parse) == intent


def test_a_slot_that_another_makes_needless_need_not_be_said() -> None:
    order = RULES.by_intent["order"]
    slots = tuple(replace(slot, unless="loc") if slot.name == "count" else slot for slot in order.slots)
    rules = replace(RULES, by_intent={"order": replace(order, slots=slots)})
    parse = said("피자 판교", None, "menu=피자", "loc=판교")
    assert (reconcile(rules, parse).intent.name, intent_of(parse)) == ("order", FALLBACK_INTENT)


def test_a_reconciled_intent_leads_the_ranking_and_is_understood() -> None:
    ranking = (IntentScore("route", 0.5), IntentScore("order", 0.4))
    parse = reconcile(RULES, replace(UNSURE, intent=ranking[0], ranking=ranking))
    assert (parse.intent, parse.ranking) == (ranking[1], ranking[::-1])
    assert not parse.fallback.is_fallback
