"""Networks as files: an ONNX graph for serving, and the weights it reads, once, as safetensors."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load, save

_SMALLEST = 256
"""Tensors of fewer numbers stay in the graph, where the optimiser of the runtime can read them."""
_OPSET = 17
_IR_VERSION = 8
_TYPES = {
    np.int64: TensorProto.INT64,
    np.int32: TensorProto.INT32,
    np.uint8: TensorProto.UINT8,
    np.float32: TensorProto.FLOAT,
}

FLOAT = int(TensorProto.FLOAT)
"""The type of numbers, as the operator Cast calls it."""


@dataclass(frozen=True)
class ExportedNetwork:
    """A network in two files: `graph` (ONNX) reads the large tensors of `weights` (safetensors) from beside it."""

    graph: bytes
    weights: bytes


class Graph:
    """Builds an ONNX graph operator by operator; the methods return the names of what they add.

    Example:
        >>> graph = Graph()
        >>> x = graph.input("x", np.float32, ("B", 2))
        >>> _ = graph.add("MatMul", x, graph.tensor("weight", np.eye(2, dtype=np.float32)), output="y")
        >>> graph.output("y", np.float32, ("B", 2))
        >>> len(graph.export("weights.safetensors").graph) > 0
        True
    """

    def __init__(self) -> None:
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: dict[str, NDArray[Any]] = {}
        self._shared: set[str] = set()

    @classmethod
    def read(cls, graph: bytes, weights: bytes) -> tuple[Graph, dict[str, NDArray[Any]]]:
        """Read an exported network to change it; gives beside it the tensors of the weights that it does not read."""
        model, stored = onnx.load_model_from_string(graph), load(weights)
        made = cls()
        made._inputs, made._outputs = list(model.graph.input), list(model.graph.output)
        made._nodes = list(model.graph.node)
        for tensor in model.graph.initializer:
            is_apart = tensor.data_location == TensorProto.EXTERNAL
            value = stored.pop(tensor.name) if is_apart else numpy_helper.to_array(tensor)
            made.tensor(tensor.name, value, shared=is_apart)
        return made, stored

    @property
    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """The constants, by their names."""
        return self._tensors

    def readers(self, name: str) -> list[tuple[str, str]]:
        """The operators that read a tensor, each with the first tensor that it gives."""
        return [(node.op_type, node.output[0]) for node in self._nodes if name in node.input]

    def inputs_of(self, output: str) -> list[str]:
        """What the operator reads that gives a tensor."""
        (node,) = (one for one in self._nodes if output in one.output)
        return list(node.input)

    def insert(self, operator: str, given: str, *more: str, only: Collection[str] = (), **attributes: Any) -> None:
        """Let the readers of a tensor read what an operator makes of it.

        Args:
            operator: its name.
            given: the tensor.
            more: further inputs of the operator.
            only: the first outputs of the readers that are to read it; all where there are none.
            attributes: the operator's.
        """
        made = f"{given}.{operator.lower()}"
        node = helper.make_node(operator, [given, *more], [made], **attributes)
        readers = [one for one in self._nodes if given in one.input and (not only or one.output[0] in only)]
        for reader in readers:
            reader.input[:] = [made if name == given else name for name in reader.input]
        first = next((at for at, one in enumerate(self._nodes) if made in one.input), len(self._nodes))
        self._nodes.insert(first, node)

    def resize_output(self, name: str, width: int) -> None:
        """Say how wide an output is now."""
        (info,) = (one for one in self._outputs if one.name == name)
        info.type.tensor_type.shape.dim[-1].dim_value = width

    def input(self, name: str, dtype: type[np.generic], shape: Sequence[str | int]) -> str:
        """Add an input; named axes are free."""
        self._inputs.append(helper.make_tensor_value_info(name, _TYPES[dtype], list(shape)))
        return name

    def output(self, name: str, dtype: type[np.generic], shape: Sequence[str | int]) -> None:
        """Make what an operator gave an output; named axes are free."""
        self._outputs.append(helper.make_tensor_value_info(name, _TYPES[dtype], list(shape)))

    def tensor(self, name: str, value: NDArray[Any], *, shared: bool = False) -> str:
        """Add a constant with a name of its own; one that is shared lies in the weights however small it is."""
        self._tensors[name] = np.array(value, order="C")
        if shared:
            self._shared.add(name)
        return name

    def integers(self, *numbers: int) -> str:
        """Add a constant list of whole numbers, or find the one that is there."""
        name = "integers." + ".".join(map(str, numbers))
        return self.tensor(name, np.array(numbers, dtype=np.int64))

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add an operator that gives one tensor; an input named "" is left out."""
        name = output or f"{operator.lower()}.{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def split(self, tensor: str, axis: int, count: int) -> list[str]:
        """Cut a tensor into as many pieces, each 1 wide."""
        names = [f"split.{len(self._nodes)}.{piece}" for piece in range(count)]
        widths = self.tensor(f"ones.{count}", np.ones(count, dtype=np.int64))
        self._nodes.append(helper.make_node("Split", [tensor, widths], names, axis=axis))
        return names

    def cast(self, tensor: str, dtype: type[np.generic]) -> str:
        """Turn a tensor into another type."""
        return self.add("Cast", tensor, to=_TYPES[dtype])

    def export(self, weights_name: str, more: Mapping[str, NDArray[Any]] | None = None) -> ExportedNetwork:
        """Write the graph, its large tensors apart.

        Args:
            weights_name: file name under which the weights will lie beside the graph.
            more: further tensors to keep in the weights, which the graph does not read.
        """
        large = {
            name: value for name, value in self._tensors.items() if name in self._shared or value.size >= _SMALLEST
        }
        weights = save({**large, **(more or {})})
        head = int.from_bytes(weights[:8], "little")  # safetensors: length of the header, the header as JSON, the bytes
        places = json.loads(weights[8 : 8 + head])
        initializers = []
        for name, value in self._tensors.items():
            tensor = numpy_helper.from_array(value, name)
            if name in large:
                start, end = places[name]["data_offsets"]
                tensor.ClearField("raw_data")
                tensor.data_location = TensorProto.EXTERNAL
                for key, entry in (("location", weights_name), ("offset", 8 + head + start), ("length", end - start)):
                    tensor.external_data.add(key=key, value=str(entry))
            initializers.append(tensor)
        graph = helper.make_graph(self._nodes, "network", self._inputs, self._outputs, initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR_VERSION)
        return ExportedNetwork(model.SerializeToString(deterministic=True), weights)
