"""Dropout whose random numbers cost little on a CPU."""

from __future__ import annotations

import torch
from torch import Tensor, nn

_STEPS = 2**16
"""Of a rate: each value takes 16 random bits."""
_LEAST = -(2**15)


class Dropout(nn.Module):
    """Set a part of the values to 0 in training, and scale the others up, so that the mean stays (Hinton et al. 2012).

    torch's own draws a number in float64 for each value, which takes a tenth of a training on a CPU; here, four values
    share the 64 bits of one number.

    Args:
        rate: the part that is set to 0, taken to 1/65536; below 1.

    Example:
        >>> Dropout(0.5).eval()(torch.ones(3)).tolist()
        [1.0, 1.0, 1.0]
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self._dropped = round(rate * _STEPS)

    def forward(self, x: Tensor) -> Tensor:
        """Drop some of the values of a tensor of any shape, none where the network is not training."""
        if not self.training or not self._dropped:
            return x
        if self._dropped >= _STEPS:
            return x * 0.0
        count = x.numel()
        numbers = torch.empty(-(-count // 4), dtype=torch.int64, device=x.device).random_(-(2**63), None)
        kept = numbers.view(torch.int16)[:count].view(x.shape) >= _LEAST + self._dropped
        return x * kept.to(x.dtype).mul_(_STEPS / (_STEPS - self._dropped))
