"""Export the networks as ONNX graphs with fewer and larger steps, their tables and kernels rounded to bytes or not.

The convolutions of all widths read one matrix, in which each unit lies beside its neighbours, and each is one matrix
product with a slice of it. The dictionary's flags go into that product directly: a projection before it would only be
another product. Against `torch.onnx.export` the char-CNN takes a third of the time and a quarter of the space; the
BiLSTM takes as long, but needs less space and no further package.

B utterances, L units, E entity types, D numbers a unit, F filters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from nlu.features.unit_features import ROWS
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.char_cnn import CharCnn
from nlu.networks.onnx_graph import ExportedNetwork, Graph
from nlu.networks.unit_embedding import UnitEmbedding
from nlu.understanding.network_format import (
    EMISSIONS,
    FLAGS,
    IDS,
    KERNEL_BIAS,
    KERNEL_SCALE,
    KERNELS,
    LENGTHS,
    LOGITS,
    NGRAM,
    NGRAM_SCALE,
    NGRAM_TABLE,
    OUTPUT,
    POOLED,
    UNITS,
    ZERO,
    quantize_table,
    quantize_weights,
)

Numbers = NDArray[np.float32]
_TO_THE_END = 2**31 - 1
_ONNX_GATES = (0, 3, 1, 2)
"""The positions of ONNX's LSTM gates (input, output, forget, cell) in torch's order (input, forget, cell, output)."""


def intent_network(cnn: CharCnn, weights_name: str, *, int8: bool) -> ExportedNetwork:
    """Export the char-CNN: units and n-grams → `logits`, and what explains them (`INTENT_OUTPUTS`).

    Args:
        cnn: the trained network.
        weights_name: file name under which the weights will lie beside the graph.
        int8: whether tables and kernels are rounded to bytes.
    """
    graph = Graph()
    units = _units(graph, cnn.embedding, _inputs(graph), int8=int8)
    layers = [layer for layer in cnn.convolutions.modules() if isinstance(layer, nn.Conv1d)]
    kernels, bias = [_numbers(one.weight) for one in layers], np.concatenate([_numbers(one.bias) for one in layers])
    responses = graph.add("Mul", graph.add("Relu", units.convolved(kernels, bias)), units.real())  # (B, L, F)
    pooled = [graph.add("ReduceMax", responses, axes=[1], keepdims=0)]
    output = _numbers(cnn.output.weight).T.copy()  # (P, K)
    if cnn.settings.ngram_width:
        pooled.append(_bag(graph, _numbers(cnn.ngram.weight), int8=int8))
    graph.add("Concat", *pooled, axis=1, output=POOLED)
    weights = graph.tensor(OUTPUT, output, shared=True), graph.tensor("output.bias", _numbers(cnn.output.bias))
    graph.add("Gemm", POOLED, *weights, output=LOGITS)
    graph.output(LOGITS, np.float32, ("B", output.shape[1]))
    graph.output(POOLED, np.float32, ("B", output.shape[0]))
    graph.output(UNITS, np.uint8 if int8 else np.float32, ("B", "L", len(units.scale)))
    return graph.export(weights_name)


def entity_network(
    members: Sequence[BiLstmCrf], weights_name: str, *, int8: bool, more: Mapping[str, Numbers]
) -> ExportedNetwork:
    """Export the BiLSTMs: units and their number → `emissions`, the mean over the networks.

    Args:
        members: the trained networks, at least one.
        weights_name: file name under which the weights will lie beside the graph.
        int8: whether tables are rounded to bytes; the LSTM stays as it is.
        more: further tensors to keep in the weights, which the graph does not read.
    """
    graph = Graph()
    inputs = _inputs(graph)
    lengths = graph.input(LENGTHS, np.int32, ("B",))
    scores = [
        _scores(graph, member, inputs, lengths, f"member.{number}.", 1 / len(members), int8=int8)
        for number, member in enumerate(members)
    ]
    bias = graph.tensor("output.bias", np.mean([_numbers(member.output.bias) for member in members], 0))
    graph.add("Add", graph.add("Sum", *scores), bias, output=EMISSIONS)
    graph.output(EMISSIONS, np.float32, ("B", "L", members[0].output.out_features))
    return graph.export(weights_name, more)


def _scores(
    graph: Graph, member: BiLstmCrf, inputs: _Inputs, lengths: str, prefix: str, share: float, *, int8: bool
) -> str:
    """A member's emissions times its share of the mean, `(B, L, T)`, its bias left out."""
    x = _units(graph, member.embedding, inputs, int8=int8, prefix=prefix).floats()
    x = graph.add("Transpose", x, perm=[1, 0, 2])  # (L, B, D)
    for layer in range(member.lstm.num_layers):
        weights = [graph.tensor(f"{prefix}lstm.{layer}.{kind}", one) for kind, one in _lstm_weights(member.lstm, layer)]
        both = graph.add(
            "LSTM", x, *weights, lengths, direction="bidirectional", hidden_size=member.lstm.hidden_size
        )  # (L, 2, B, H)
        x = graph.add("Reshape", graph.add("Transpose", both, perm=[0, 2, 1, 3]), graph.integers(0, 0, -1))
    x = graph.add("Transpose", x, perm=[1, 0, 2])  # (B, L, 2 H)
    output = graph.tensor(f"{prefix}output.weight", _numbers(member.output.weight).T * np.float32(share))
    return graph.add("MatMul", x, output)


