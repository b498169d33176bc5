import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.statistics import holm, mcnemar, sign_flip
from tests import oracles

chances = st.lists(st.floats(0, 1), max_size=8)


@given(st.integers(0, 6), st.integers(0, 6))
def test_mcnemar_agrees_with_walking_every_way(only_old, only_new):
    assert mcnemar(only_old, only_new) == pytest.approx(oracles.mcnemar_chance(only_old, only_new))


def test_mcnemar_agrees_with_scipy_far_beyond_what_can_be_walked():
    stats = pytest.importorskip("scipy.stats")
    for pair in [(40, 60), (499, 501), (500, 501), (2_000, 2_222), (50_000, 50_700)]:
        assert mcnemar(*pair) == pytest.approx(stats.binomtest(min(pair), sum(pair)).pvalue, rel=1e-8)


def test_nothing_discordant_is_no_evidence():
    assert mcnemar(0, 0) == 1.0
    assert sign_flip([]) == sign_flip([0, 0]) == 1.0


def test_many_discordant_pairs_neither_overflow_nor_take_long():
    assert mcnemar(0, 200_000) == 0.0
    assert mcnemar(100_000, 100_000) == pytest.approx(1.0)


@given(st.lists(st.integers(-4, 4), max_size=9))
def test_flipping_clusters_agrees_with_walking_every_choice(values):
    assert sign_flip(values) == pytest.approx(oracles.sign_flip_chance(values))


@given(st.integers(0, 300), st.integers(0, 300))
def test_with_one_utterance_a_cluster_flipping_is_mcnemar(only_old, only_new):
    assert sign_flip([-1] * only_old + [1] * only_new) == pytest.approx(mcnemar(only_old, only_new))


def test_one_cluster_that_changed_as_a_whole_proves_nothing():
    assert mcnemar(0, 40) < 1e-11
    assert sign_flip([40]) == 1.0


@given(chances)
def test_holm_agrees_with_its_definition(several):
    assert holm(several) == pytest.approx(oracles.holm_corrected(several))


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match=r"^expected counts of at least 0, got -1 and 2$"):
        mcnemar(-1, 2)
    assert math.isclose(mcnemar(2, 1), 1.0)
