from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.data import hold_out, read_task, subset, without_entities, without_intents
from nlu.errors import SourceErrors, UnknownChoiceError
from nlu.types import LabelledUtterance
from tests.benchmarks.toy import utterances, write_task

labelled = st.lists(st.sampled_from(["a", "b", "c", None]), min_size=1, max_size=60).map(
    lambda intents: [LabelledUtterance(f"발화 {number}", intent) for number, intent in enumerate(intents)]
)
seeds = st.integers(0, 5)


def test_every_part_that_is_there_is_read(tmp_path: Path) -> None:
    data = write_task(tmp_path / "toy", utterances(), ("train", "test"))
    task = read_task(data, "toy")
    assert (task.name, sorted(task.parts)) == ("toy", ["test", "train"])
    assert [(row.text, row.intent, row.spans) for row in task.train] == [
        (row.text, row.intent, row.spans) for row in utterances()
    ]


def test_a_part_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    task = read_task(write_task(tmp_path / "toy", utterances()), "toy")
    with pytest.raises(UnknownChoiceError, match="no part 'test'; there are: train, dev"):
        task.part("test")


def test_an_unknown_task_is_answered_with_those_that_are_there(tmp_path: Path) -> None:
    data = write_task(tmp_path / "toy", utterances())
    with pytest.raises(UnknownChoiceError, match="no task 'tou'; there are: toy"):
        read_task(data, "tou")


def test_a_missing_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError) as error:
        read_task(tmp_path / "nowhere", "toy")
    assert error.value.filename == str(tmp_path / "nowhere")


def test_a_broken_line_is_named_with_its_place(tmp_path: Path) -> None:
    data = write_task(tmp_path / "toy", utterances()[:1])
    (data / "toy" / "train.jsonl").write_text('{"intent": "greet"}\n', encoding="utf-8")
    with pytest.raises(SourceErrors, match=r"train\.jsonl:1:"):
        read_task(data, "toy")


def test_a_limit_holds_for_every_part(tmp_path: Path) -> None:
    task = read_task(write_task(tmp_path / "toy", utterances()), "toy").limited_to(5)
    assert [len(part) for part in task.parts.values()] == [5, 5]


@given(labelled, st.floats(0.01, 1), seeds)
def test_a_subset_keeps_the_proportion_of_each_intent_and_one_at_least(rows, share, seed) -> None:
    counts = Counter(row.intent for row in rows)
    kept = Counter(row.intent for row in subset(rows, share, seed))
    assert kept == {intent: max(1, round(share * count)) for intent, count in counts.items()}


@given(labelled, st.floats(0.01, 1), st.floats(0.01, 1), seeds)
def test_a_larger_subset_holds_a_smaller_one_in_the_same_order(rows, one, other, seed) -> None:
    small, large = subset(rows, min(one, other), seed), subset(rows, max(one, other), seed)
    assert [row for row in large if row in small] == list(small)


@given(labelled, seeds)
def test_the_whole_is_its_own_subset(rows, seed) -> None:
    assert list(subset(rows, 1.0, seed)) == rows


@pytest.mark.parametrize("share", [0.0, 1.1, -0.5])
def test_a_subset_of_no_sensible_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match=f"expected 0 < share <= 1, got {share}"):
        subset(utterances(), share)


@given(labelled, st.floats(0, 0.9), seeds)
def test_holding_out_parts_the_utterances_in_two(rows, share, seed) -> None:
    learned, held = hold_out(rows, share, seed)
    assert sorted([*learned, *held], key=rows.index) == rows


@given(labelled, st.floats(0, 0.9), seeds)
def test_holding_out_takes_no_more_than_asked_for_and_leaves_every_intent(rows, share, seed) -> None:
    learned, held = hold_out(rows, share, seed)
    assert {row.intent for row in learned} == {row.intent for row in rows}
    assert len(held) <= share * len(rows) + max(Counter(row.text for row in rows).values(), default=0) + 2


def test_whole_patterns_are_held_out() -> None:
    rows = [LabelledUtterance(f"{number}", "a", (), f"pattern {number // 7}") for number in range(70)]
    learned, held = hold_out(rows, 0.2)
    assert len(held) == 14
    assert not {row.origin for row in learned} & {row.origin for row in held}


def test_another_seed_holds_out_other_utterances() -> None:
    assert hold_out(utterances(), 0.3, 0) == hold_out(utterances(), 0.3, 0) != hold_out(utterances(), 0.3, 1)


def test_labels_can_be_taken_away() -> None:
    rows = utterances()
    assert {row.intent for row in without_intents(rows)} == {None}
    assert [row.spans for row in without_intents(rows)] == [row.spans for row in rows]
    assert {row.spans for row in without_entities(rows)} == {()}
    assert [row.intent for row in without_entities(rows)] == [row.intent for row in rows]
