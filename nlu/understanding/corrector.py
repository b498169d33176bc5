"""Undo one wrong keystroke in a word that neither the bot's training nor people's reviews know.

A noisy channel (Kernighan, Church and Gale 1990): of the words that training saw often, the one whose count best pays
for the slip. Words that are one keystroke apart share what is left without one of their keys (Garbe 2012).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

import numpy as np
import orjson

from nlu.augmentation.keyboard import NEIGHBOURS
from nlu.korean.hangul import keystrokes
from nlu.korean.normalization import NormalizedText
from nlu.lexicon.lexicon import Lexicon
from nlu.store.bundle import Bundle
from nlu.understanding.common_words import CommonWords
from nlu.understanding.training_examples import TrainingExamples

COST = {"same": 0.5, "near": 1.0, "twice": 1.5, "missing": 1.5, "swapped": 2.0, "other": 4.0}
"""Of a slip, in nats: a word is put in only where its count outweighs it."""
LEAST_KEYS = 4
"""Of a word that is looked at: too many short ones are one key apart."""
_LEAST_COUNT = 3
"""Of a word that may be put in."""
_FILE, _COMMON = "corrector.json", "common_words.bin"
_WORD = re.compile("[가-힣ㄱ-ㅣ]+")


class Corrector:
    """Knows the words that training saw often.

    Args:
        counts: of words that may be put in.
        common: words that are right, though training may have none of them.
    """

    def __init__(self, counts: Mapping[str, int], common: CommonWords) -> None:
        self._counts = dict(counts)
        self._words = list(counts)
        self._common = common
        pairs = [(crc32(left.encode()), at) for at, word in enumerate(counts) for left in _lefts(keystrokes(word))]
        pairs.sort()
        self._hashes = np.array([one for one, _ in pairs], np.uint32)
        self._places = np.array([at for _, at in pairs], np.int32)

    @classmethod
    def learn(cls, examples: TrainingExamples) -> Corrector:
        """Count the words of the training set."""
        return cls.fit((one.text for one in examples.utterances), examples.settings.corrected_words)

    @classmethod
    def fit(cls, texts: Iterable[str], most: int) -> Corrector:
        """Count the words of texts, and keep so many of the commonest."""
        counts = Counter(word for text in texts for word in text.split() if _WORD.fullmatch(word))
        often = [(word, count) for word, count in counts.items() if count >= _LEAST_COUNT]
        kept = dict(sorted(often, key=lambda pair: (-pair[1], pair[0]))[:most])
        return cls(kept, CommonWords.shipped().along_with(counts) if kept else CommonWords.of((), 8))

    def restore(self, normalized: NormalizedText, lexicon: Lexicon | None = None) -> NormalizedText:
        """Undo slips of typing in a text.

        Args:
            normalized: the text, its spaces put back.
            lexicon: no word that holds a value of the dictionary is changed.

        Returns:
            The same text or one with other words, whose characters know what they stand for in the original.
        """
        if not self._counts:
            return normalized
        found = [
            (match.start(), word, meant)
            for match in re.finditer(r"\S+", normalized.text)
            if (meant := self.meant(word := match[0])) is not None
        ]
        if not found:
            return normalized
        matches = lexicon.matches(normalized.text) if lexicon is not None else ()
        values = [(match.start, match.end) for match in matches if match.end - match.start > 1]
        for start, word, meant in reversed(found):
            if all(end <= start or start + len(word) <= begin for begin, end in values):
                normalized = _replaced(normalized, start, word, meant)
        return normalized

    def meant(self, word: str) -> str | None:
        """The word that was probably meant by one that nobody types; None for one that stays."""
        if word in self._counts or not _WORD.fullmatch(word) or word in self._common:
            return None
        keys = keystrokes(word)
        if len(keys) < LEAST_KEYS:
            return None
        scores = [(gain, other) for other in self._near(keys) if (gain := self._gain(keys, word, other)) >= 0]
        return min(scores, key=lambda pair: (-pair[0], pair[1]))[1] if scores else None

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it; equal correctors write equal files."""
        return {_FILE: orjson.dumps(self._counts), _COMMON: self._common.to_bytes()}

    @classmethod
    def read(cls, bundle: Bundle) -> Corrector:
        """Read what `files` wrote; an older bundle has none, and changes no word."""
        if _FILE not in bundle.manifest.files:
            return cls({}, CommonWords.of((), 8))
        return cls(orjson.loads(bundle.read(_FILE)), CommonWords.from_bytes(bundle.read(_COMMON)))

    def _near(self, keys: str) -> set[str]:
        """Words that may be one keystroke away, and perhaps others."""
        hashes = np.array([crc32(left.encode()) for left in _lefts(keys)], np.uint32)
        starts, ends = (self._hashes.searchsorted(hashes, side) for side in ("left", "right"))
        return {self._words[at] for start, end in zip(starts, ends, strict=True) for at in self._places[start:end]}

    def _gain(self, keys: str, word: str, other: str) -> float:
        """How much likelier it is that the other word was meant, in nats."""
        slip = slip_of(keys, keystrokes(other))
        if slip is None or len(other) > len(word):  # each syllable of the other stands for something that was typed
            return -math.inf
        return math.log(self._counts[other]) - COST[slip]


def slip_of(typed: str, meant: str) -> str | None:
    """The one slip that turns keys into others, if any; None for several.

    Example:
        >>> slip_of("ㅈㅜㅏ", "ㅈㅜㅓ"), slip_of("ㅈㅜㅓㅓ", "ㅈㅜㅓ"), slip_of("ㅎ", "ㅈㅜㅓ")
        ('near', 'twice', None)
    """
    first = next((at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), None)
    first = min(len(typed), len(meant)) if first is None else first
    one, other = typed[first:], meant[first:]
    if len(typed) == len(meant):
        if not one:
            return "same"  # keys that were not composed to the same syllables
        if one[1:] == other[1:]:
            is_near = one[0] in NEIGHBOURS.get(other[0], ()) or other[0] in NEIGHBOURS.get(one[0], ())
            return "near" if is_near else "other"
        return "swapped" if one[:2] == other[1::-1] and one[2:] == other[2:] else None
    if one[1:] == other:
        return "twice" if first and typed[first] == typed[first - 1] else "other"
    return "missing" if one == other[1:] else None


def _lefts(keys: str) -> Iterator[str]:
    """The keys, and what is left without any one of them."""
    yield keys
    for at in range(len(keys)):
        yield keys[:at] + keys[at + 1 :]


def _replaced(text: NormalizedText, start: int, typed: str, meant: str) -> NormalizedText:
    """The text with another word; the syllables that differ share what was typed in their place."""
    size = len(meant)
    before = next((at for at in range(size) if typed[at] != meant[at]), size)
    after = next((at for at in range(size - before) if typed[-1 - at] != meant[-1 - at]), size - before)
    wide, narrow = len(typed) - before - after, size - before - after
    edges = [*range(before), *(before + at * wide // narrow for at in range(narrow))]
    edges += range(len(typed) - after, len(typed) + 1)
    end = start + len(typed)
    starts = (text.starts[start + at] for at in edges[:-1])
    ends = (text.ends[start + at - 1] for at in edges[1:])
    return NormalizedText(
        f"{text.text[:start]}{meant}{text.text[end:]}",
        text.original,
        (*text.starts[:start], *starts, *text.starts[end:]),
        (*text.ends[:start], *ends, *text.ends[end:]),
    )
