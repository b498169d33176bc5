from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.features.space_weights import EDGE, LEFT, RIGHT, STEP, WINDOWS, SpaceWeights
from tests.strategies import messy_characters

NAMED = {"자 두": 2.0, f"{EDGE}피 자": -1.5, "마트 ": 0.5, f" 서{EDGE}{EDGE}": 1.0}


@pytest.mark.parametrize(
    ("squeezed", "expected"),
    [("피자두개", [-2.5, 1.0, -1.0]), ("마트에서", [-1.0, -0.5, 0.0]), ("피", []), ("", [])],
)
def test_the_weights_around_a_gap_add_up(squeezed: str, expected: list[float]) -> None:
    assert SpaceWeights.named(NAMED, -1.0).log_odds(squeezed) == pytest.approx(expected)


def spelled_out(weights: dict[str, float], bias: float, squeezed: str) -> list[float]:
    text = EDGE * LEFT + squeezed + EDGE * RIGHT
    gaps = range(LEFT + 1, LEFT + len(squeezed))
    names = [[f"{text[at - left : at]} {text[at : at + right]}" for left, right in WINDOWS] for at in gaps]
    return [bias + sum(weights.get(name, 0.0) for name in row) for row in names]


@given(st.text(messy_characters, min_size=2, max_size=12).map(lambda text: "".join(text.split())), st.randoms())
def test_hashed_weights_are_those_by_name(squeezed: str, rng) -> None:  # type: ignore[no-untyped-def]
    text = EDGE * LEFT + squeezed + EDGE * RIGHT
    weights = {}
    for at in range(LEFT + 1, LEFT + len(squeezed)):
        left, right = rng.choice(WINDOWS)
        weights[f"{text[at - left : at]} {text[at : at + right]}"] = rng.randint(-100, 100) * STEP
    found = SpaceWeights.named(weights, -1.0, bits=26).log_odds(squeezed)
    assert found == pytest.approx(spelled_out(weights, -1.0, squeezed))


def test_a_weight_that_occurs_too_seldom_stays_as_it_was() -> None:
    once = SpaceWeights.none().learn(["피자 두 개"], epochs=3, learning_rate=0.3, min_count=50)
    assert not once.knows
    assert SpaceWeights.none().learn(["피자 두 개"], epochs=3, learning_rate=0.3).knows


def test_it_goes_on_from_what_it_knew() -> None:
    before = SpaceWeights.named({"치 킨": 3.0}, 0.0)
    after = before.learn(["피자 두 개"] * 3, epochs=3, learning_rate=0.3)
    assert after.log_odds("치킨")[0] - after.bias >= 2.5
    assert after.log_odds("자두")[0] > before.log_odds("자두")[0]
    assert before.learn([], epochs=3, learning_rate=0.3) is before


def test_it_comes_back_from_its_bytes_and_weights_near_nothing_can_go() -> None:
    weights = SpaceWeights.named({"자 두": 2.0, "마 트": 0.1}, -0.25)
    again = SpaceWeights.from_bytes(weights.to_bytes())
    assert again.to_bytes() == weights.to_bytes()
    assert np.count_nonzero(again.without(0.2).table) == 1
    assert again.bias == -0.25


def test_what_the_product_brings_along_tells_words_apart() -> None:
    odds = SpaceWeights.shipped().log_odds("정말재미있는영화")
    assert [at for at, one in enumerate(odds, 1) if one > 0] == [2, 6]
    assert all(math.isfinite(one) for one in odds)