@dataclass(frozen=True)
class _Inputs:
    """What the units of a graph are looked up by.

    Attributes:
        rows: `(1, B, L)` ids of each feature of a unit, by its name.
        flags: `(B, L, 2 E + 1)` what the dictionary says, and 1.0 for a real unit.
    """

    rows: Mapping[str, str]
    flags: str


@dataclass(frozen=True)
class _Units:
    """The units in a graph, as the tensors that stand for them.

    Attributes:
        graph: the graph that the methods add to.
        embedding: the trained input layer.
        tables: `(B, L, T)` what was looked up, as bytes where `int8`; "" where nothing is.
        flags: `(B, L, 2 E + 1)` what the dictionary says, and 1.0 for a real unit.
        scale: what 1 stands for in each column of the codes.
        int8: whether the codes are bytes.
        prefix: what the names of its tensors begin with.
    """

    graph: Graph
    embedding: UnitEmbedding
    tables: str
    flags: str
    scale: Numbers
    int8: bool
    prefix: str

    @cached_property
    def codes(self) -> str:
        """What the kernels read: the vectors that were looked up and the flags side by side, `(B, L, T + 2 E + 1)`."""
        graph, parts = self.graph, [self.tables] if self.tables else []
        if self.embedding.widths.dictionary:
            parts.append(self.flags)
            if self.int8:
                scale, zero = np.array(1 / 127, dtype=np.float32), np.array(ZERO, dtype=np.uint8)
                around = graph.tensor("flags.scale", scale), graph.tensor("zero", zero)
                parts[-1] = graph.add("QuantizeLinear", self.flags, *around)
        return graph.add("Concat", *parts, axis=2, output=UNITS)

    def real(self) -> str:
        """1.0 for a real unit, 0.0 for padding, `(B, L, 1)`."""
        last = (self.graph.integers(number) for number in (-1, _TO_THE_END, 2))
        return self.graph.add("Slice", self.flags, *last)

    def floats(self) -> str:
        """The units as the trained network embeds them, `(B, L, D)`."""
        graph, known = self.graph, self.tables
        if self.int8 and known:
            scale = self.scale[: self.embedding.widths.total - self.embedding.widths.dictionary]
            zeros = graph.tensor(f"{self.prefix}tables.zero", np.full(len(scale), ZERO, dtype=np.uint8))
            scales = graph.tensor(f"{self.prefix}tables.scale", scale)
            known = graph.add("DequantizeLinear", known, scales, zeros, axis=2)
        if not self.embedding.widths.dictionary:
            return known
        projection = graph.tensor(f"{self.prefix}dictionary.weight", _dictionary(self.embedding))
        says = graph.add("MatMul", self.flags, projection)
        return graph.add("Concat", known, says, axis=2) if known else says

    def convolved(self, kernels: Sequence[Numbers], bias: Numbers) -> str:
        """Convolve with kernels `(F, D, n)` of several widths n, `(B, L, F)`; even ones look further right."""
        graph, left, right = self.graph, max(map(_left, kernels)), max(map(_right, kernels))
        seen, columns = self._neighbours(left, right), len(self.scale)
        products, scales = [], []
        for number, kernel in enumerate(kernels):
            edges = (left - _left(kernel)) * columns, (left + 1 + _right(kernel)) * columns
            is_widest = _left(kernel) == left and _right(kernel) == right
            looked_at = seen if is_widest else graph.add("Slice", seen, *map(graph.integers, (*edges, 2)))
            weights = self._on_codes(kernel).transpose(2, 1, 0)  # (n, D, F)
            if self.int8:
                quantized = quantize_weights((weights * self.scale[:, None]).reshape(-1, len(kernel)))
                scales.append(quantized.scale)
                codes = graph.tensor(f"{KERNELS}{number}", quantized.codes, shared=True)
                zero = graph.tensor("zero", np.array(ZERO, dtype=np.uint8))
                products.append(graph.add("MatMulInteger", looked_at, codes, zero))
            else:
                numbers = graph.tensor(f"{KERNELS}{number}", weights.reshape(-1, len(kernel)), shared=True)
                products.append(graph.add("MatMul", looked_at, numbers))
        product = graph.add("Concat", *products, axis=2) if len(products) > 1 else products[0]
        if self.int8:
            scale = graph.tensor(KERNEL_SCALE, np.concatenate(scales), shared=True)
            product = graph.add("Mul", graph.cast(product, np.float32), scale)
        return graph.add("Add", product, graph.tensor(KERNEL_BIAS, bias))

    def _neighbours(self, left: int, right: int) -> str:
        """The codes of each unit and its neighbours side by side, `(B, L, (left + 1 + right) × columns)`."""
        graph = self.graph
        if not left and not right:
            return self.codes
        nothing = np.array(ZERO, dtype=np.uint8) if self.int8 else np.array(0, dtype=np.float32)
        pads = graph.integers(0, left, 0, 0, right, 0)
        padded = graph.add("Pad", self.codes, pads, graph.tensor("nothing", nothing))
        shifted = [
            graph.add(
                "Slice", padded, graph.integers(offset), graph.integers(offset - left - right or _TO_THE_END),
                graph.integers(1),
            )
            for offset in range(left + right + 1)
        ]  # fmt: skip
        return graph.add("Concat", *shifted, axis=2)

    def _on_codes(self, kernel: Numbers) -> Numbers:
        """A kernel `(F, D, n)` over the columns of the codes: over the flags themselves instead of their projection."""
        if not self.embedding.widths.dictionary:
            return kernel
        known, projected = np.split(kernel, [kernel.shape[1] - self.embedding.widths.dictionary], 1)
        return np.concatenate([known, np.einsum("ed,fdn->fen", _dictionary(self.embedding), projected)], 1)


