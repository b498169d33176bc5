"""Serve the two networks without torch, by ONNX Runtime.

L units, T tags, K intents. All scores are natural logarithms.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

# Read at the import: otherwise ONNX Runtime reports on its use to its makers, over HTTPS, from a thread of its own.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nlu.chain import CRF, Scores
from nlu.errors import BundleError
from nlu.features import Features
from nlu.tensor_names import INTENT_OUTPUTS, LOGITS

UNIT_INPUTS = ("syllable", "jamo", "bigram", "word", "pos", "position", "spacing", "dictionary")
"""The tensors of a unit, in the order the networks take them."""


class IntentNetwork:
    """The exported char-CNN.

    Args:
        graph: the ONNX file's bytes.
        weights: the bytes of the safetensors file that the graph points at.

    Attributes:
        tensors: the weights; the session reads the same memory.
        can_explain: whether it was exported with what explains an answer.
    """

    def __init__(self, graph: bytes, weights: bytes) -> None:
        self.tensors = _tensors(weights)
        self._session = _session(graph, self.tensors)
        self._inputs = frozenset(node.name for node in self._session.get_inputs())
        self.can_explain = len(self._session.get_outputs()) == len(INTENT_OUTPUTS)

    def logits(self, features: Features) -> Scores:
        """Score the intents of one utterance, `(K,)`."""
        return self.logits_of((features,))[0]  # type: ignore[no-any-return]

    def logits_of(self, several: Sequence[Features]) -> Scores:
        """Score the intents of B utterances of one length, `(B, K)`."""
        return self._run(several, LOGITS)[0]

    def inside(self, features: Features) -> tuple[Scores, Scores, Scores]:
        """The logits `(K,)`, what the output layer read `(P,)`, and what the convolutions read `(D, L)`."""
        logits, pooled, embedded = (found[0] for found in self._run((features,), *INTENT_OUTPUTS))
        return logits, pooled, embedded

    def _run(self, several: Sequence[Features], *outputs: str) -> list[Scores]:
        width = max(1, *(len(features.ngram) for features in several))  # no network can read a batch of nothing
        ngram = np.zeros((len(several), width), dtype=np.int64)
        for row, features in zip(ngram, several, strict=True):
            row[: len(features.ngram)] = features.ngram
        return self._session.run(outputs, _feed(several, self._inputs, ngram=ngram))  # type: ignore[no-any-return]


class EntityNetwork:
    """The exported BiLSTM.

    Args:
        graph: the ONNX file's bytes.
        weights: the bytes of the safetensors file that the graph points at.
    """

    def __init__(self, graph: bytes, weights: bytes) -> None:
        self._session = _session(graph, _tensors(weights))
        self._inputs = frozenset(node.name for node in self._session.get_inputs())

    def emissions(self, features: Features) -> Scores:
        """Score every tag at every unit of one utterance, `(L, T)`."""
        return self.emissions_of((features,))[0]  # type: ignore[no-any-return]

    def emissions_of(self, several: Sequence[Features]) -> Scores:
        """Score every tag at every unit of B utterances of one length, `(B, L, T)`."""
        return self._session.run(None, _feed(several, self._inputs))[0]  # type: ignore[no-any-return]


def softmax(logits: Scores, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities from logits; a higher temperature makes them less sure (Guo et al. 2017)."""
    scaled = logits.astype(np.float64) / temperature
    exponents = np.exp(scaled - scaled.max())
    return exponents / exponents.sum()  # type: ignore[no-any-return]


def of_one_length(several: Sequence[Features], most: int = 32) -> Iterator[list[int]]:
    """Yield the positions of utterances that can be scored together: of one length, so that none needs padding.

    Args:
        several: the utterances.
        most: how many to take together at most; more would gain nothing, and cost memory.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    for position, features in enumerate(several):
        groups.setdefault(features.syllable.shape, []).append(position)
    for group in groups.values():
        for start in range(0, len(group), most):
            yield group[start : start + most]


def _feed(
    several: Sequence[Features], wanted: frozenset[str], **more: NDArray[np.int64]
) -> dict[str, NDArray[np.generic]]:
    """The inputs of a batch; a network that leaves a feature out has no input of that name."""
    if len(several) == 1:
        (features,) = several
        inputs = {name: getattr(features, name)[None] for name in UNIT_INPUTS if name in wanted}
    else:
        inputs = {name: np.stack([getattr(one, name) for one in several]) for name in UNIT_INPUTS if name in wanted}
    return inputs | {name: values for name, values in more.items() if name in wanted}


def _tensors(weights: bytes) -> Mapping[str, Scores]:
    try:
        return {name: tensor for name, tensor in load(weights).items() if not name.startswith(CRF)}
    except SafetensorError as error:
        raise BundleError(f"a network can't be loaded: {error}") from error


def _session(graph: bytes, tensors: Mapping[str, Scores]) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensor) for tensor in tensors.values()]
        options.add_external_initializers(list(tensors), values)
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises classes of its own, some of them unexported
        raise BundleError(f"a network can't be loaded: {error}") from error
