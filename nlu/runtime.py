"""Serve the two networks without torch: ONNX Runtime sessions, and the CRF's algorithms in numpy.

L units, T tags, K intents. All scores are natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nlu.errors import BundleError
from nlu.features import Features
from nlu.tensor_names import INTENT_OUTPUTS, LOGITS

Scores = NDArray[np.float32]
_CRF = "crf."
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
        return self._run(features, LOGITS)[0]

    def inside(self, features: Features) -> tuple[Scores, Scores, Scores]:
        """The logits `(K,)`, what the output layer read `(P,)`, and what the convolutions read `(D, L)`."""
        logits, pooled, embedded = self._run(features, *INTENT_OUTPUTS)
        return logits, pooled, embedded

    def _run(self, features: Features, *outputs: str) -> list[Scores]:
        ngram = features.ngram if len(features.ngram) else np.zeros(1, dtype=np.int64)
        return [found[0] for found in self._session.run(outputs, _feed(features, self._inputs, ngram=ngram))]


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
        return self._session.run(None, _feed(features, self._inputs))[0][0]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Transitions:
    """The CRF's own scores.

    Attributes:
        start: `(T,)` the first tag.
        moves: `(T, T)` from a tag (row) to the next (column).
        end: `(T,)` the last tag.
    """

    start: Scores
    moves: Scores
    end: Scores

    @classmethod
    def from_safetensors(cls, data: bytes) -> Transitions:
        """Read the scores from the tagger's weights.

        Raises:
            BundleError: they can't be read, or hold no CRF.
        """
        try:
            tensors: Mapping[str, Scores] = load(data)
        except SafetensorError as error:
            raise BundleError(f"the weights can't be read: {error}") from error
        names = tuple(f"{_CRF}{name}" for name in ("start_transitions", "transitions", "end_transitions"))
        if missing := [name for name in names if name not in tensors]:
            raise BundleError(f"expected the tensors {', '.join(names)}, found no {', '.join(missing)}")
        return cls(*(tensors[name] for name in names))

    def best_path(self, emissions: Scores) -> list[int]:
        """Viterbi: the tag ids of the path with the highest score.

        Source: Forney (1973), The Viterbi Algorithm.
        """
        score = self.start + emissions[0]  # (T,)
        came_from = []
        columns = np.arange(len(score))
        into = np.ascontiguousarray(self.moves.T)  # (T after, T before)
        for emission in emissions[1:]:
            total = into + score  # (T after, T before)
            before = total.argmax(1)
            came_from.append(before)
            score = total[columns, before] + emission
        path = [int((score + self.end).argmax())]
        for before in reversed(came_from):
            path.append(int(before[path[-1]]))
        path.reverse()
        return path

    def span_confidences(self, emissions: Scores, spans: Sequence[tuple[int, int, int, int]]) -> list[float]:
        """The exact probability that each span is tagged just so: begins, goes on, and ends there.

        Args:
            emissions: `(L, T)`.
            spans: first unit, one past the last, id of the B- tag and of the I- tag.

        Returns:
            Probabilities 0..1, the marginals of the CRF.
        """
        if not spans:
            return []
        exact = emissions.astype(np.float64)
        into, out_of = self._messages(exact)
        whole = _log_sum(into[-1] + exact[-1] + self.end)
        return [float(np.exp(min(0.0, self._span_score(exact, into, out_of, span) - whole))) for span in spans]

    def _messages(self, emissions: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log-sum of all paths into each tag (its own emission left out) and out of it; each `(L, T)`."""
        length = len(emissions)
        moves = np.exp(self.moves.astype(np.float64))
        into = np.empty(emissions.shape, dtype=np.float64)
        out_of = np.empty(emissions.shape, dtype=np.float64)
        into[0] = self.start
        out_of[-1] = self.end
        with np.errstate(divide="ignore"):
            for at in range(1, length):
                before = into[at - 1] + emissions[at - 1]
                top = before.max()
                into[at] = np.log(np.exp(before - top) @ moves) + top
            for at in range(length - 2, -1, -1):
                after = out_of[at + 1] + emissions[at + 1]
                top = after.max()
                out_of[at] = np.log(moves @ np.exp(after - top)) + top
        return into, out_of

    def _span_score(
        self,
        emissions: NDArray[np.float64],
        into: NDArray[np.float64],
        out_of: NDArray[np.float64],
        span: tuple[int, int, int, int],
    ) -> float:
        first, last, begin, inside = span
        score = into[first, begin] + emissions[first, begin]
        tag = begin
        for at in range(first + 1, last):
            score += self.moves[tag, inside] + emissions[at, inside]
            tag = inside
        if last == len(emissions):
            return float(score + self.end[tag])
        onward = self.moves[tag] + emissions[last] + out_of[last]
        onward[inside] = -np.inf
        return float(score + _log_sum(onward))


def softmax(logits: Scores, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities from logits; a higher temperature makes them less sure (Guo et al. 2017)."""
    scaled = logits.astype(np.float64) / temperature
    exponents = np.exp(scaled - scaled.max())
    return exponents / exponents.sum()  # type: ignore[no-any-return]


def _log_sum(scores: NDArray[np.float64]) -> float:
    top = scores.max()
    return float(np.log(np.exp(scores - top).sum()) + top)


def _feed(features: Features, wanted: frozenset[str], **more: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """The inputs of a batch of one; a network that leaves a feature out has no input of that name."""
    inputs = {name: getattr(features, name) for name in UNIT_INPUTS} | more
    return {name: values[None] for name, values in inputs.items() if name in wanted}


def _tensors(weights: bytes) -> Mapping[str, Scores]:
    try:
        return {name: tensor for name, tensor in load(weights).items() if not name.startswith(_CRF)}
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