def _units(graph: Graph, embedding: UnitEmbedding, inputs: _Inputs, *, int8: bool, prefix: str = "") -> _Units:
    parts, scales = list[str](), list[Numbers]()
    for width, features in groupby(embedding.features, key=attrgetter("width")):
        rows = {feature.name: feature.table for feature in features}
        tables = {table: _without_padding(embedding.vectors(table)) for table in rows.values()}
        scale = np.ones(getattr(embedding.widths, width), dtype=np.float32)
        if int8:  # tables of one width are rounded by one measure
            quantized = quantize_table(np.concatenate(list(tables.values())))
            scale, ends = quantized.scale, np.cumsum([len(table) for table in tables.values()])
            tables = dict(zip(tables, np.split(quantized.codes, ends[:-1]), strict=True))
        scales += [scale] * len(rows)
        parts += [
            graph.add("Gather", graph.tensor(f"{prefix}{table}.weight", tables[table]), inputs.rows[name])
            for name, table in rows.items()
        ]
    looked_up = ""
    if parts:
        beside = graph.add("Concat", *parts, axis=3) if len(parts) > 1 else parts[0]  # (1, B, L, T)
        looked_up = graph.add("Squeeze", beside, graph.integers(0))
    if embedding.widths.dictionary:
        scales.append(np.full(len(_dictionary(embedding)), 1 / 127 if int8 else 1, dtype=np.float32))
    return _Units(graph, embedding, looked_up, inputs.flags, np.concatenate(scales), int8, prefix)


