from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.adjustment.judge import Answers, Bounds, find_fault

GOOD = Answers(1000, 50, 5, seconds=0.002)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (replace(GOOD, failures=1, error="BundleError"), "beside.failures"),
        (replace(GOOD, count=5, slow=3), "beside.slow"),
        (replace(GOOD, seconds=0.0061), "beside.slower"),
        (replace(GOOD, fallbacks=150), "beside.fallbacks"),
        (replace(GOOD, complaints=60), "beside.complaints"),
    ],
)
def test_what_is_surely_worse_is_found(new: Answers, code: str) -> None:
    assert find_fault(GOOD, new, Bounds()).code == code


@pytest.mark.parametrize(
    "new",
    [
        GOOD,
        Answers(),
        Answers(49, 49),
        replace(GOOD, seconds=0.005),
        replace(GOOD, fallbacks=60),
        replace(GOOD, complaints=9),
        Answers(40, seconds=0.9, fallbacks=40),
    ],
)
def test_what_is_as_good_or_not_yet_known_goes_on(new: Answers) -> None:
    assert find_fault(GOOD, new, Bounds()) is None


def test_slow_answers_are_no_fault_where_the_active_version_is_as_slow() -> None:
    assert find_fault(replace(GOOD, slow=400), replace(GOOD, slow=500), Bounds()) is None
