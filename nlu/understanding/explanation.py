"""Why the parser answered as it did: the syllables behind the intent, the dictionary's rows, the nearest pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features.batches import pad
from nlu.features.encoder import Features, known_ngrams
from nlu.korean.normalization import NormalizedText
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.types import Entity, Parse
from nlu.understanding.crf_inference import Scores
from nlu.understanding.model import TrainedModel
from nlu.understanding.nearest_pattern import NearestPattern, skeleton
from nlu.understanding.network_format import KERNEL_SCALE, KERNELS, NGRAM_SCALE, NGRAM_TABLE, OUTPUT, restored
from nlu.understanding.reasons import Contribution, DictionaryRow, EntityContribution, Explanation, IntentReason

MOST_NGRAMS = 10
"""How many n-grams are named, of those with the greatest parts."""
_LEAST = 0.005
"""What an entity must add at least to be named."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How a difference of logits comes about: `bias + units.sum() + ngrams.sum()`.

    Attributes:
        units: `(L,)` what each unit adds through the windows that won.
        ngrams: `(N,)` what each n-gram adds.
        bias: the rest.
    """

    units: NDArray[np.float64]
    ngrams: NDArray[np.float64]
    bias: float


class IntentAttribution:
    """Takes a difference of logits apart, exactly: the network is linear once the winning windows are known.

    A filter hands on the strongest of its responses, and that is a sum over the units of one window; so a unit's part
    is its weight in the windows that won × the output weight of their filters. A filter whose response is cut to 0
    adds nothing.

    Args:
        tensors: the weights, by the names of the exported network.
    """

    def __init__(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        self._output = tensors[OUTPUT]  # (P, K)
        self._ngram = tensors.get(NGRAM_TABLE)  # (vocabulary, G); None in a network that leaves the bag out
        self._ngram_scale = tensors.get(NGRAM_SCALE, 1.0)
        kernels = [tensors[f"{KERNELS}{number}"] for number in range(sum(name.startswith(KERNELS) for name in tensors))]
        self._ends = np.cumsum([kernel.shape[1] for kernel in kernels])  # one past the last filter of each
        scale = np.broadcast_to(tensors.get(KERNEL_SCALE, np.float32(1)), self._ends[-1])
        scales = np.split(scale, self._ends[:-1])
        self._kernels = [restored(*pair) for pair in zip(kernels, scales, strict=True)]  # (n D, F)

    def shares(
        self, weights: Scores, logits_difference: float, pooled: Scores, units: NDArray[Any], ngram: NDArray[np.int64]
    ) -> Shares:
        """Take a difference of logits apart.

        Args:
            weights: `(P,)` the difference of the output weights.
            logits_difference: what is to be explained.
            pooled: `(P,)` what the output layer read.
            units: `(L, D)` what the kernels look at.
            ngram: `(N,)` ids.
        """
        filters, seen = self._ends[-1], restored(units)
        counts = np.split(weights[:filters] * (pooled[:filters] > 0), self._ends[:-1])
        added = sum([_windows(*pair, seen) for pair in zip(self._kernels, counts, strict=True)], np.zeros(len(seen)))
        grams = np.zeros(len(ngram))
        if self._ngram is not None:
            vectors = restored(self._ngram[ngram], self._ngram_scale).astype(np.float64)
            grams = vectors @ weights[filters:] / max(len(ngram), 1) ** 0.5
        return Shares(added, grams, float(logits_difference - added.sum() - grams.sum()))

    def difference(self, one: int, other: int | None) -> Scores:
        """The output weights of an intent less those of another, `(P,)`."""
        output = self._output
        weights: Scores = output[:, one] if other is None else output[:, one] - output[:, other]
        return weights


def _windows(kernel: Scores, weights: Scores, units: Scores) -> NDArray[np.float64]:
    """What each unit adds through the windows that won, `(L,)`, where each filter's response counts so much.

    Args:
        kernel: `(n D, F)`.
        weights: `(F,)`.
        units: `(L, D)`.
    """
    length, columns = units.shape
    width = len(kernel) // columns
    padded = np.pad(units, (((width - 1) // 2, width // 2), (0, 0)))
    windows = np.hstack([padded[offset : offset + length] for offset in range(width)])  # (L, n D)
    best = (windows @ kernel).argmax(0)  # (F,)
    parts = (windows[best] * kernel.T).reshape(-1, width, columns).sum(2) * weights[:, None]  # (F, n)
    added = np.zeros(length + width - 1)
    np.add.at(added, best[:, None] + np.arange(width), parts)
    return added[(width - 1) // 2 :][:length]


def explain(model: TrainedModel, parse: Parse, normalized: NormalizedText, allowed: Sequence[int]) -> Explanation:
    """Say why the answer to an utterance came out as it did.

    Args:
        model: what answered.
        parse: the answer.
        normalized: its text as the networks read it.
        allowed: the places of the intents that were allowed to win.
    """
    if not normalized.text:
        return Explanation(None, (), None)
    features = model.encoder.encode(normalized.text)
    spans = [(entity.start, entity.end, entity.entity) for entity in parse.entities]
    return Explanation(
        _reason(model, normalized, features, allowed) if allowed else None,
        dictionary_rows(model.encoder.lexicon, features.matches, normalized, parse.entities),
        model.patterns.nearest(skeleton(parse.text, spans)),
    )


def as_written(explanation: Explanation, parse: Parse, origin: str) -> Explanation:
    """The explanation of an answer that was written so: no network chose the intent.

    Args:
        explanation: what else there is to say.
        parse: the answer.
        origin: the pattern's file and line; "" where it is an imported row, whose place stays untold.
    """
    if not origin:
        return replace(explanation, intent=None)
    example = skeleton(parse.text, [(entity.start, entity.end, entity.entity) for entity in parse.entities])
    return replace(explanation, intent=None, pattern=NearestPattern(origin, str(parse.intent.name), example, 1.0))


def _reason(
    model: TrainedModel, normalized: NormalizedText, features: Features, allowed: Sequence[int]
) -> IntentReason:
    network, names, evidence = model.intents.network, model.intents.names, model.evidence
    (inferred,) = model.entities.infer(pad((features,)))
    present = model.entities.present(inferred)
    logits, pooled, seen = network.inside(features)
    logits = logits + evidence.of(present)
    best, *others = sorted(allowed, key=lambda at: (-logits[at], at))
    other = others[0] if others else None
    margin = float(logits[best]) - (0.0 if other is None else float(logits[other]))
    attribution = IntentAttribution(network.tensors)
    shares = attribution.shares(attribution.difference(best, other), margin, pooled, seen, features.ngram)
    grams = known_ngrams(model.encoder, normalized.text, features)
    spans = [(unit.start, unit.end) for unit in features.units]
    entities = _entities(evidence.labels, present * evidence.difference(best, other))
    units = shares.units + share_out(spans, [(start, end) for _, start, end in grams], shares.ngrams)
    greatest = sorted(range(len(grams)), key=lambda at: (-abs(shares.ngrams[at]), at))[:MOST_NGRAMS]
    return IntentReason(
        intent=names[best],
        over=None if other is None else names[other],
        margin=margin,
        bias=shares.bias - sum(one.score for one in entities),
        units=tuple(_contribution(normalized, *span, score) for span, score in zip(spans, units, strict=True)),
        ngrams=tuple(_contribution(normalized, *grams[at][1:], shares.ngrams[at]) for at in greatest),
        entities=entities,
    )


def _entities(labels: Sequence[str], scores: NDArray[np.float64]) -> tuple[EntityContribution, ...]:
    """What labels add that are worth being named, the greatest parts first."""
    named = sorted(np.flatnonzero(np.abs(scores) >= _LEAST).tolist(), key=lambda at: (-abs(scores[at]), at))
    parted = ((*labels[at].partition(":")[::2], float(scores[at])) for at in named)
    return tuple(EntityContribution(entity, role or None, score) for entity, role, score in parted)


def _contribution(normalized: NormalizedText, start: int, end: int, score: float) -> Contribution:
    start, end = normalized.to_original(start, end)
    return Contribution(normalized.original[start:end], start, end, float(score))


def share_out(
    spans: Sequence[tuple[int, int]], grams: Sequence[tuple[int, int]], scores: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share the score of each n-gram out evenly over the units it covers, `(L,)`.

    Args:
        spans: `[start, end)` of each unit, sorted.
        grams: `[start, end)` of each n-gram.
        scores: `(N,)`.
    """
    shared = np.zeros(len(spans))
    for (start, end), score in zip(grams, scores, strict=True):
        covered = [at for at, span in enumerate(spans) if span[0] < end and start < span[1]]
        shared[covered] += score / max(len(covered), 1)
    return shared


def dictionary_rows(
    lexicon: Lexicon, matches: Sequence[Match], normalized: NormalizedText, entities: Sequence[Entity]
) -> tuple[DictionaryRow, ...]:
    """The rows behind matches, and whether each became one of the entities."""
    used = {(entity.start, entity.end, entity.entity) for entity in entities}
    wanted = {(match.entity, match.value) for match in matches}
    synonyms = {
        (entry.entity, entry.value): entry.synonyms
        for entry in reversed(lexicon.entries if wanted else ())
        if (entry.entity, entry.value) in wanted
    }
    rows = []
    for match in matches:
        start, end = normalized.to_original(match.start, match.end)
        raw, is_used = normalized.original[start:end], (start, end, match.entity) in used
        several = synonyms.get((match.entity, match.value), ())  # none of what is computed
        rows.append(DictionaryRow(start, end, raw, match.entity, match.value, several, is_used))
    return tuple(rows)
