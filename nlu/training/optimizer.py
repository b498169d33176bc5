"""The optimiser of every network: AdamW, whose rate rises and falls once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.optim.adamw import adamw

_RISING = 0.1
"""The part of the steps in which the rate rises; too few steps have no such part."""
_FEW_STEPS = 10
_START, _END = 1 / 25, 1 / 25e4
"""The first and the last rate, of the peak."""
_MOMENTUM = (0.85, 0.95)
"""At the peak of the rate, and where it is lowest."""
_SECOND_MOMENT, _EPSILON = 0.98, 1e-8


class OneCycleAdamW:
    """AdamW under the one-cycle policy.

    torch's own function does the step; its optimiser classes would load TorchDynamo, which takes each process of a
    training three seconds.

    Args:
        parameters: those that learn.
        peak: of the rate.
        decay: of the weights.
        steps: how many there will be.

    Source: Loshchilov and Hutter (2019), Decoupled Weight Decay Regularization; Smith (2018), A disciplined approach to
    neural network hyper-parameters.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], peak: float, decay: float, steps: int) -> None:
        self.parameters = list(parameters)
        self.steps = steps
        self.done = 0
        self._peak = peak
        self._decay = decay
        self._state = {
            "mean": [torch.zeros_like(one) for one in self.parameters],
            "square": [torch.zeros_like(one) for one in self.parameters],
            "count": [torch.zeros((), device=one.device) for one in self.parameters],
        }

    def clear(self) -> None:
        """Forget the gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move the parameters that have a gradient."""
        rate, momentum = one_cycle(self.done, self.steps + 1)
        moving = [(row, one, one.grad) for row, one in enumerate(self.parameters) if one.grad is not None]
        mean, square, count = ([several[row] for row, _, _ in moving] for several in self._state.values())
        with torch.no_grad():
            adamw(
                [parameter for _, parameter, _ in moving],
                [slope for _, _, slope in moving],
                mean,
                square,
                [],
                count,
                fused=True,  # one pass over the n-gram table instead of several: a third of a step's time
                amsgrad=False,
                beta1=momentum,
                beta2=_SECOND_MOMENT,
                lr=self._peak * rate,
                weight_decay=self._decay,
                eps=_EPSILON,
                maximize=False,
            )
        self.done += 1

    def state(self) -> dict[str, Tensor]:
        """What a later run needs to go on, beside the weights and `done`."""
        return {f"{name}.{row}": value for name, several in self._state.items() for row, value in enumerate(several)}

    def restore(self, state: Mapping[str, Tensor], done: int) -> None:
        """Go on from what `state` gave."""
        self._state = {
            name: [state[f"{name}.{row}"] for row in range(len(several))] for name, several in self._state.items()
        }
        self.done = done


def one_cycle(step: int, steps: int) -> tuple[float, float]:
    """The rate of a step, of its peak, and the momentum; the one rises while the other falls, along a cosine.

    Args:
        step: counted from 0.
        steps: of the whole cycle.

    Example:
        >>> [round(one_cycle(step, 101)[0], 3) for step in (0, 5, 9, 50, 100)]
        [0.04, 0.594, 1.0, 0.578, 0.0]
    """
    peak = (_RISING if steps > _FEW_STEPS else 0.0) * steps - 1
    if step <= peak:
        part, (before, after) = step / peak, (_START, 1.0)
        return _between(before, after, part), _between(_MOMENTUM[1], _MOMENTUM[0], part)
    part = (step - peak) / (steps - 1 - peak)
    return _between(1.0, _END, part), _between(*_MOMENTUM, part)


def _between(start: float, end: float, part: float) -> float:
    return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)
