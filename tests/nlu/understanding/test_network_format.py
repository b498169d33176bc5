"""Numbers as bytes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nlu.understanding.network_format import ZERO, Quantized, quantize_table, quantize_weights, restored

TABLES = arrays(
    np.float32,
    st.tuples(st.integers(1, 8), st.integers(1, 5)),
    elements=st.floats(-(2.0**20), 2.0**20, width=32, allow_subnormal=False),
)


def within_half_a_step(table: np.ndarray, found: Quantized) -> bool:
    return bool((np.abs(restored(found.codes, found.scale) - table) <= found.scale * 0.501).all())


@given(TABLES)
def test_a_table_comes_back_but_for_half_a_step(table: np.ndarray) -> None:
    found = quantize_table(table)
    assert found.codes.dtype == np.uint8
    assert within_half_a_step(table, found)
    assert (found.codes[table == 0] == ZERO).all()  # padding stays nothing


@given(TABLES)
def test_weights_come_back_but_for_half_a_step(table: np.ndarray) -> None:
    found = quantize_weights(table)
    assert found.codes.dtype == np.int8
    assert within_half_a_step(table, found)


@given(TABLES)
def test_two_products_fit_into_16_bits_so_that_every_processor_adds_them_alike(table: np.ndarray) -> None:
    weights = quantize_weights(table).codes.astype(int)
    assert 2 * 255 * np.abs(weights).max() < 2**15


@given(TABLES)
def test_what_is_rounded_is_not_rounded_again(table: np.ndarray) -> None:
    first = quantize_table(table)
    again = quantize_table(restored(first.codes, first.scale))
    assert (again.codes == first.codes).all()


def test_a_column_of_nothing_is_nothing() -> None:
    found = quantize_table(np.zeros((3, 2), dtype=np.float32))
    assert (restored(found.codes, found.scale) == 0).all()
    assert (quantize_weights(np.zeros((0, 2), dtype=np.float32)).scale == 1).all()


def test_floats_stand_for_themselves() -> None:
    assert restored(np.array([[0.5, -1.5]], dtype=np.float32)).tolist() == [[0.5, -1.5]]
