"""Why the parser answered as it did: the syllables behind the intent, the dictionary's rows, the nearest pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from nlu.chain import Scores
from nlu.features import FeatureEncoder, Features, known_ngrams
from nlu.hangul import NormalizedText
from nlu.lexicon import Lexicon, Match
from nlu.nearest import NearestPattern, PatternIndex, skeleton
from nlu.runtime import IntentNetwork
from nlu.types import Entity, Parse

MOST_NGRAMS = 10
"""How many n-grams are named, of those with the greatest parts."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a stretch of the text adds to the margin of an intent; less than 0 speaks against it."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class IntentReason:
    """Why one intent scored higher than another: `margin = bias + sum of the units' scores`, exactly.

    Attributes:
        intent: the one that scored highest.
        over: the one that came next; None where there is no other.
        margin: the difference of their logits.
        bias: the part of it that does not depend on the text.
        units: each syllable (or morpheme) with its part, an n-gram's part shared out evenly over what it covers.
        ngrams: those with the greatest parts, which the units' scores hold already.
    """

    intent: str
    over: str | None
    margin: float
    bias: float
    units: tuple[Contribution, ...]
    ngrams: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """A row that matched the text, and whether the match became an entity."""

    start: int
    end: int
    raw: str
    entity: str
    value: str
    synonyms: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the parser answered as it did.

    Attributes:
        intent: None when there was nothing to understand, or the bundle was made before it could explain.
        dictionary: the rows that matched, sorted by place.
        pattern: the nearest one; None when the bundle holds none.
    """

    intent: IntentReason | None
    dictionary: tuple[DictionaryRow, ...]
    pattern: NearestPattern | None


@dataclass(frozen=True, slots=True)
class Parts:
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

    def __init__(self, tensors: Mapping[str, Scores]) -> None:
        self._output = tensors["cnn.output.weight"]  # (K, P)
        self._ngram = tensors.get("cnn.ngram.weight")  # (vocabulary, G); None in a network that leaves the bag out
        names = sorted(name for name in tensors if name.startswith("cnn.convolutions.") and name.endswith(".1.weight"))
        names.sort(key=lambda name: int(name.split(".")[2]))
        self._convolutions = [tensors[name] for name in names]  # (F, D, n) each

    def parts(
        self, weights: Scores, logits_difference: float, pooled: Scores, embedded: Scores, ngram: NDArray[np.int64]
    ) -> Parts:
        """Take a difference of logits apart.

        Args:
            weights: `(P,)` the difference of the output weights.
            logits_difference: what is to be explained.
            pooled: `(P,)` what the output layer read.
            embedded: `(D, L)` what the convolutions read.
            ngram: `(N,)` ids.
        """
        units = np.zeros(embedded.shape[1])
        first = 0
        for kernel in self._convolutions:
            last = first + len(kernel)
            self._add_windows(units, kernel, weights[first:last] * (pooled[first:last] > 0), embedded)
            first = last
        grams = np.zeros(len(ngram))
        if self._ngram is not None and first < len(weights):
            grams = self._ngram[ngram].astype(np.float64) @ weights[first:] / max(len(ngram), 1) ** 0.5
        return Parts(units, grams, float(logits_difference - units.sum() - grams.sum()))

    def difference(self, one: int, other: int | None) -> Scores:
        """The output weights of an intent less those of another, `(P,)`."""
        weights: Scores = self._output[one] if other is None else self._output[one] - self._output[other]
        return weights

    @staticmethod
    def _add_windows(units: NDArray[np.float64], kernel: Scores, weights: Scores, embedded: Scores) -> None:
        width = kernel.shape[2]
        left = (width - 1) // 2
        padded = np.pad(embedded, ((0, 0), (left, width // 2)))  # (D, L + n - 1)
        windows = sliding_window_view(padded, width, axis=1)  # (D, L, n)
        responses = np.einsum("fdn,dln->fl", kernel, windows, optimize=True)
        best = responses.argmax(1)  # (F,)
        for offset in range(width):
            at = best + offset - left
            inside = (at >= 0) & (at < len(units)) & (weights != 0)
            seen = embedded[:, at[inside]]  # (D, F')
            added = np.einsum("fd,df->f", kernel[inside, :, offset], seen) * weights[inside]
            np.add.at(units, at[inside], added)


def explain(
    parse: Parse,
    normalized: NormalizedText,
    encoder: FeatureEncoder,
    network: IntentNetwork,
    intents: Sequence[str],
    allowed: Sequence[int],
    patterns: PatternIndex,
) -> Explanation:
    """Say why the answer to an utterance came out as it did.

    Args:
        parse: the answer.
        normalized: its text as the networks read it.
        encoder: text → features.
        network: the intent network.
        intents: the intents in the order of the logits.
        allowed: the places of those that were allowed to win.
        patterns: those of the training set.
    """
    if not normalized.text:
        return Explanation(None, (), None)
    features = encoder.encode(normalized.text)
    reason = None
    if network.can_explain and allowed:
        reason = _reason(normalized, features, encoder, network, intents, allowed)
    spans = [(entity.start, entity.end, entity.entity) for entity in parse.entities]
    return Explanation(
        reason,
        dictionary_rows(encoder.lexicon, features.matches, normalized, parse.entities),
        patterns.nearest(skeleton(parse.text, spans)),
    )


def _reason(
    normalized: NormalizedText,
    features: Features,
    encoder: FeatureEncoder,
    network: IntentNetwork,
    intents: Sequence[str],
    allowed: Sequence[int],
) -> IntentReason:
    logits, pooled, embedded = network.inside(features)
    best, *others = sorted(allowed, key=lambda at: (-logits[at], at))
    other = others[0] if others else None
    margin = float(logits[best]) - (0.0 if other is None else float(logits[other]))
    attribution = IntentAttribution(network.tensors)
    parts = attribution.parts(attribution.difference(best, other), margin, pooled, embedded, features.ngram)
    grams = known_ngrams(encoder, normalized.text, features)
    spans = [(unit.start, unit.end) for unit in features.units]
    units = parts.units + share_out(spans, [(start, end) for _, start, end in grams], parts.ngrams)
    greatest = sorted(range(len(grams)), key=lambda at: (-abs(parts.ngrams[at]), at))[:MOST_NGRAMS]
    return IntentReason(
        intent=intents[best],
        over=None if other is None else intents[other],
        margin=margin,
        bias=parts.bias,
        units=tuple(_contribution(normalized, *span, score) for span, score in zip(spans, units, strict=True)),
        ngrams=tuple(_contribution(normalized, *grams[at][1:], parts.ngrams[at]) for at in greatest),
    )


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
        several = synonyms[match.entity, match.value]
        rows.append(DictionaryRow(start, end, raw, match.entity, match.value, several, is_used))
    return tuple(rows)
