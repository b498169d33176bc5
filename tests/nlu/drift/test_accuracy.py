from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.drift.accuracy import Expected, atc_threshold, estimates
from nlu.drift.reading import Reader
from tests.nlu.drift.examples import heard


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=50, unique=True), st.data())
def test_as_many_reach_the_threshold_as_were_right(confidences: list[float], data: st.DataObject) -> None:
    rounded = np.unique(np.round(confidences, 6))
    right = data.draw(st.integers(0, len(rounded)))
    reached = int((rounded >= atc_threshold(rounded, right)).sum())
    assert reached == right or (right == 0 and rounded.max() == 1.0)


def test_on_utterances_like_the_reference_the_estimates_are_its_accuracy(reader: Reader) -> None:
    sample = reader.read(heard(2_000, seed=20))
    expected = Expected.of(sample)
    assert expected.accuracy == pytest.approx(0.8, abs=0.03)
    for one in estimates(sample, expected):
        assert one.value == pytest.approx(expected.accuracy, abs=1e-6)
        assert one.low < one.value < one.high


def test_without_labels_only_the_confidence_says_anything(reader: Reader) -> None:
    sample = reader.read([one._replace(is_right=None) for one in heard(100)])
    (only,) = estimates(sample, Expected())
    assert only.method == "confidence"
    assert only.value == pytest.approx(sample.confidences.mean())
