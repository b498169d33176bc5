"""The moving average of weights, against torch's own."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from nlu.training.average import MovingAverage


def a_network() -> nn.Module:
    torch.manual_seed(0)
    given = nn.Embedding.from_pretrained(torch.randn(4, 3))
    return nn.Sequential(given, nn.Linear(3, 2), nn.Linear(2, 2))


def step(network: nn.Module) -> None:
    with torch.no_grad():
        for one in network.parameters():
            if one.requires_grad:
                one += torch.randn_like(one)


@pytest.mark.parametrize("decay", [0.5, 0.998])
def test_it_equals_torchs_average(decay: float) -> None:
    network = a_network()
    given = network[0].weight.clone()
    ours = MovingAverage(network, decay)
    theirs = AveragedModel(
        network, avg_fn=lambda old, new, steps: old + max(1 - decay, 9 / (10 + float(steps))) * (new - old)
    )
    for _ in range(30):
        step(network)
        ours.update()
        theirs.update_parameters(network)
    for one, other in zip(ours.model.parameters(), theirs.module.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)
    assert torch.equal(ours.model[0].weight, given)


def test_it_goes_on_from_its_state_bit_for_bit() -> None:
    network = a_network()
    first = MovingAverage(network, 0.9)
    for _ in range(5):
        step(network)
        first.update()
    second = MovingAverage(network, 0.9)
    second.restore({name: one.clone() for name, one in first.state().items()})
    for _ in range(5):
        step(network)
        first.update()
        second.update()
    for one, other in zip(first.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(one, other)
