"""Bins of confidence and the fallback curve, against plain definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.calibration import Judged, bins_of, threshold_curve
from nlu.evaluation.metrics import expected_calibration_error

SHARE = st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.2, 1 / 3, 0.6, 2 / 3, 1.0])
JUDGED = st.builds(Judged, SHARE, st.booleans(), st.booleans())


@given(st.lists(st.tuples(SHARE, st.booleans()), min_size=1), st.integers(1, 20))
def test_the_bins_add_up_to_the_calibration_error(decisions: list[tuple[float, bool]], bins: int) -> None:
    found = bins_of(decisions, bins)
    assert [len(found), sum(one.count for one in found)] == [bins, len(decisions)]
    gap = sum(abs(one.count * (one.confidence or 0) - one.right) for one in found) / len(decisions)
    error = expected_calibration_error([a for a, _ in decisions], [b for _, b in decisions], bins)
    assert gap == pytest.approx(error, abs=1e-9)


@given(st.lists(JUDGED, min_size=1, max_size=20), SHARE)
def test_each_threshold_rejects_what_is_below_it(judged: list[Judged], chosen: float) -> None:
    points = threshold_curve(judged, chosen, steps=5)
    assert chosen in [point.threshold for point in points]
    for point in points:
        rejects = [one.score < point.threshold or one.score == 0 for one in judged]
        inside = [no for one, no in zip(judged, rejects, strict=True) if one.in_scope]
        outside = [no for one, no in zip(judged, rejects, strict=True) if not one.in_scope]
        assert point.false_rejects == (pytest.approx(sum(inside) / len(inside)) if inside else None)
        assert point.caught == (pytest.approx(sum(outside) / len(outside)) if outside else None)
        right = [
            no if not one.in_scope else one.ranks_right and not no for one, no in zip(judged, rejects, strict=True)
        ]
        assert point.accuracy == pytest.approx(sum(right) / len(right))
