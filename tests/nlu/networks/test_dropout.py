"""Dropout that draws 16 bits a value."""

from __future__ import annotations

import pytest
import torch

from nlu.networks.dropout import Dropout
from nlu.training.loop import seeded


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.3, 0.5, 0.9])
def test_the_part_that_is_dropped_is_the_rate_and_the_mean_stays(rate: float) -> None:
    with seeded(0):
        dropped = Dropout(rate)(torch.ones(300, 1001))
    assert (dropped == 0).float().mean().item() == pytest.approx(rate, abs=0.005)
    assert dropped.mean().item() == pytest.approx(1.0, abs=0.01)
    kept = dropped[dropped != 0]
    assert torch.allclose(kept, torch.full_like(kept, 1 / (1 - rate)), rtol=1e-4)


def test_values_are_dropped_one_by_one() -> None:
    with seeded(0):
        kept = (Dropout(0.5)(torch.ones(200_000)) != 0).float() - 0.5
    for distance in (1, 2, 3, 4, 5, 8):
        assert abs((kept[distance:] * kept[:-distance]).mean().item()) < 0.003


def test_gradient_goes_where_a_value_was_kept() -> None:
    x = torch.ones(1000, requires_grad=True)
    with seeded(0):
        dropped = Dropout(0.3)(x)
    dropped.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, dropped)


@pytest.mark.parametrize(("rate", "training"), [(0.5, False), (0.0, True), (1e-9, True)])
def test_nothing_is_dropped_where_nothing_should_be(rate: float, training: bool) -> None:
    x = torch.randn(7, 3)
    assert Dropout(rate).train(training)(x) is x


def test_everything_can_be_dropped() -> None:
    assert not Dropout(1.0)(torch.ones(9)).any()


def test_same_seed_drops_the_same_and_another_others() -> None:
    found = []
    for seed in (0, 0, 1):
        with seeded(seed):
            found.append(Dropout(0.5)(torch.ones(50)))
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])
