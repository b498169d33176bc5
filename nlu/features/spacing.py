"""Put back the spaces that someone in a hurry left out.

How likely a space is between two characters was learned from many reviews once (`nlu.features.space_weights`); each bot
goes on from there with the very utterances its networks learn from, so that it spaces as they do. Only an utterance
whose own spacing is very unlikely is spaced anew; all others stay as they were typed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import orjson

from nlu.bounds import STRICT, Count, Positive
from nlu.features.space_weights import SpaceWeights
from nlu.korean.normalization import NormalizedText, normalize
from nlu.lexicon.lexicon import Lexicon
from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance

_FILE, _WEIGHTS = "spacing.json", "spacing.safetensors"
_OLD_BITS = 22
"""So that the many weights by name of an older bundle hardly meet in one place."""


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
        prior: start from what film reviews tell of spaces, which the product brings along, not from nothing.
    """

    __pydantic_config__ = STRICT

    texts: Count = 20_000
    epochs: Positive = 6
    learning_rate: float = 0.3
    min_count: Positive = 2
    surprise: float = 2.0
    long_word: Positive = 5
    prior: bool = True


class Spacer:
    """Knows how likely a space is between any two characters.

    Args:
        weights: tell how likely.
        surprise: see `SpacingSettings`.
        long_word: see `SpacingSettings`.
    """

    def __init__(self, weights: SpaceWeights, surprise: float, long_word: int) -> None:
        self._weights = weights
        self._surprise = surprise
        self._long_word = long_word

    @classmethod
    def fit(cls, texts: Iterable[str], settings: SpacingSettings | None = None, seed: int = 0) -> Spacer:
        """Learn from normalised texts as people, or patterns, space them."""
        settings = settings or SpacingSettings()
        weights = SpaceWeights.shipped() if settings.prior and settings.texts else SpaceWeights.none()
        several = sorted({text for text in texts if " " in text})
        if len(several) > settings.texts:
            several = random.Random(seed).sample(several, settings.texts)
        learned = weights.learn(
            several,
            epochs=settings.epochs,
            learning_rate=settings.learning_rate,
            min_count=settings.min_count,
            seed=seed,
        )
        return cls(learned, settings.surprise, settings.long_word)

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
        if not self._weights.knows or all(len(word) < self._long_word for word in text.split(" ")):
            return normalized
        places = [at for at, char in enumerate(text) if char != " "]
        odds = self._weights.log_odds("".join(text[at] for at in places))
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

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it; equal spacers write equal files."""
        about = {"surprise": self._surprise, "long_word": self._long_word}
        return {_FILE: json.dumps(about).encode(), _WEIGHTS: self._weights.to_bytes()}

    @classmethod
    def read(cls, bundle: Bundle) -> Spacer:
        """Read what `files` wrote, or what an older version did, whose weights had names."""
        about = orjson.loads(bundle.read(_FILE))
        if "weights" in about:
            weights = SpaceWeights.named(about["weights"], about["bias"], _OLD_BITS)
        else:
            weights = SpaceWeights.from_bytes(bundle.read(_WEIGHTS))
        return cls(weights, about["surprise"], about["long_word"])


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
