"""Put back the spaces that someone in a hurry left out.

Whether a space stands between two characters is a logistic regression on the characters around. It learns from the
very utterances the networks learn from, so that it spaces as they do. Only an utterance whose own spacing is very
unlikely is spaced anew; all others stay as they were typed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import orjson
from numpy.typing import NDArray

from nlu.bounds import STRICT, Count, Positive
from nlu.features.gaps import WINDOWS, GapKeys
from nlu.korean.normalization import NormalizedText, normalize
from nlu.lexicon.lexicon import Lexicon
from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance

_FILE = "spacing.json"
_LEAST = 0.2
"""Weights nearer to 0 are left out, in nats."""


@dataclass(frozen=True)
class SpacingSettings:
    """How spaces are learned, and when they are put back.

    Attributes:
        texts: learn from at most so many texts; 0 never puts a space back.
        epochs: passes over them.
        learning_rate: of Adagrad.
        min_count: how often a feature must occur to have a weight.
        surprise: how much likelier the best spacing must be than the given one before it replaces it, in nats; as
            much more for each space that was given, for who types spaces means them.
        long_word: only an utterance with a word of so many characters is looked at; most have none.
    """

    __pydantic_config__ = STRICT

    texts: Count = 20_000
    epochs: Positive = 6
    learning_rate: float = 0.3
    min_count: Positive = 2
    surprise: float = 2.0
    long_word: Positive = 5


class Spacer:
    """Knows how likely a space is between any two characters.

    Args:
        weights: of each feature, in nats.
        bias: the log-odds of a space where no feature is known.
        surprise: see `SpacingSettings`.
        long_word: see `SpacingSettings`.
    """

    def __init__(self, weights: Mapping[str, float], bias: float, surprise: float, long_word: int) -> None:
        names = list(weights)
        self._gaps = GapKeys("".join(names).replace(" ", ""))
        keys = self._gaps.of_names(names)
        order = np.argsort(keys)
        order = order[keys[order] > 0]
        self._keys = keys[order]
        self._weights = np.fromiter(weights.values(), np.float64, len(names))[order]
        self._bias = bias
        self._surprise = surprise
        self._long_word = long_word

    @classmethod
    def fit(cls, texts: Iterable[str], settings: SpacingSettings | None = None, seed: int = 0) -> Spacer:
        """Learn from normalised texts as people, or patterns, space them."""
        settings = settings or SpacingSettings()
        rng = random.Random(seed)
        several = sorted({text for text in texts if " " in text})
        if len(several) > settings.texts:
            several = rng.sample(several, settings.texts)
        gaps = GapKeys("".join(several).replace(" ", ""))
        every = [np.zeros((0, len(WINDOWS)), np.uint64), *(gaps.of_text(text.replace(" ", "")).T for text in several)]
        known, rows, counts = np.unique(np.concatenate(every), return_inverse=True, return_counts=True)
        is_kept = counts >= settings.min_count
        ids = np.where(is_kept, np.cumsum(is_kept), 0)  # 0 is the bias, and what is unknown
        rows = ids[rows].reshape(-1, len(WINDOWS))
        spaces = np.array([spaced for text in several for spaced in _spaced(text)], dtype=np.float64)
        weights = _learned(rows, spaces, int(is_kept.sum()) + 1, settings, seed) if len(rows) else np.zeros(1)
        learned = dict(zip(gaps.names(known[is_kept].tolist()), weights[1:].tolist(), strict=True))
        kept = {name: round(weight, 2) for name, weight in sorted(learned.items()) if abs(weight) >= _LEAST}
        return cls(kept, round(float(weights[0]), 2), settings.surprise, settings.long_word)

    def restore(self, normalized: NormalizedText, lexicon: Lexicon | None = None) -> NormalizedText:
        """Space a text anew if its own spacing is very unlikely.

        Args:
            normalized: the text, with where each of its characters comes from.
            lexicon: no space comes into a value of the dictionary.

        Returns:
            The same text or one with other spaces; its characters still know where they come from, an inserted space
            stands for nothing.
        """
        text = normalized.text
        if not len(self._keys) or all(len(word) < self._long_word for word in text.split(" ")):
            return normalized
        places = [at for at, char in enumerate(text) if char != " "]
        odds = self.log_odds("".join(text[at] for at in places))
        whole: set[int] | None = None
        surprise, wanted = 0.0, []
        for (before, after), chance in zip(pairwise(places), odds, strict=True):
            given = after - before > 1
            likely = chance > 0
            if likely and not given:
                if whole is None:
                    matches = lexicon.matches(text) if lexicon is not None else ()
                    whole = {at for match in matches for at in range(match.start, match.end - 1)}
                likely = before not in whole
            wanted.append(likely)
            if given is not likely:
                surprise += abs(chance)
        if surprise < self._surprise * (1 + text.count(" ")):
            return normalized
        return _respaced(normalized, places, wanted)

    def respace(self, utterance: LabelledUtterance, lexicon: Lexicon | None = None) -> LabelledUtterance:
        """Do to a labelled utterance, normalised already, what `restore` does to a text; its entities move along."""
        restored = self.restore(normalize(utterance.text), lexicon)
        if restored.text == utterance.text:
            return utterance
        place = {
            start: at
            for at, (start, char) in enumerate(zip(restored.starts, restored.text, strict=True))
            if char != " "
        }
        moved = [(place.get(span.start), place.get(span.end - 1), span) for span in utterance.spans]
        spans = [
            replace(span, start=first, end=last + 1)
            for first, last, span in moved
            if first is not None and last is not None
        ]
        return replace(utterance, text=restored.text, spans=tuple(spans))

    def log_odds(self, squeezed: str) -> list[float]:
        """The log-odds of a space after each character but the last of a text without spaces."""
        keys = self._gaps.of_text(squeezed)  # (12, G)
        if not len(self._keys):
            return [self._bias] * keys.shape[1]
        places = np.minimum(self._keys.searchsorted(keys), len(self._keys) - 1)
        known = np.where(self._keys[places] == keys, self._weights[places], 0.0)
        odds: list[float] = (self._bias + known.cumsum(0)[-1]).tolist()  # summed in one order, whatever the length
        return odds

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it; equal spacers write equal files."""
        weights = dict(sorted(zip(self._gaps.names(self._keys.tolist()), self._weights.tolist(), strict=True)))
        parts = {"surprise": self._surprise, "long_word": self._long_word, "bias": self._bias, "weights": weights}
        return {_FILE: json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> Spacer:
        """Read what `files` wrote."""
        return cls(**orjson.loads(bundle.read(_FILE)))


def _spaced(text: str) -> list[bool]:
    """Whether a space stands after each character but the last, spaces left out."""
    return [after == " " for char, after in pairwise(text) if char != " "]


def _learned(
    rows: NDArray[np.int64], spaces: NDArray[np.float64], count: int, settings: SpacingSettings, seed: int
) -> NDArray[np.float64]:
    """Logistic regression by Adagrad (Duchi, Hazan and Singer 2011); `rows` `(G, F)` of `count` features."""
    weights, squares = np.zeros(count), np.full(count, 1e-6)
    order = np.random.default_rng(seed)
    batch = 512
    for _ in range(settings.epochs):
        shuffled = order.permutation(len(rows))
        for start in range(0, len(rows), batch):
            chosen = shuffled[start : start + batch]
            wrong = 1 / (1 + np.exp(-(weights[rows[chosen]].sum(1) + weights[0]))) - spaces[chosen]
            touched, where = np.unique(rows[chosen], return_inverse=True)
            slope = np.bincount(where.ravel(), weights=np.repeat(wrong, rows.shape[1])) / len(chosen)
            squares[touched] += slope**2
            weights[touched] -= settings.learning_rate * slope / np.sqrt(squares[touched])
    return weights


def _respaced(normalized: NormalizedText, places: Sequence[int], wanted: Sequence[bool]) -> NormalizedText:
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, spaced in zip(places, [*wanted, False], strict=True):
        text.append(normalized.text[at])
        starts.append(normalized.starts[at])
        ends.append(normalized.ends[at])
        if spaced:
            text.append(" ")
            starts.append(normalized.ends[at])
            ends.append(normalized.ends[at])
    return NormalizedText("".join(text), normalized.original, tuple(starts), tuple(ends))
