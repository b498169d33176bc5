import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.statistics import student_chance, student_quantile, wilson


@given(st.floats(0.001, 0.999), st.integers(1, 2_500))
def test_student_agrees_with_scipy(chance, freedom):
    stats = pytest.importorskip("scipy.stats")
    assert student_quantile(chance, freedom) == pytest.approx(stats.t.ppf(chance, freedom), rel=2e-3, abs=1e-9)


@given(st.floats(-50, 50), st.integers(1, 2_500))
def test_chance_of_student_agrees_with_scipy(value, freedom):
    stats = pytest.importorskip("scipy.stats")
    assert student_chance(value, freedom) == pytest.approx(stats.t.cdf(value, freedom), abs=1e-4)


@pytest.mark.parametrize(("hits", "count"), [(0, 1), (0, 20), (9, 10), (20, 20), (1_990, 2_000)])
def test_wilson_agrees_with_scipy(hits, count):
    stats = pytest.importorskip("scipy.stats")
    expected = stats.binomtest(hits, count).proportion_ci(method="wilson")
    found = wilson(hits, count)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_of_nothing_the_share_may_be_anything():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_what_is_no_share_or_chance_is_refused():
    with pytest.raises(ValueError, match="expected 0 <= hits <= count, got hits=3, count=2"):
        wilson(3, 2)
    with pytest.raises(ValueError, match=r"expected a level in \(0, 1\), got 95"):
        wilson(1, 2, level=95)
    with pytest.raises(ValueError, match=r"expected a chance in \(0, 1\) and freedom of at least 1, got 1 and 3"):
        student_quantile(1, 3)
