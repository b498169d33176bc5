"""What is decided of a candidate, from figures alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.events import Notice
from nlu.messages import word
from nlu.promotion.book import Demand, Failure
from nlu.promotion.decide import Verdict, decide
from nlu.promotion.evidence import Change, Compared, Evidence, Pairs
from nlu.promotion.policy import Policy, Ranges

SAME = Compared("old", exact=Pairs((True,), (True,), ("a",)), tested=1)


def pairs(hits: int, lost: int, gained: int, missed: int = 0, clusters: int = 0) -> Pairs:
    """So many that both have right, only the old one, only the new one, neither; each alone, or in so many clusters."""
    count = hits + lost + gained + missed
    order = random.Random(0).sample(range(count), count)
    old = [at < hits + lost for at in range(count)]
    new = [at < hits or hits + lost <= at < hits + lost + gained for at in range(count)]
    names = tuple(str(at % clusters if clusters else at) for at in range(count))
    return Pairs(tuple(old[at] for at in order), tuple(new[at] for at in order), names)


def judged(policy: Policy | None = None, **compared: object) -> Verdict:
    return decide(policy or Policy(), Evidence("new", compared=replace(SAME, **compared)))


def outcomes(verdict: Verdict) -> dict[str, str]:
    return {check.name: check.outcome for check in verdict.checks}


def test_the_first_version_answers_if_it_keeps_the_book_and_the_ranges() -> None:
    assert decide(Policy(), Evidence("new", book=3, figures={"exact_match": 0.2})).is_promoted
    strict = Policy(ranges=Ranges(exact_match=(0.5, 1.0)))
    verdict = decide(strict, Evidence("new", figures={"exact_match": 0.2, "caught": None}))
    assert [check.name for check in verdict.failed] == ["exact_match"]


def test_one_line_of_the_book_holds_a_candidate_back() -> None:
    failure = Failure(Demand("a", "must.jsonl:1"), "[b]", Notice("book.must_not", {"got": "b"}))
    verdict = decide(Policy(), Evidence("new", book=3, failures=(failure,)))
    assert [check.name for check in verdict.failed] == ["book"]


def test_an_intent_that_vanished_holds_a_candidate_back_unless_it_may() -> None:
    assert outcomes(judged(gone=("weather",)))["gone"] == "failed"
    assert judged(Policy(may_vanish=("weather",)), gone=("weather",)).is_promoted
    assert not judged(Policy(may_vanish=("weather",)), gone=("greet", "weather")).is_promoted


def test_the_same_answers_are_no_worse() -> None:
    assert outcomes(judged(exact=pairs(1900, 0, 0, 100)))["exact"] == "passed"


def test_a_loss_that_is_sure_holds_a_candidate_back() -> None:
    verdict = judged(exact=pairs(1800, 70, 30, 100))
    assert outcomes(verdict)["exact"] == "failed"
    assert "나빠졌습니다" in word(verdict.failed[0].notice.code, verdict.failed[0].notice.values, "ko")


def test_few_examples_hold_nothing_back_but_a_great_loss() -> None:
    assert outcomes(judged(exact=pairs(35, 2, 1, 2)))["exact"] == "unsure"
    assert outcomes(judged(exact=pairs(21, 2, 0, 1)))["exact"] == "unsure"  # eight points, but chance does that
    assert outcomes(judged(exact=pairs(26, 9, 3, 2)))["exact"] == "failed"
    assert judged(Policy(unsure=0.2), exact=pairs(26, 9, 3, 2)).is_promoted


def test_a_loss_of_two_points_must_be_all_but_ruled_out_even_where_nobody_can_tell() -> None:
    """Whoever loses nothing that is seen is not held back, however few the patterns."""
    lost = pairs(1700, 130, 105, 65, clusters=60)
    assert outcomes(judged(exact=lost))["exact"] == "failed"
    assert judged(Policy(unsure=0.06), exact=lost).is_promoted
    assert judged(exact=pairs(1700, 120, 120, 60, clusters=60)).is_promoted
    assert judged(exact=pairs(20, 0, 0, clusters=2)).is_promoted


def test_a_pattern_that_fails_as_a_whole_is_one_thing_not_sixty() -> None:
    """Fifteen utterances of one pattern are no proof against a candidate; fifteen of fifteen patterns are."""
    one_pattern = Pairs((True,) * 2000, (False,) * 15 + (True,) * 1985, tuple(str(max(at, 14)) for at in range(2000)))
    assert outcomes(judged(exact=one_pattern))["exact"] == "unsure"
    assert outcomes(judged(exact=pairs(1985, 15, 0)))["exact"] == "failed"


def test_an_intent_with_enough_examples_must_not_get_worse() -> None:
    worse, fine, few = pairs(60, 30, 2), pairs(90, 2, 2), pairs(0, 19, 0)
    verdict = judged(by_intent={"a": worse, "b": fine, "c": few}, by_entity={"menu": fine})
    assert [check.name for check in verdict.failed] == ["intent:a"]
    assert judged(by_intent={"c": few}).is_promoted
    assert not judged(Policy(least=10), by_intent={"c": few}).is_promoted


def test_of_many_intents_one_is_worse_by_chance() -> None:
    """One in twenty has a p of 5 %: that is what Holm's correction is for."""
    alone = pairs(90, 7, 1)
    assert not judged(by_intent={"a": pairs(90, 9, 1)}).is_promoted
    many = {str(at): pairs(90, 3, 3) for at in range(40)}
    assert judged(by_intent={"a": alone, **many}).is_promoted


