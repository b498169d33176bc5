"""Serve the two networks without torch: ONNX Runtime sessions, and the CRF's algorithms in numpy.

L units, T tags, K intents. All scores are natural logarithms.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

# Read at the import: otherwise ONNX Runtime reports on its use to its makers, over HTTPS, from a thread of its own.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

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
        into = self._into
        total = np.empty_like(into)  # (T after, T before)
        for emission in emissions[1:]:
            np.add(into, score, out=total)
            before = total.argmax(1)
            came_from.append(before)
            score = total[columns, before] + emission
        path = [int((score + self.end).argmax())]
        for before in reversed(came_from):
            path.append(int(before[path[-1]]))
        path.reverse()
        return path

    def marginals(self, emissions: Scores) -> Marginals:
        """Sum over all paths through `emissions` `(L, T)`, once for as many spans as one asks about."""
        return Marginals(self, emissions)

    def span_confidences(self, emissions: Scores, spans: Sequence[tuple[int, int, int, int]]) -> list[float]:
        """The probabilities of several spans over the same `emissions` `(L, T)`; see `Marginals.confidence`."""
        marginals = self.marginals(emissions)
        return [marginals.confidence(*span) for span in spans]

    @cached_property
    def _into(self) -> Scores:
        """The moves by the tag they lead to, `(T after, T before)`."""
        return np.ascontiguousarray(self.moves.T)

    @cached_property
    def _both_ways(self) -> NDArray[np.float64]:
        """The exponentials of the moves, read forwards and backwards, `(2, T, T)`."""
        moves = np.exp(self.moves.astype(np.float64))
        return np.stack([moves, moves.T])


class Marginals:
    """How likely a span is, all paths of the CRF taken together; summed when first asked, by the forward-backward rule.

    Args:
        transitions: the CRF's own scores.
        emissions: `(L, T)`.
    """

    def __init__(self, transitions: Transitions, emissions: Scores) -> None:
        self._transitions = transitions
        self._emissions = emissions.astype(np.float64)

    def confidence(self, first: int, last: int, begin: int, inside: int) -> float:
        """The exact probability that a span is tagged just so: begins, goes on, and ends there.

        Args:
            first: its first unit.
            last: one past its last unit.
            begin: id of its B- tag.
            inside: id of its I- tag.
        """
        into, out_of, whole = self._messages
        emissions, moves = self._emissions, self._transitions.moves
        score, tag = into[first, begin] + emissions[first, begin] - whole, begin
        for at in range(first + 1, last):
            score += moves[tag, inside] + emissions[at, inside]
            tag = inside
        # How likely it goes so far at least, less how likely it goes on.
        least = math.exp(min(0.0, score + out_of[last - 1, tag]))
        if last == len(emissions):
            return least
        longer = score + moves[tag, inside] + emissions[last, inside] + out_of[last, inside]
        return max(0.0, least - math.exp(min(0.0, longer)))

    @cached_property
    def _messages(self) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Log-sum of all paths into each tag (its own emission left out) and out of it, each `(L, T)`; and of all."""
        emissions, both_ways = self._emissions, self._transitions._both_ways
        length, tags = emissions.shape
        messages = np.empty((length, 2, tags))  # into unit t, and out of unit L - 1 - t: both go in one loop
        messages[0] = self._transitions.start, self._transitions.end
        own = np.stack([emissions, emissions[::-1]], 1)  # (L, 2, T)
        with np.errstate(divide="ignore"):
            for at in range(1, length):
                before = messages[at - 1] + own[at - 1]
                top = before.max(1, keepdims=True)
                summed = np.exp(before - top)[:, None] @ both_ways  # (2, 1, T)
                np.add(np.log(summed[:, 0]), top, out=messages[at])
        into, out_of = messages[:, 0], messages[::-1, 1]
        return into, out_of, _log_sum(into[-1] + emissions[-1] + self._transitions.end)


def softmax(logits: Scores, temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities from logits; a higher temperature makes them less sure (Guo et al. 2017)."""
    scaled = logits.astype(np.float64) / temperature
    exponents = np.exp(scaled - scaled.max())
    return exponents / exponents.sum()  # type: ignore[no-any-return]


def _log_sum(scores: NDArray[np.float64]) -> float:
    top = scores.max()
    return float(np.log(np.exp(scores - top).sum()) + top)


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
