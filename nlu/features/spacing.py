"""Put back the spaces that someone in a hurry left out.

Whether a space stands between two characters is a logistic regression on the characters around. It learns from the
very utterances the networks learn from, so that it spaces as they do. Only an utterance whose own spacing is very
unlikely is spaced anew; all others stay as they were typed.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import orjson
from numpy.typing import NDArray

from nlu.bounds import STRICT, Count, Positive
from nlu.korean.normalization import NormalizedText, normalize
from nlu.lexicon.lexicon import Lexicon
from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance

_FILE = "spacing.json"
_EDGE = "\x02"
_LEFT, _RIGHT = 4, 3
_WINDOWS = ((0, 1), (0, 2), (0, 3), (1, 0), (2, 0), (3, 0), (4, 0), (1, 1), (2, 1), (1, 2), (2, 2), (3, 1))
"""How many characters to the left and to the right of a gap each feature sees."""
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
        self._weights = dict(weights)
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
        gaps = [gap for text in several for gap in _gaps_of(text)]
        counts = Counter(feature for features, _ in gaps for feature in features)
        names = sorted(name for name, count in counts.items() if count >= settings.min_count)
        ids = {name: number for number, name in enumerate(names, 1)}  # 0 is the bias, and what is unknown
        rows = np.array([[ids.get(name, 0) for name in features] for features, _ in gaps], dtype=np.int64)
        spaces = np.array([spaced for _, spaced in gaps], dtype=np.float64)
        weights = _learned(rows, spaces, len(names) + 1, settings, seed) if len(gaps) else np.zeros(1)
        kept = {
            name: round(float(weights[number]), 2) for name, number in ids.items() if abs(weights[number]) >= _LEAST
        }
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
        if not self._weights or all(len(word) < self._long_word for word in text.split(" ")):
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
        weights, bias = self._weights, self._bias
        return [bias + sum([weights[name] for name in names if name in weights]) for names in _features(squeezed)]

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it; equal spacers write equal files."""
        parts = {"surprise": self._surprise, "long_word": self._long_word, "bias": self._bias, "weights": self._weights}
        return {_FILE: json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> Spacer:
        """Read what `files` wrote."""
        return cls(**orjson.loads(bundle.read(_FILE)))


def _features(squeezed: str) -> Iterator[list[str]]:
    text = _EDGE * _LEFT + squeezed + _EDGE * _RIGHT
    for at in range(_LEFT + 1, _LEFT + len(squeezed)):
        before = [f"{text[at - left : at]} " for left in range(_LEFT + 1)]
        after = [text[at : at + right] for right in range(_RIGHT + 1)]
        yield [before[left] + after[right] for left, right in _WINDOWS]


def _gaps_of(text: str) -> Iterator[tuple[list[str], bool]]:
    squeezed = "".join(text.split())
    spaced, at = set(), 0
    for word in text.split():
        at += len(word)
        spaced.add(at)
    for position, features in enumerate(_features(squeezed), 1):
        yield features, position in spaced


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
