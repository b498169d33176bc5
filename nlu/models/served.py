"""The intent network as it is exported: the same answers from fewer, larger steps."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from nlu.models.char_cnn import CharCnn


class ServedCharCnn(nn.Module):
    """The intent network: all convolutions are one product; what lies between its layers comes out too.

    A convolution sums, over the units around a unit, the product of each with the weights of its offset. So all units
    are multiplied with the weights of all kernels and offsets at once, and the products are shifted and summed.

    Args:
        cnn: the trained network.
    """

    def __init__(self, cnn: CharCnn) -> None:
        super().__init__()
        self.cnn = cnn

    def forward(self, ngram: Tensor, *units: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Score the intents.

        Returns:
            `(B, K)` logits; `(B, P)` what the output layer read; `(B, D, L)` what the convolutions read.
        """
        mask = (units[0][..., :1] != 0).to(self.cnn.output.weight.dtype)  # (B, L, 1)
        x = self.cnn.embedding(*units) * mask  # (B, L, D)
        parts = [(torch.relu(self._responses(x)) * mask).amax(1)]  # (B, F)
        if self.cnn.settings.ngram_width:
            many = ngram.sign().sum(1, keepdim=True).clamp(min=1)  # (B, 1)
            parts.append(self.cnn.ngram(ngram).sum(1) / many.to(x.dtype).sqrt())  # the vector of padding is 0
        pooled = torch.cat(parts, 1)
        return self.cnn.output(pooled), pooled, x.transpose(1, 2)

    def _responses(self, x: Tensor) -> Tensor:
        """What every filter responds to every unit of `x` `(B, L, D)`, `(B, L, F)`."""
        kernels, filters = self.cnn.settings.kernels, self.cnn.settings.filters
        order = sorted(range(len(kernels)), key=lambda at: kernels[at])
        left, right = (kernels[order[-1]] - 1) // 2, kernels[order[-1]] // 2
        offsets = sorted(range(-left, right + 1), key=abs)  # 0 first, which all of them see
        # What a kernel sees, a wider one sees too.
        seeing = [[at for at in order if -((kernels[at] - 1) // 2) <= offset <= kernels[at] // 2] for offset in offsets]
        weights = [self._weight(at, offset) for offset, some in zip(offsets, seeing, strict=True) for at in some]
        padded = functional.pad(x @ torch.cat(weights, 1), (0, 0, left, right))  # a unit outside adds nothing
        products = torch.split(padded, [filters * len(some) for some in seeing], 2)
        responses = torch.cat([self._bias(at) for at in order])
        for offset, some, product in zip(offsets, seeing, products, strict=True):
            shifted = product[:, left + offset : (offset - right) or None]  # (B, L, filters that see it)
            blind = filters * (len(order) - len(some))
            responses = responses + (functional.pad(shifted, (blind, 0)) if blind else shifted)
        if order == sorted(order):
            return responses
        blocks = torch.split(responses, filters, 2)
        return torch.cat([blocks[order.index(at)] for at in range(len(order))], 2)

    def _weight(self, at: int, offset: int) -> Tensor:
        """What a kernel multiplies the unit at an offset with, `(D, F)`."""
        return self._convolution(at).weight[:, :, offset + (self.cnn.settings.kernels[at] - 1) // 2].t()

    def _bias(self, at: int) -> Tensor:
        bias = self._convolution(at).bias
        assert bias is not None
        return bias

    def _convolution(self, at: int) -> nn.Conv1d:
        convolution = self.cnn.convolutions[at][1]  # type: ignore[index]
        assert isinstance(convolution, nn.Conv1d)
        return convolution
