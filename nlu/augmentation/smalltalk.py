"""Talk that is no bot's business, which every bot learns to decline, but for lines that touch the bot's own words."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from nlu.augmentation.outliers import as_outliers
from nlu.korean.normalization import normalize
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.tokenizers.mecab import MecabTokenizer
from nlu.types import FALLBACK_INTENT, LabelledUtterance

_FILE = Path(__file__).with_name("smalltalk.txt")
_MEANINGFUL = ("NNG", "NNP", "XR", "VV", "VA", "SL")
_VERBS = ("VV", "VA")
_FEWEST = 300
"""Lines that the smallest bot learns; more would keep it from its own utterances, which are seen as often as they."""
_TELLING = 0.03
"""Part of an intent's utterances: a word that comes in so many tells what the bot is for."""
_EVERYDAY = frozenset(Path(__file__).with_name("everyday_words.txt").read_text(encoding="utf-8").split())
"""Words that tell nothing of what a bot is for."""


@dataclass(frozen=True)
class LeftOut:
    """A line that is not learned, and the word of the bot's own that it touches; "" where the bot says all of it."""

    line: str
    word: str


@dataclass(frozen=True)
class Smalltalk:
    """What a bot learns to decline, and what it must not."""

    kept: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


@cache
def smalltalk_lines() -> tuple[str, ...]:
    """The lines of the packaged file."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def smalltalk_for(utterances: Iterable[LabelledUtterance], lexicon: Lexicon) -> Smalltalk:
    """Part the packaged lines into those that a bot may decline and those that touch what it is for.

    A line touches a bot if it holds a value of the dictionary, or a word that comes in a considerable part of some
    intent's utterances (entities aside), or if an utterance says just what the line says.

    Args:
        utterances: those in scope.
        lexicon: the dictionary.
    """
    texts = list(dict.fromkeys((one.intent, _without_entities(one), one.text) for one in utterances))
    words = _Words()
    values = {squeeze(surface) for _, surface in lexicon.surfaces()}
    said = values | {squeeze(normalize(text).text) for _, _, text in texts}
    read = [(str(intent), words.of(text)) for intent, text, _ in texts]
    telling, index = _telling(read), _Index(words for _, words in read)
    kept, left_out = list[str](), list[LeftOut]()
    for line in smalltalk_lines():
        meaning = words.of(line)
        if squeeze(line) in said or index.holds(meaning):
            left_out.append(LeftOut(line, ""))
        elif (word := _touched(line, meaning, values, telling)) is not None:
            left_out.append(LeftOut(line, word))
        else:
            kept.append(line)
    return Smalltalk(tuple(kept), tuple(left_out))


def to_decline(utterances: Sequence[LabelledUtterance], lexicon: Lexicon, share: float) -> list[LabelledUtterance]:
    """The lines that a bot may decline, as utterances of `nlu_fallback` to learn from; a small bot gets some of them.

    Args:
        utterances: what the bot learns, that of `nlu_fallback` included.
        lexicon: the dictionary.
        share: how much they count together, at most, relative to `utterances`; 0 for none.
    """
    scope = [one for one in utterances if one.intent not in (None, FALLBACK_INTENT)]
    if not share or not scope:
        return []
    lines = list(smalltalk_for(scope, lexicon).kept)
    random.Random(0).shuffle(lines)
    return as_outliers(lines[: max(_FEWEST, len(utterances))], utterances, share, most=len(lines))


def _telling(read: Iterable[tuple[str, Sequence[str]]]) -> set[str]:
    """The words that come in so large a part of an intent's utterances that they tell what the bot is for."""
    sizes, counts = Counter[str](), Counter[tuple[str, str]]()
    for intent, words in read:
        sizes[intent] += 1
        counts.update((intent, word) for word in set(words))
    return {word for (intent, word), count in counts.items() if count >= _TELLING * sizes[intent]}


def _touched(line: str, meaning: Sequence[str], values: set[str], telling: set[str]) -> str | None:
    """The first word of the bot's own in a line."""
    for word in meaning:
        if word in values or word in telling:
            return word.removesuffix("-")
    for word in line.split():
        for start in range(len(word)):
            for end in range(len(word), start + (1 if start == 0 else 2), -1):  # of two syllables, a word begins so
                if squeeze(word[start:end]) in values and word[start:end] not in _EVERYDAY:
                    return word[start:end]
    return None


class _Words:
    """Reads the words off a text that mean something; the stem of a verb ends in "-"."""

    def __init__(self) -> None:
        self._tokenizer = MecabTokenizer()

    def of(self, text: str) -> tuple[str, ...]:
        found = []
        for token in self._tokenizer.tokenize(normalize(text).text):
            pos = token.pos.split("+")[0]
            if pos not in _MEANINGFUL or token.text in _EVERYDAY:
                continue
            if pos not in _VERBS:
                found.append(token.text.casefold())
            elif len(token.text) > 1:  # a stem of one syllable is too often another verb's
                found.append(f"{token.text}-")
        return tuple(found)


class _Index:
    """Tells whether some utterance says what a line says: all of its words and one more at most, none beside one."""

    def __init__(self, utterances: Iterable[Iterable[str]]) -> None:
        self._sets = [frozenset(words) for words in utterances]
        self._of: dict[str, list[int]] = {}
        for number, words in enumerate(self._sets):
            for word in words:
                self._of.setdefault(word, []).append(number)

    def holds(self, words: Sequence[str]) -> bool:
        wanted = frozenset(words)
        rarest = min(wanted, key=lambda word: (len(self._of.get(word, ())), word), default=None)
        return rarest is not None and any(
            wanted <= said and len(said) <= (len(wanted) + 1 if len(wanted) > 1 else 1)
            for said in (self._sets[number] for number in self._of.get(rarest, ()))
        )


def _without_entities(utterance: LabelledUtterance) -> str:
    text = utterance.text
    for span in reversed(utterance.spans):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text