def test_an_intent_that_collapses_holds_back_even_if_its_patterns_are_few() -> None:
    assert not judged(by_intent={"a": pairs(10, 30, 0, clusters=2)}).is_promoted
    assert judged(by_intent={"a": pairs(30, 10, 0, clusters=2)}).is_promoted


@pytest.mark.parametrize(
    ("name", "within", "beyond"),
    [
        ("calibration", Change(0.05, 0.1), Change(0.05, 0.2)),
        ("milliseconds", Change(1.0, 2.5), Change(1.0, 3.5)),
        ("megabytes", Change(10.0, 12.0), Change(10.0, 40.0)),
    ],
)
def test_costs_and_calibration_stay_within_bounds(name: str, within: Change, beyond: Change) -> None:
    intents = pairs(95, 2, 2, 1)
    assert judged(intents=intents, **{name: within}).is_promoted
    assert [check.name for check in judged(intents=intents, **{name: beyond}).failed] == [name]


def test_sturdiness_may_fall_a_little() -> None:
    assert judged(sturdiness=pairs(360, 10, 6, 24)).is_promoted
    assert not judged(sturdiness=pairs(340, 30, 6, 24)).is_promoted
    assert judged(sturdiness=pairs(1900, 40, 14, 46)).is_promoted  # surely a loss, but of no more than is allowed
    assert not judged(intents=pairs(1900, 40, 14, 46)).is_promoted


def test_a_draft_takes_the_place_of_a_draft_only() -> None:
    draft = Evidence("new", is_draft=True)
    assert decide(Policy(), draft).is_promoted
    assert decide(Policy(), replace(draft, compared=replace(SAME, is_draft=True, gone=("a",)))).is_promoted
    assert not decide(Policy(), replace(draft, compared=SAME)).is_promoted


def test_a_real_model_takes_the_place_of_a_draft_without_comparison() -> None:
    assert judged(is_draft=True, gone=("a",)).is_promoted


def test_without_anything_to_compare_it_is_said() -> None:
    verdict = decide(Policy(), Evidence("new", compared=Compared("old")))
    assert verdict.is_promoted
    assert outcomes(verdict)["compared"] == "unsure"


@settings(max_examples=10)  # each draws clusters again some thousand times
@given(st.integers(0, 2**32), st.integers(0, 60), st.sampled_from([0, 10, 40]))
def test_a_candidate_that_only_gains_is_never_held_back(seed: int, gained: int, clusters: int) -> None:
    found = pairs(50, 0, gained, 60 - gained, clusters)
    order = random.Random(seed).sample(range(110), 110)
    shuffled = Pairs(*(tuple(each[at] for at in order) for each in (found.old, found.new, found.clusters)))
    assert judged(exact=shuffled, intents=shuffled, by_intent={"a": shuffled}).is_promoted
