from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.image import imread

from nlu.evaluation import plots, tables
from nlu.evaluation.report import Report

pytestmark = pytest.mark.slow

CONFIDENCES = [(0.05, False), (0.4, True), (0.95, True), (1.0, True), (0.0, False)]


def confusion_matrix(counts: dict[str, dict[str, int]]) -> bytes:
    return plots.confusion_matrix(tables.confusion(Report({}, {}, {}, counts, ())))


def pixels(picture: bytes) -> np.ndarray:
    return imread(io.BytesIO(picture), format="png")


@pytest.mark.parametrize("intents", [1, 3, 60])
def test_confusion_matrix_is_a_png_that_grows_with_the_intents(intents: int) -> None:
    names = [f"intent_{number}" for number in range(intents)]
    image = pixels(confusion_matrix({name: {name: 8, "nlu_fallback": 2} for name in names}))
    assert image.shape[0] == image.shape[1] >= 600
    assert image.std() > 0
    assert intents < 60 or image.shape[0] > 2000


def test_confusion_matrix_shows_what_was_confused() -> None:
    right = confusion_matrix({"a": {"a": 9, "b": 1}, "b": {"b": 10}})
    wrong = confusion_matrix({"a": {"a": 1, "b": 9}, "b": {"b": 10}})
    assert not np.array_equal(pixels(right), pixels(wrong))


def test_names_in_hangul_are_no_trouble() -> None:
    assert pixels(confusion_matrix({"주문": {"주문": 1, "취소": 2}})).std() > 0


@pytest.mark.parametrize("draw", [plots.confidence_histogram, plots.reliability_diagram])
def test_pictures_of_confidences_are_pngs(draw) -> None:
    full, empty = pixels(draw(CONFIDENCES)), pixels(draw([]))
    assert full.shape == empty.shape
    assert not np.array_equal(full, empty)
