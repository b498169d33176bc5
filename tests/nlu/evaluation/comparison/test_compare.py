"""Comparisons of what two models answered."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.evaluation.comparison import Comparison, compare
from nlu.evaluation.comparison.files import write_comparison
from nlu.evaluation.comparison.page import comparison_page
from nlu.evaluation.comparison.text import to_text
from nlu.evaluation.report import evaluate
from nlu.events import Notice
from nlu.types import LabelledUtterance, Parse
from tests.nlu.evaluation.comparison.some import answer, right, said

INTENTS = ("weather", "order", "nlu_fallback")
GOLD = [
    said("피자 둘", "order", (0, 2, "menu"), origin="a.txt:1"),
    said("라면 둘", "order", (0, 2, "menu"), origin="a.txt:1"),
    said("부산 날씨", "weather", (0, 2, "loc"), origin="a.txt:2"),
    said("서울 날씨", "weather", (0, 2, "loc"), origin="a.txt:2"),
    said("양자역학", "nlu_fallback", origin="a.txt:3"),
]


def some_answers(gold: list[LabelledUtterance], seed: int) -> list[Parse]:
    """Answers of which some are wrong."""
    rng = random.Random(seed)
    parses = right(gold)
    for at, one in enumerate(gold):
        if rng.random() < 0.4:
            kept = [(s.start, s.end, s.entity) for s in one.spans if rng.random() < 0.5]
            parses[at] = answer(one.text, rng.choice(INTENTS), *kept)
    return parses


def many(count: int, *, a_pattern: int = 1) -> list[LabelledUtterance]:
    return [said(f"피자 {at}", "order", (0, 2, "menu"), origin=f"a.txt:{at // a_pattern}") for at in range(count)]


def with_losses(gold: list[LabelledUtterance], losses: int) -> list[Parse]:
    """Right answers but for the first ones, whose intent is wrong."""
    wrong = [answer(one.text, "weather", (0, 2, "menu")) for one in gold[:losses]]
    return [*wrong, *right(gold[losses:])]


@settings(max_examples=20)
@given(st.integers(0, 50), st.integers(0, 50))
def test_the_scores_are_those_of_a_report(one: int, other: int) -> None:
    gold = [replace(said, text=f"{said.text} {n}") for n in range(4) for said in GOLD]
    old, new = some_answers(gold, one), some_answers(gold, other)
    found = compare(gold, old, new).slices["all"]
    for parses, side in ((old, "old"), (new, "new")):
        by_text = {parse.text: parse for parse in parses}
        scores = evaluate(by_text.__getitem__, gold).overall
        for name, figure in found.items():
            if name != "caught":
                assert getattr(figure.difference, side) == pytest.approx(getattr(scores, name)), name


def test_who_alone_is_right_is_told_utterance_by_utterance() -> None:
    old, new = right(GOLD), right(GOLD)
    old[0] = answer("피자 둘", "weather", (0, 2, "menu"))
    new[3] = answer("서울 날씨", "weather")
    new[4], old[4] = answer("양자역학", "order"), answer("양자역학", "weather")
    found = compare(GOLD, old, new)
    assert [(one.gold.text, one.right) for one in found.disagreements] == [
        ("피자 둘", "new"),
        ("서울 날씨", "old"),
        ("양자역학", "neither"),
    ]
    whole = found.slices["all"]["exact_match"]
    assert (whole.only_old, whole.only_new, whole.mcnemar) == (1, 1, 1.0)
    assert (found.utterances, found.clusters) == (5, 3)


def test_slices_are_compared_each_on_its_own_and_corrected_for_their_number() -> None:
    gold = many(400)
    groups = {
        "first": [at < 200 for at in range(400)],
        "second": [at >= 200 for at in range(400)],
        "empty": [False] * 400,
    }
    found = compare(gold, right(gold), with_losses(gold, 8), groups)
    assert list(found.slices) == ["all", "first", "second"]
    first, second = (found.slices[name]["intent_accuracy"] for name in ("first", "second"))
    assert (first.only_old, second.only_old) == (8, 0)
    assert first.corrected == pytest.approx(2 * first.difference.p)
    assert second.corrected == second.difference.p == 1.0


@pytest.mark.parametrize(
    ("losses", "a_pattern", "words"),
    [
        (0, 1, "B가 A보다 0.5 %p 넘게 나쁘지는 않습니다. 더 낫다고 할 만큼은 아닙니다."),
        (60, 1, "B가 A보다 나쁩니다."),
        (12, 12, "알 수 없습니다."),
    ],
)
def test_no_more_is_claimed_than_is_known(losses: int, a_pattern: int, words: str) -> None:
    gold = many(1_200, a_pattern=a_pattern)
    assert f"의도: {words}" in to_text(compare(gold, right(gold), with_losses(gold, losses)))


def test_a_slice_is_not_called_worse_when_many_slices_were_looked_at() -> None:
    gold = many(600)
    groups = {f"s{n}": [at % 30 == n for at in range(600)] for n in range(30)}
    unlucky = [at for at in range(600) if at % 30 == 0][:8]
    new = right(gold)
    for at in unlucky:
        new[at] = answer(gold[at].text, "weather", (0, 2, "menu"))
    figure = compare(gold, right(gold), new, groups).slices["s0"]["intent_accuracy"]
    assert figure.difference.high < 0
    assert figure.difference.p < 0.05 < figure.corrected
    assert figure.verdict(0.005) == "cannot_tell"


def test_entities_alone_can_be_compared() -> None:
    gold = [said(f"피자 {at}", None, (0, 2, "menu")) for at in range(10)]
    found = compare(gold, right(gold), [answer(one.text, "order") for one in gold])
    assert set(found.slices["all"]) == {"exact_match", "entity_f1"}
    assert found.entities_f1["menu"].difference.new == 0.0
    assert not found.intents
    assert "의도:" not in to_text(found)


def test_everything_is_written_as_json_and_as_a_page(tmp_path) -> None:
    found = compare(GOLD, some_answers(GOLD, 1), some_answers(GOLD, 2), {"x": [True] * 5}, names=("v1", "v2"),
                    notes=[Notice("compare.same", {"version": "v1"})])  # fmt: skip
    written = write_comparison(found, tmp_path / "reports")
    assert [path.name for path in written] == ["comparison.json", "comparison.html"]
    kept = json.loads(written[0].read_text(encoding="utf-8"))
    assert (kept["old"], kept["new"]) == ("v1", "v2")
    assert kept["slices"]["x"]["exact_match"].keys() >= {"difference", "low", "high", "p_mcnemar", "p_holm", "verdict"}
    page = written[1].read_text(encoding="utf-8")
    assert "같은 모델을 두 번 적었습니다(v1)" in page
    assert all(f'id="{name}"' in page for name in ("slices", "intents", "entities", "utterances"))


def test_a_page_of_many_intents_and_utterances_is_below_a_megabyte() -> None:
    rng = random.Random(0)
    gold = [said(f"피자 {at} 주문해 주세요 {rng.random()}", f"intent_{at % 60}", (0, 2, "menu")) for at in range(2_000)]
    old = [answer(one.text, f"intent_{rng.randrange(60)}") for one in gold]
    found = compare(gold, old, right(gold), {f"s{n}": [at % 4 == n for at in range(2_000)] for n in range(4)})
    assert len(found.disagreements) > 1_500
    assert len(comparison_page(found).encode()) < 1_000_000


def test_answers_that_are_missing_are_refused() -> None:
    for gold, old, new in [([], [], []), (GOLD, right(GOLD), right(GOLD)[1:])]:
        with pytest.raises(ValueError, match="expected answers to"):
            compare(gold, old, new)


def test_the_same_answers_and_seed_give_the_same_bytes() -> None:
    def made() -> Comparison:
        return compare(GOLD, some_answers(GOLD, 1), some_answers(GOLD, 2), seed=3)

    assert comparison_page(made()) == comparison_page(made())
