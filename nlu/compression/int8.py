"""Round the tables and the kernels of an exported network to bytes, a quarter of their size.

A training with `int8` does so as well, and computes with the bytes; this is for a network that has floats, which goes
on computing with floats: what is looked up is turned back, and what is multiplied with when the network is loaded.
"""

from __future__ import annotations

import numpy as np

from nlu.networks.onnx_graph import FLOAT, ExportedNetwork, Graph
from nlu.understanding.network_format import (
    KERNEL_BIAS,
    KERNEL_SCALE,
    KERNELS,
    NGRAM_SCALE,
    NGRAM_TABLE,
    ZERO,
    quantize_table,
    quantize_weights,
)

_TABLE_READER = "Gather"


def to_bytes(graph: bytes, weights: bytes, weights_name: str) -> ExportedNetwork:
    """Round what is not rounded yet.

    Args:
        graph: the exported network.
        weights: its large tensors.
        weights_name: file name under which the weights will lie beside the graph.
    """
    network, more = Graph.read(graph, weights)
    kernels = [f"{KERNELS}{number}" for number in range(sum(name.startswith(KERNELS) for name in network.tensors))]
    if kernels and network.tensors[kernels[0]].dtype == np.float32:
        _round_kernels(network, kernels)
    for name in [name for name, value in network.tensors.items() if value.dtype == np.float32 and value.ndim == 2]:
        tables = [output for operator, output in network.readers(name) if operator == _TABLE_READER]
        if tables:
            _round_table(network, name, tables)
    return network.export(weights_name, more)


_SCALE = "scale."


def _round_kernels(network: Graph, names: list[str]) -> None:
    """Round kernels `(n D, F)` filter by filter; what all of them say together is multiplied with what 1 stands for."""
    scales = []
    for name in names:
        rounded = quantize_weights(network.tensors[name])
        network.tensor(name, rounded.codes, shared=True)
        network.insert("Cast", name, to=FLOAT)
        scales.append(rounded.scale)
    ((_, biased),) = network.readers(KERNEL_BIAS)
    (said,) = (one for one in network.inputs_of(biased) if one != KERNEL_BIAS)
    network.insert("Mul", said, network.tensor(KERNEL_SCALE, np.concatenate(scales), shared=True), only=[biased])


def _round_table(network: Graph, name: str, found: list[str]) -> None:
    """Round a table column by column; what is looked up in it becomes numbers again."""
    rounded = quantize_table(network.tensors[name])
    is_bag = name == NGRAM_TABLE
    codes = (rounded.codes.astype(np.int16) - ZERO).astype(np.int8)
    network.tensor(name, codes, shared=True)
    scale = network.tensor(NGRAM_SCALE if is_bag else f"{_SCALE}{name}", rounded.scale, shared=is_bag)
    axis = 2 if is_bag else 3  # `(B, N, G)` of n-grams, `(1, B, L, w)` of units
    for output in found:
        network.insert("DequantizeLinear", output, scale, axis=axis)
