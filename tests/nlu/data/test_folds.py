"""Folds of a data set: whole patterns, and whole groups of wordings, are left out in turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.folds import deal
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.errors import InputError
from nlu.types import LabelledUtterance, Span


def a_row(pattern: int, number: int, part: str = "train", label: str = "") -> DatasetRow:
    spans = (Span(0, 2, label),) if label else ()
    origin, intent = f"p.txt:{pattern}", "ab"[pattern % 2]
    return DatasetRow(LabelledUtterance(f"말하기 {pattern} {number}", intent, spans, origin), part)


def of_patterns(count: int) -> list[DatasetRow]:
    """Each pattern has utterances in all parts, rough ones in train."""
    parts = ("train", "train", "dev", "test", "refit")
    return [a_row(pattern, number, part) for pattern in range(count) for number, part in enumerate(parts)]


@given(st.integers(8, 30), st.integers(2, 5), st.integers(0, 9))
def test_every_pattern_is_tested_in_one_fold_and_learned_in_none_that_tests_it(
    patterns: int, count: int, seed: int
) -> None:
    rows = of_patterns(patterns)
    tested: list[str] = []
    for fold in deal(rows, count, seed):
        parts = {p: {row.utterance.origin for row in fold.dataset.part(p)} for p in ("train", "dev", "test")}
        assert not parts["train"] & parts["test"]
        assert not parts["dev"] & (parts["train"] | parts["test"])
        assert all(row.slice.unseen_pattern for p in ("dev", "test") for row in fold.dataset.part(p))
        tested += sorted(parts["test"])
    assert sorted(tested) == sorted({row.utterance.origin for row in rows})


def test_folds_are_of_like_sizes_and_have_every_intent() -> None:
    sizes = [fold.dataset.part("test") for fold in deal(of_patterns(22), 4, 0)]
    assert max(map(len, sizes)) - min(map(len, sizes)) <= 4
    assert all({row.utterance.intent for row in part} == {"a", "b"} for part in sizes)


def test_roughened_copies_are_learned_but_not_tested() -> None:
    for fold in deal(of_patterns(8), 2, 0):
        assert {row.utterance.text[-1] for row in fold.dataset.part("test")} == {"2", "3"}
        assert {row.utterance.text[-1] for row in fold.dataset.part("train")} == set("01234")


def test_what_only_one_pattern_says_is_always_learned() -> None:
    rows = [
        *of_patterns(8),
        a_row(20, 0, label="color"),
        DatasetRow(LabelledUtterance("딱 하나", "c", origin="p.txt:30")),
    ]
    folds = deal(rows, 2, 0)
    assert (folds.always_learned(), folds.tested()) == (2, 8)
    for fold in folds:
        assert {"p.txt:20", "p.txt:30"} <= {row.utterance.origin for row in fold.dataset.part("train")}


def test_wordings_of_one_request_stay_together() -> None:
    texts = ["안 읽은 메일만 지워", "안 읽은 메일 지울까", "답장 써", "답장 써 줘", "새 편지", "일정 잡아", "회의 언제"]
    rows = [DatasetRow(LabelledUtterance(t, "mail", origin=f"r:{n}"), "train", IMPORTED) for n, t in enumerate(texts)]
    for fold in deal(rows, 2, 1):
        tested = {row.utterance.text for row in fold.dataset.part("test")}
        assert ("답장 써" in tested) == ("답장 써 줘" in tested)
        assert {row.slice for row in fold.dataset.part("test")} == {IMPORTED}


def test_a_text_that_is_tested_is_not_learned_from_another_pattern() -> None:
    rows = of_patterns(8)
    rows += [DatasetRow(LabelledUtterance("겹치는 말", "a", origin=f"p.txt:{n}"), "test") for n in (0, 2, 4, 6)]
    for fold in deal(rows, 4, 0):
        texts = [{row.utterance.text for row in fold.dataset.part(part)} for part in ("train", "test")]
        assert not texts[0] & texts[1]


def test_the_same_seed_deals_the_same() -> None:
    rows = of_patterns(12)
    assert deal(rows, 3, 5) == deal(rows, 3, 5)
    assert deal(rows, 3, 5).fold_of != deal(rows, 3, 6).fold_of


def test_fewer_patterns_than_folds_are_refused() -> None:
    with pytest.raises(InputError, match="expected at least as many patterns"):
        deal(of_patterns(4), 5, 0)
