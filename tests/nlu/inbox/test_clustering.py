from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.inbox.clustering import BLOCK, follow_leaders
from tests import oracles

directions = st.sampled_from([(4, 3), (3, 4), (5, 0), (0, 5), (-4, 3), (0, 0)])
"""Corners whose products are whole numbers, so that no rounding decides who is alike enough."""


@given(st.lists(directions, max_size=30), st.lists(directions, max_size=3), st.sampled_from([0, 12, 16, 24, 25]))
def test_everyone_follows_whom_the_definition_says(
    rows: list[tuple[int, int]], given: list[tuple[int, int]], least: int
) -> None:
    found = follow_leaders(as_vectors(rows), least, as_vectors(given))
    assert found.tolist() == oracles.leaders(rows, least, given)


def as_vectors(rows: list[tuple[int, int]]) -> np.ndarray:
    return np.array(rows, dtype=np.float32).reshape(-1, 2)


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, 2 * BLOCK + 3])
def test_blocks_change_nothing(count: int) -> None:
    rows = np.random.default_rng(count).integers(-3, 4, (count, 3))
    assert follow_leaders(rows.astype(np.float32), 5).tolist() == oracles.leaders(rows.tolist(), 5, [])


def test_a_row_of_zeros_leads_alone() -> None:
    assert follow_leaders(np.zeros((3, 2), dtype=np.float32), 0.5).tolist() == [0, 1, 2]
