"""The moving average of a network's weights, which is what is scored and kept."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

ModelT = TypeVar("ModelT", bound=nn.Module)

_COUNT, _MODEL = "n_averaged", "module."
"""In a checkpoint, as `torch.optim.swa_utils.AveragedModel` names them."""


class MovingAverage(Generic[ModelT]):
    """An exponential moving average whose decay is lower in the first steps (Abadi et al., TensorFlow).

    Only what learns is averaged, all of it in one call; given word vectors stay as they are.

    Args:
        model: the network, before its first step.
        decay: of the average, when the first steps are done.

    Attributes:
        model: a network with the average as its weights.
    """

    def __init__(self, model: ModelT, decay: float) -> None:
        self.model = deepcopy(model).requires_grad_(False)
        self._least = 1 - decay
        self._steps = 0
        learning = {name for name, one in model.named_parameters() if one.requires_grad}
        self._averages: list[Tensor] = [one for name, one in self.model.named_parameters() if name in learning]
        self._weights = [one.data for name, one in model.named_parameters() if name in learning]

    def update(self) -> None:
        """Take in the weights that the model has after a step."""
        share = max(self._least, 9 / (10 + self._steps)) if self._steps else 1.0
        torch._foreach_lerp_(self._averages, self._weights, share)
        self._steps += 1

    def state(self) -> dict[str, Tensor]:
        """What a later run needs to go on."""
        weights = {f"{_MODEL}{name}": value for name, value in self.model.state_dict().items()}
        return {**weights, _COUNT: torch.tensor(self._steps)}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self._steps = int(state[_COUNT])
        self.model.load_state_dict({name.removeprefix(_MODEL): one for name, one in state.items() if name != _COUNT})
