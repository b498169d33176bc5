from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scope_models import Scored, compare
from benchmarks.scope_scores import Array
from nlu.types import LabelledUtterance

pytestmark = pytest.mark.slow

INSIDE = [LabelledUtterance(str(number), "order") for number in range(100)]
OUTSIDE = [LabelledUtterance("8.5", None)]


class ByNumber(Scored):
    """Scores an utterance by the number it says; misunderstands those below ten."""

    def __init__(self) -> None:
        pass

    def scores(self, utterances: list[LabelledUtterance]) -> dict[str, Array]:
        return {"number": np.array([float(utterance.text) for utterance in utterances])}

    def thresholds(self) -> dict[str, float]:
        return {"number": 2.0}

    def confidences(self, utterances: list[LabelledUtterance]) -> list[tuple[float, bool]]:
        return [(0.9, float(utterance.text) >= 10) for utterance in utterances]


def test_to_reject_what_is_misunderstood_costs_nothing_beside_what_is_right() -> None:
    (row,) = compare(ByNumber(), INSIDE, OUTSIDE)
    assert (row["caught"], row["caught_beside_right"]) == (0.0, 1.0)


def test_the_other_columns_are_of_all_that_is_in_scope() -> None:
    (row,) = compare(ByNumber(), INSIDE, OUTSIDE)
    assert (row["auroc"], row["accuracy"]) == (0.91, 0.9)
    assert (row["held_out_false_rejects"], row["held_out_caught"]) == (0.02, 0.0)
    assert round(float(str(row["ece"])), 9) == 0
