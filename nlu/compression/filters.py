"""Leave out the filters of a char-CNN that say least, and let its output layer make up for them.

Source: Li, Kadav, Durdanovic, Samet and Graf (2017), Pruning Filters for Efficient ConvNets; the output layer learns
what the whole network says (Hinton, Vinyals and Dean 2015, Distilling the Knowledge in a Neural Network).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from nlu.networks.onnx_graph import ExportedNetwork, Graph
from nlu.understanding.network_format import KERNEL_BIAS, KERNEL_SCALE, KERNELS, OUTPUT

Numbers = NDArray[np.float64]

_OUTPUT_BIAS = "output.bias"
_STEPS = 60
_HOLD = 1e-3
"""How much the output layer holds on to what it was."""


@dataclass(frozen=True)
class OutputLayer:
    """Logits from pooled responses.

    Attributes:
        weights: `(P, K)`.
        bias: `(K,)`.
    """

    weights: Numbers
    bias: Numbers

    def logits(self, pooled: Numbers) -> Numbers:
        """`(n, K)` from `(n, P)`."""
        return pooled @ self.weights + self.bias


def prune(
    graph: bytes, weights: bytes, weights_name: str, pooled: NDArray[np.float32], share: float
) -> ExportedNetwork:
    """Leave out filters.

    Args:
        graph: the exported char-CNN.
        weights: its large tensors.
        weights_name: file name under which the weights will lie beside the graph.
        pooled: `(n, P)` what the output layer reads of utterances like those to come.
        share: the part of the filters that stays, above 0; one of each kernel at least.
    """
    network, more = Graph.read(graph, weights)
    before = OutputLayer(*(network.tensors[name].astype(np.float64) for name in (OUTPUT, _OUTPUT_BIAS)))
    names = [f"{KERNELS}{number}" for number in range(sum(name.startswith(KERNELS) for name in network.tensors))]
    sizes = [network.tensors[name].shape[1] for name in names]
    kept = choose(importance(pooled, before), sizes, share)
    rows = np.array([*kept, *range(sum(sizes), pooled.shape[1])])  # the bag of n-grams stays
    read = pooled.astype(np.float64)
    after = refit(read[:, rows], before.logits(read), OutputLayer(before.weights[rows], before.bias))
    for name, first, size in zip(names, np.cumsum([0, *sizes]), sizes, strict=False):
        own = [one - first for one in kept if first <= one < first + size]
        network.tensor(name, network.tensors[name][:, own], shared=True)
    network.tensor(KERNEL_BIAS, network.tensors[KERNEL_BIAS][kept])
    if KERNEL_SCALE in network.tensors:
        network.tensor(KERNEL_SCALE, network.tensors[KERNEL_SCALE][kept], shared=True)
    network.tensor(OUTPUT, after.weights.astype(np.float32), shared=True)
    network.tensor(_OUTPUT_BIAS, after.bias.astype(np.float32))
    network.resize_output("pooled", len(rows))
    return network.export(weights_name, more)


def importance(pooled: NDArray[np.float32], output: OutputLayer) -> Numbers:
    """How much each input of the output layer moves the logits, `(P,)`: its spread times its weights' distance.

    Example:
        >>> layer = OutputLayer(np.array([[1.0, -1.0], [2.0, 2.0], [3.0, 0.0]]), np.zeros(2))
        >>> importance(np.array([[0, 0, 1], [1, 5, 1]], dtype=np.float32), layer).round(2).tolist()
        [0.71, 0.0, 0.0]
    """
    apart = output.weights - output.weights.mean(1, keepdims=True)  # what is the same for all intents tells nothing
    return pooled.astype(np.float64).std(0) * np.linalg.norm(apart, axis=1)  # type: ignore[no-any-return]


def choose(importance: Numbers, sizes: Sequence[int], share: float) -> list[int]:
    """The filters that stay, in order: the most important ones, one of each kernel at least.

    Args:
        importance: of each filter; what comes behind them is left aside.
        sizes: how many filters each kernel has.
        share: the part that stays.

    Example:
        >>> choose(np.array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7]), [3, 2], 0.4)
        [0, 4]
    """
    count = max(len(sizes), round(share * sum(sizes)))
    ends = np.cumsum(sizes)
    best = [int(end - size + np.argmax(importance[end - size : end])) for end, size in zip(ends, sizes, strict=True)]
    others = sorted(set(range(sum(sizes))) - set(best), key=lambda one: -importance[one])
    return sorted([*best, *others[: count - len(best)]])


def refit(pooled: Numbers, wanted: Numbers, start: OutputLayer) -> OutputLayer:
    """Fit an output layer to the probabilities of another network.

    Args:
        pooled: `(n, P)` what it reads.
        wanted: `(n, K)` the other network's logits.
        start: where to begin, and what to hold on to.
    """
    target, shape = _softmax(wanted), start.weights.shape

    def loss(flat: Numbers) -> tuple[float, Numbers]:
        weights, bias = flat[: start.weights.size].reshape(shape), flat[start.weights.size :]
        logits = pooled @ weights + bias
        given, moved = _softmax(logits), weights - start.weights
        value = -(target * np.log(given + 1e-12)).sum(1).mean() + _HOLD / 2 * (moved**2).sum()
        slope = (given - target) / len(pooled)
        return float(value), np.concatenate([(pooled.T @ slope + _HOLD * moved).ravel(), slope.sum(0)])

    begin = np.concatenate([start.weights.ravel(), start.bias])
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return OutputLayer(found[: start.weights.size].reshape(shape), found[start.weights.size :])


def _softmax(logits: Numbers) -> Numbers:
    exponents = np.exp(logits - logits.max(1, keepdims=True))
    return exponents / exponents.sum(1, keepdims=True)  # type: ignore[no-any-return]
