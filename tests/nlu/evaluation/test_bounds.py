from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.errors import InputError, UnknownChoiceError
from nlu.evaluation.bounds import FIGURES, Bound, failures

SLICES = {"all": {"intent_accuracy": 0.9, "false_rejects": 0.06, "caught": None}, "imported": {"entity_f1": 0.7}}


@pytest.mark.parametrize(
    ("text", "slice_", "figure", "value"),
    [
        ("0.9", "all", "intent_accuracy", 0.9),
        (".5", "all", "intent_accuracy", 0.5),
        ("1", "all", "intent_accuracy", 1.0),
        ("entity_f1=0.85", "all", "entity_f1", 0.85),
        ("unseen_pattern/seen_value:exact_match=0", "unseen_pattern/seen_value", "exact_match", 0.0),
    ],
)
def test_bounds_are_read(text: str, slice_: str, figure: str, value: float) -> None:
    assert Bound.parse(text) == Bound(slice_, figure, value)


@pytest.mark.parametrize("text", ["90", "entity_f1=85", "1.5"])
def test_a_percent_is_refused_with_the_part_that_it_is(text: str) -> None:
    with pytest.raises(InputError, match="a part goes from 0 to 1"):
        Bound.parse(text)


@pytest.mark.parametrize("text", ["", "many", "-0.1", "nan", "inf", "1e9", "entity_f1=", "101", "٠.٥"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="expected a part from 0 to 1"):
        Bound.parse(text)


def test_unknown_figures_and_slices_are_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownChoiceError, match="intent_accuracy"):
        Bound.parse("accuracy=0.9")
    with pytest.raises(UnknownChoiceError, match="imported"):
        failures([Bound.parse("new:entity_f1=0.5")], SLICES)


def test_missed_bounds_are_told_and_kept_ones_are_not() -> None:
    bounds = [
        *(Bound.parse(text) for text in ("0.9", "0.91", "imported:entity_f1=0.8", "caught=0.5")),
        *(Bound.parse(text, is_least=False) for text in ("false_rejects=0.06", "false_rejects=0.05")),
    ]
    assert failures(bounds, SLICES) == [
        "all intent_accuracy: 0.9000 (기준: 0.91 이상)",
        "imported entity_f1: 0.7000 (기준: 0.8 이상)",
        "all caught: 잴 발화가 없습니다",
        "all false_rejects: 0.0600 (기준: 0.05 이하)",
    ]


@given(st.sampled_from(FIGURES), st.floats(0, 1), st.floats(0, 1))
def test_a_figure_is_never_both_above_and_below_its_bound(figure: str, value: float, found: float) -> None:
    bounds = [Bound("all", figure, value, is_least) for is_least in (True, False)]
    assert len(failures(bounds, {"all": {figure: found}})) <= 1