def _inputs(graph: Graph) -> _Inputs:
    flags = graph.input(FLAGS, np.float32, ("B", "L", "F"))
    rows = graph.split(graph.input(IDS, np.int64, (len(ROWS), "B", "L")), 0, len(ROWS))
    return _Inputs({name: rows[row] for name, row in ROWS.items()}, flags)


def _bag(graph: Graph, table: Numbers, *, int8: bool) -> str:
    """Sum the vectors of the n-grams as the char-CNN does, `(B, G)`."""
    ngram = graph.input(NGRAM, np.int64, ("B", "N"))
    quantized = quantize_table(table)
    codes = (quantized.codes.astype(np.int16) - ZERO).astype(np.int8) if int8 else table
    found = graph.add("Gather", graph.tensor(NGRAM_TABLE, codes, shared=True), ngram)  # (B, N, G); 0 for padding
    found = graph.cast(found, np.float32) if int8 else found
    total = graph.add("ReduceSum", found, graph.integers(1), keepdims=0)
    if int8:
        total = graph.add("Mul", total, graph.tensor(NGRAM_SCALE, quantized.scale, shared=True))
    known = graph.add("Sign", graph.cast(ngram, np.float32))
    length = graph.add("ReduceL2", known, axes=[1], keepdims=1)  # the root of how many there are
    return graph.add("Div", total, graph.add("Max", length, graph.tensor("one", np.array(1, dtype=np.float32))))


def _left(kernel: Numbers) -> int:
    """How many units to the left of one a kernel `(F, D, n)` looks at."""
    return (int(kernel.shape[2]) - 1) // 2


def _right(kernel: Numbers) -> int:
    return int(kernel.shape[2]) // 2


def _dictionary(embedding: UnitEmbedding) -> Numbers:
    """The projection of the flags, its bias as the row of the last flag, `(2 E + 1, D)`."""
    assert isinstance(embedding.dictionary, nn.Linear)
    return np.vstack([_numbers(embedding.dictionary.weight).T, _numbers(embedding.dictionary.bias)])


def _lstm_weights(lstm: nn.LSTM, layer: int) -> list[tuple[str, Numbers]]:
    """Input weights, recurrent weights and biases of both directions, in the order of ONNX's gates."""

    def of(name: str) -> Numbers:
        return np.stack([_in_order(_numbers(getattr(lstm, f"{name}_l{layer}{way}"))) for way in ("", "_reverse")])

    return [("w", of("weight_ih")), ("r", of("weight_hh")), ("b", np.hstack([of("bias_ih"), of("bias_hh")]))]


def _in_order(gates: Numbers) -> Numbers:
    parts = np.split(gates, 4)
    return np.concatenate([parts[at] for at in _ONNX_GATES])


def _without_padding(vectors: Tensor) -> Numbers:
    numbers = _numbers(vectors)
    numbers[0] = 0
    return numbers


def _numbers(tensor: Tensor | None) -> Numbers:
    assert tensor is not None
    numbers: Numbers = tensor.detach().cpu().numpy().copy()
    return numbers
