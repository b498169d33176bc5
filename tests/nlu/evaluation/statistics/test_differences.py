import numpy as np
import pytest

from nlu.evaluation.statistics import (
    Counts,
    clusters_of,
    difference,
    f1_difference,
    macro_f1_difference,
    student_quantile,
    verdict,
)
from nlu.types import LabelledUtterance
from tests import oracles


def flipped(count: int, losses: int, gains: int) -> tuple[list[bool], list[bool]]:
    """Answers of two models that differ in so many utterances."""
    old = [True] * losses + [False] * gains + [True] * (count - losses - gains)
    return old, [False] * losses + [True] * gains + old[losses + gains :]


def test_the_error_is_that_of_every_way_of_drawing_the_clusters_again():
    clusters = ["a", "a", "b", "c", "c"]
    old, new = [1, 1, 0, 1, 0], [0, 1, 1, 1, 1]
    imagined = [*clusters, "only old", "only new"]
    rows_old, rows_new = ([(hit, 1) for hit in hits] for hits in ([*old, 1, 0], [*new, 0, 1]))
    error = oracles.bootstrap_error(imagined, rows_old, rows_new)
    found = difference(old, new, clusters, draws=100_000, level=0.5)
    effective = 25 / 9
    half = student_quantile(0.75, int(effective) - 1) * error * (3 / 2) ** 0.5
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.01)
    assert found.p == pytest.approx(oracles.sign_flip_chance([-1, 1, 1]))


def test_f1_and_macro_f1_are_those_of_the_counts():
    old = Counts(correct=[1, 0, 2, 0], predicted=[1, 1, 2, 0], gold=[1, 1, 3, 1])
    new = Counts(correct=[1, 1, 2, 0], predicted=[1, 1, 2, 0], gold=[1, 1, 3, 1])
    found = f1_difference(old, new)
    assert (found.old, found.new) == pytest.approx((2 * 3 / (4 + 6), 2 * 4 / (4 + 6)))
    both = macro_f1_difference([old, new], [new, new])
    assert both.point == pytest.approx(found.point / 2)


def test_whether_an_utterance_is_right_is_a_ratio_that_f1_knows_too():
    old, new = flipped(300, 20, 8)
    ones = [1] * 300
    as_f1 = f1_difference(Counts(old, ones, ones), Counts(new, ones, ones))
    plain = difference(old, new)
    assert (as_f1.low, as_f1.high) == pytest.approx((plain.low, plain.high))
    assert as_f1.p == pytest.approx(plain.p, abs=0.02)


def test_the_same_seed_gives_the_same_interval():
    old, new = flipped(100, 9, 4)
    assert difference(old, new, seed=3) == difference(old, new, seed=3) != difference(old, new, seed=4)


def test_utterances_that_change_together_tell_less():
    old, new = flipped(400, 40, 0)
    alone, together = difference(old, new), difference(old, new, [at // 20 for at in range(400)])
    assert together.point == alone.point
    assert together.high - together.low > 2 * (alone.high - alone.low)
    assert alone.p < 1e-11
    assert together.p == pytest.approx(0.5)


def test_two_models_that_answer_alike_are_not_known_to_be_alike_from_a_few_utterances():
    for count, word in [(20, "cannot_tell"), (4_000, "no_worse")]:
        found = difference([True] * count, [True] * count)
        assert found.point == 0.0
        assert found.low < 0.0 < found.high
        assert verdict(found, 0.005) == word


def test_one_pattern_tells_nothing():
    found = difference([True] * 50, [False] * 50, ["a.txt:1"] * 50)
    assert (found.low, found.high, found.p) == (-1.0, 1.0, 1.0)
    assert verdict(found, 0.005) == "cannot_tell"


def test_many_clusters_need_no_more_memory_than_few():
    old, new = flipped(100_000, 900, 500)
    found = difference(old, new, draws=60)
    assert found.low < -0.004 < found.high


@pytest.mark.parametrize(
    ("losses", "gains", "word"), [(10, 60, "better"), (60, 10, "worse"), (1, 1, "no_worse"), (20, 20, "cannot_tell")]
)
def test_a_verdict_is_read_off_the_interval(losses: int, gains: int, word: str):
    assert verdict(difference(*flipped(1_000, losses, gains)), 0.005) == word


def test_no_utterances_or_not_as_many_of_both_are_refused():
    for old, new in [([], []), ([True], [True, False])]:
        with pytest.raises(ValueError, match="expected as many utterances of both, at least one"):
            difference(old, new)
    with pytest.raises(ValueError, match="expected one cluster for each of 2 rows, got 1"):
        difference([1, 0], [1, 0], ["a"])
    with pytest.raises(ValueError, match=r"expected a margin of at least 0, got -0\.1"):
        verdict(difference([1, 0], [1, 0]), -0.1)


def test_intervals_hold_what_they_promise_where_clusters_err_together():
    rng = np.random.default_rng(5)
    held = better = 0
    for _ in range(200):
        clusters = np.repeat(np.arange(40), rng.integers(1, 12, 40))
        own = rng.normal(size=(2, 40))[:, clusters] * 0.7
        alike = rng.normal(size=len(clusters)) * 0.5
        old, new = own + alike + rng.normal(size=own.shape) * 0.5 < 1.2
        found = difference(old, new, clusters.tolist(), draws=300)
        held += found.low <= 0 <= found.high
        better += found.low > 0
    assert held >= 182  # of 190 expected
    assert better <= 12  # of 5 expected


def test_a_cluster_is_a_line_of_patterns_or_a_text():
    said = [LabelledUtterance(text, "a", origin=origin) for text, origin in [("가", "a:1"), ("나", "a:1"), ("다", "")]]
    assert clusters_of(said) == ["a:1", "a:1", "다"]
