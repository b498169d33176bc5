"""Networks as files: an ONNX graph for serving, and the weights it reads, once, as safetensors."""

from __future__ import annotations

import copy
import io
import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper
from safetensors.numpy import save
from torch import nn

from nlu.batching import UNIT_FIELDS, Batch
from nlu.models.unit_embedding import UnitEmbedding
from nlu.tensor_names import LENGTHS

_SMALLEST = 256
"""Tensors of fewer numbers stay in the graph, where the optimiser of the runtime can read them."""
_SEQUENCE_LENGTHS = 4
"""Which input of ONNX's LSTM says how long each sequence is."""


@dataclass(frozen=True)
class ExportedNetwork:
    """A network in two files: `graph` (ONNX) reads the large tensors of `weights` (safetensors) from beside it."""

    graph: bytes
    weights: bytes


def to_onnx(
    model: nn.Module,
    example: Batch,
    weights_name: str,
    *,
    ngrams: bool = False,
    lengths: bool = False,
    outputs: Mapping[str, Mapping[int, str]],
    more: dict[str, NDArray[np.float32]] | None = None,
    outside: tuple[str, ...] = (),
) -> ExportedNetwork:
    """Trace a network into an ONNX graph with a free batch size and length.

    Args:
        model: takes `ngram` (if `ngrams`) and the tensors of `Batch.units`, returns one tensor or several.
        example: a batch of one utterance.
        weights_name: file name under which the weights will lie beside the graph.
        ngrams: whether the network reads the n-grams.
        lengths: whether the graph takes how many units each utterance has, too, so that its LSTMs begin at its end.
        outputs: names of what it returns → which axes are free, by name.
        more: further tensors to keep in the weights, which the graph does not read.
        outside: how the names of tensors begin that lie in the weights however small they are.
    """
    model = copy.deepcopy(model).cpu().eval()
    for part in model.modules():
        if isinstance(part, UnitEmbedding):
            part.fold()
    several = {"ngram": example.ngram} if ngrams else {}
    several |= {name: getattr(example, name) for name in UNIT_FIELDS}
    axes = {name: {0: "B", 1: "N" if name == "ngram" else "L"} for name in several}
    if example.syllable.shape[2] > 1:
        axes["syllable"][2] = axes["jamo"][2] = "W"
    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter that traces without further packages announces its successor, and warns that an LSTM
        # traced with a batch of one must be run without padding, which is how it is run.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(several.values()),
            file,  # type: ignore[arg-type]
            input_names=list(several),
            output_names=list(outputs),
            dynamic_axes={name: axes[name] for name in several} | {name: dict(free) for name, free in outputs.items()},
            opset_version=17,
            do_constant_folding=lengths,  # of the order of an LSTM's weights; others keep the names they have in torch
            dynamo=False,
        )
    graph = onnx.load_from_string(file.getvalue())
    _without_first_states(graph)
    if lengths:
        _with_lengths(graph)
    return _with_weights_outside(graph, weights_name, more or {}, outside)


def _without_first_states(graph: onnx.ModelProto) -> None:
    """Leave out the zeros that an LSTM begins with, which it has by itself, and the steps that only make them."""
    nodes = graph.graph.node
    for node in nodes:
        if node.op_type == "LSTM":
            del node.input[5:]
    wanted = {output.name for output in graph.graph.output}
    for at in range(len(nodes) - 1, -1, -1):  # a node comes after those it reads
        if wanted.isdisjoint(nodes[at].output):
            del nodes[at]
        else:
            wanted.update(nodes[at].input)


def _with_lengths(graph: onnx.ModelProto) -> None:
    """Tell each LSTM where an utterance ends; torch would export it with steps that sort and pack the batch."""
    whole = f"{LENGTHS}.int32"
    graph.graph.input.append(onnx.helper.make_tensor_value_info(LENGTHS, TensorProto.INT64, ["B"]))
    graph.graph.node.insert(0, onnx.helper.make_node("Cast", [LENGTHS], [whole], to=TensorProto.INT32))
    for node in graph.graph.node:
        if node.op_type == "LSTM":
            node.input.extend([""] * (_SEQUENCE_LENGTHS + 1 - len(node.input)))
            node.input[_SEQUENCE_LENGTHS] = whole


def _with_weights_outside(
    graph: onnx.ModelProto, weights_name: str, more: dict[str, NDArray[np.float32]], outside: tuple[str, ...]
) -> ExportedNetwork:
    """Move the large tensors of a graph into a safetensors file, and have the graph point at their bytes in it."""
    large = [
        tensor
        for tensor in graph.graph.initializer
        if tensor.name.startswith(outside) or int(np.prod(tensor.dims)) >= _SMALLEST
    ]
    weights = save({tensor.name: numpy_helper.to_array(tensor) for tensor in large} | more)
    head = int.from_bytes(weights[:8], "little")  # safetensors: length of the header, the header as JSON, the bytes
    places = json.loads(weights[8 : 8 + head])
    for tensor in large:
        start, end = places[tensor.name]["data_offsets"]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", weights_name), ("offset", 8 + head + start), ("length", end - start)):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, str(value)
    return ExportedNetwork(graph.SerializeToString(deterministic=True), weights)
