"""Our step and our cycle against torch's own classes: the same weights, bit for bit."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nlu.training.optimizer import OneCycleAdamW

RATE, DECAY = 0.03, 0.01


def a_model() -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 1))


def slope(model: nn.Module, step: int) -> None:
    torch.manual_seed(step)
    (model(torch.randn(7, 3)) ** 2).mean().backward()


@pytest.mark.parametrize("steps", [1, 5, 9, 10, 40])
def test_every_step_is_that_of_torch_under_its_one_cycle_schedule(steps: int) -> None:
    ours, theirs = a_model(), a_model()
    optimizer = OneCycleAdamW(ours.parameters(), RATE, DECAY, steps)
    oracle = torch.optim.AdamW(theirs.parameters(), lr=RATE, weight_decay=DECAY, betas=(0.9, 0.98), fused=True)
    pct = 0.1 if steps + 1 > 10 else 0.0
    schedule = torch.optim.lr_scheduler.OneCycleLR(oracle, RATE, total_steps=steps + 1, pct_start=pct)
    for step in range(steps):
        for model, forget, move in (
            (ours, optimizer.clear, optimizer.step),
            (theirs, oracle.zero_grad, oracle.step),
        ):
            forget()
            slope(model, step)
            move()
        schedule.step()
        assert [one.tolist() for one in ours.parameters()] == [one.tolist() for one in theirs.parameters()]


def test_a_parameter_without_a_gradient_stays() -> None:
    model, idle = a_model(), nn.Parameter(torch.ones(2))
    optimizer = OneCycleAdamW([*model.parameters(), idle], RATE, DECAY, 3)
    slope(model, 0)
    optimizer.step()
    assert idle.tolist() == [1.0, 1.0]


def test_it_goes_on_from_its_state() -> None:
    whole, halves = a_model(), a_model()
    optimizer = OneCycleAdamW(whole.parameters(), RATE, DECAY, 12)
    first = OneCycleAdamW(halves.parameters(), RATE, DECAY, 12)
    for step in range(12):
        if step == 6:
            state, done = {name: value.clone() for name, value in first.state().items()}, first.done
            first = OneCycleAdamW(halves.parameters(), RATE, DECAY, 12)
            first.restore(state, done)
        for model, each in ((whole, optimizer), (halves, first)):
            each.clear()
            slope(model, step)
            each.step()
    assert [one.tolist() for one in whole.parameters()] == [one.tolist() for one in halves.parameters()]
