"""Serve the two networks without torch, by ONNX Runtime.

L units, T tags, K intents. All scores are natural logarithms.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

# Read at the import: otherwise ONNX Runtime reports on its use to its makers, over HTTPS, from a thread of its own.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nlu.errors import BundleError
from nlu.features.batches import PaddedFeatures, pad
from nlu.features.encoder import Features
from nlu.understanding.crf_inference import CRF, Scores
from nlu.understanding.network_format import EMISSIONS, INTENT_OUTPUTS, LOGITS


class _Network:
    """An exported network.

    Args:
        graph: the ONNX file's bytes.
        weights: the bytes of the safetensors file that the graph points at.

    Attributes:
        tensors: the weights; the session reads the same memory.
    """

    def __init__(self, graph: bytes, weights: bytes) -> None:
        self.tensors = _tensors(weights)
        self._session = _session(graph, self.tensors)
        self._inputs = tuple(node.name for node in self._session.get_inputs())

    def run(self, inputs: PaddedFeatures, *outputs: str) -> list[NDArray[Any]]:
        """Give some of what the network computes."""
        feed = {name: getattr(inputs, name) for name in self._inputs}
        return self._session.run(outputs, feed)  # type: ignore[no-any-return]


class IntentNetwork(_Network):
    """The exported char-CNN."""

    def logits(self, inputs: PaddedFeatures) -> Scores:
        """Score the intents of B utterances, `(B, K)`."""
        return self.run(inputs, LOGITS)[0]

    def inside(self, features: Features) -> tuple[Scores, Scores, NDArray[Any]]:
        """The logits `(K,)`, what the output layer read `(P,)`, and what the kernels look at `(L, D)`."""
        logits, pooled, units = (found[0] for found in self.run(pad((features,)), *INTENT_OUTPUTS))
        return logits, pooled, units


class EntityNetwork(_Network):
    """The exported BiLSTM."""

    def emissions(self, inputs: PaddedFeatures) -> Scores:
        """Score every tag at every unit of B utterances, `(B, L, T)`; past the end of one its scores mean nothing."""
        return self.run(inputs, EMISSIONS)[0]


def softmax(logits: Scores, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities from logits; a higher temperature makes them less sure (Guo et al. 2017)."""
    scaled = logits.astype(np.float64) / temperature
    exponents = np.exp(scaled - scaled.max())
    return exponents / exponents.sum()  # type: ignore[no-any-return]


def _tensors(weights: bytes) -> Mapping[str, NDArray[Any]]:
    try:
        return {name: tensor for name, tensor in load(weights).items() if not name.startswith(CRF)}
    except SafetensorError as error:
        raise BundleError("bundle.network", problem=str(error)) from error


def _session(graph: bytes, tensors: Mapping[str, NDArray[Any]]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in tensors.values()]
        options.add_external_initializers(list(tensors), values)
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own, some of them unexported
        raise BundleError("bundle.network", problem=str(error)) from error
