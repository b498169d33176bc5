"""Turn a text into the arrays both models read: syllables, jamo, morphemes, spacing, dictionary matches, n-grams.

No torch here: training and serving call the same code, so they can't differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nlu.checks import expect_at_least
from nlu.hangul import decompose, is_syllable
from nlu.lexicon import Lexicon, Match
from nlu.tokenizers import Tokenizer
from nlu.types import Token
from nlu.vocabulary import PADDING, UNKNOWN, Vocabulary

Level = Literal["syllable", "morpheme"]

_EDGE = "\x02"
_SILENT = f"{_EDGE} "
"""What joins n-grams and is not heard in them: the edge of the text, and the space between morphemes."""
_JAMO_INITIAL = {jamo: number for number, jamo in enumerate("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", 2)}
_JAMO_MEDIAL = {jamo: number for number, jamo in enumerate("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", 2)}
_JAMO_FINAL = {
    jamo: number for number, jamo in enumerate(["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"], 2)
}
JAMO_SIZES = (len(_JAMO_INITIAL) + 2, len(_JAMO_MEDIAL) + 2, len(_JAMO_FINAL) + 2)
"""How many ids the initial, the medial and the final take, padding and unknown included."""

POSITIONS = 5
"""Ids of a unit's place in its morpheme: 0 padding, 1 begin, 2 inside, 3 end, 4 single."""
SPACINGS = 5
"""Ids of the spaces around a unit: 0 padding, 1 none, 2 before, 3 after, 4 both."""


@dataclass(frozen=True)
class FeatureSettings:
    """What the models may see of a text.

    Attributes:
        level: the unit that is tagged: each syllable (carrying its morpheme's features) or each morpheme.
        min_count: how often a symbol must occur in training to have an id.
        ngram_orders: lengths of the character n-grams (spaces left out) the classifier counts.
        morpheme_orders: lengths of the morpheme n-grams it counts.
        max_ngrams: how many n-grams are kept at most.
    """

    level: Level = "syllable"
    min_count: int = 2
    ngram_orders: tuple[int, ...] = (2, 3, 4)
    morpheme_orders: tuple[int, ...] = (1, 2)
    max_ngrams: int = 20_000

    def to_dict(self) -> dict[str, object]:
        """The settings as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FeatureSettings:
        """Read what `to_dict` made, also after a trip through JSON."""
        orders = {name: tuple(values[name]) for name in ("ngram_orders", "morpheme_orders")}
        return cls(**{**values, **orders})

    def __post_init__(self) -> None:
        if self.level not in get_args(Level):
            raise ValueError(f"expected level to be one of {get_args(Level)}, got {self.level!r}")
        expect_at_least(self, 1, "min_count", "ngram_orders", "morpheme_orders")
        expect_at_least(self, 0, "max_ngrams")


@dataclass(frozen=True, slots=True)
class Features:
    """One utterance as arrays; L units, W syllables a unit (1 at syllable level), E entity types, N n-grams.

    Attributes:
        units: what is tagged, with offsets into the text.
        tokens: the morphemes.
        syllable: `(L, W)` ids.
        jamo: `(L, W, 3)` ids of initial, medial, final.
        bigram: `(L, 2)` ids of the syllable pairs to the left and to the right.
        word: `(L,)` ids of the morpheme a unit is part of.
        pos: `(L,)` ids of its word class: its part of speech and what kind of thing it names.
        position: `(L,)` ids of the unit's place in its morpheme.
        spacing: `(L,)` ids of the spaces around it.
        dictionary: `(L, 2 E)` 1.0 where a dictionary value of a type begins or goes on.
        ngram: `(N,)` ids of the known n-grams.
        ngram_coverage: the part of the text's n-grams of letters and digits that training has seen, 0..1.
        matches: what the dictionary knows of the text.
    """

    units: tuple[Token, ...]
    tokens: tuple[Token, ...]
    syllable: NDArray[np.int64]
    jamo: NDArray[np.int64]
    bigram: NDArray[np.int64]
    word: NDArray[np.int64]
    pos: NDArray[np.int64]
    position: NDArray[np.int64]
    spacing: NDArray[np.int64]
    dictionary: NDArray[np.float32]
    ngram: NDArray[np.int64]
    ngram_coverage: float
    matches: tuple[Match, ...] = ()

    @property
    def unknown_ratio(self) -> float:
        """The share of the syllables that training never saw, 0..1."""
        return int(np.count_nonzero(self.syllable == UNKNOWN)) / max(1, int(np.count_nonzero(self.syllable)))


@dataclass(frozen=True)
class FeatureVocabularies:
    """The ids every kind of symbol has; saved in the bundle."""

    syllable: Vocabulary
    bigram: Vocabulary
    word: Vocabulary
    pos: Vocabulary
    ngram: Vocabulary
    entities: tuple[str, ...]

    def to_json(self) -> str:
        """Write all symbols as one JSON object."""
        symbols = {name: list(getattr(self, name).symbols) for name in ("syllable", "bigram", "word", "pos", "ngram")}
        return json.dumps({**symbols, "entities": list(self.entities)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> FeatureVocabularies:
        """Read what `to_json` wrote."""
        symbols = json.loads(text)
        entities = tuple(symbols.pop("entities"))
        return cls(**{name: Vocabulary(values) for name, values in symbols.items()}, entities=entities)


class FeatureEncoder:
    """Text → `Features`, with fixed vocabularies.

    Args:
        tokenizer: the morphological analyser; the same at training and serving.
        lexicon: the author's dictionary; may be newer than the one trained with, its new values still match.
        vocabularies: the ids.
        settings: what to encode.
    """

    def __init__(
        self, tokenizer: Tokenizer, lexicon: Lexicon, vocabularies: FeatureVocabularies, settings: FeatureSettings
    ) -> None:
        self.tokenizer = tokenizer
        self.lexicon = lexicon
        self.vocabularies = vocabularies
        self.settings = settings
        self._entity_ids = {entity: number for number, entity in enumerate(vocabularies.entities)}

    @classmethod
    def fit(
        cls,
        texts: Iterable[str],
        tokenizer: Tokenizer,
        lexicon: Lexicon,
        words: Vocabulary,
        settings: FeatureSettings | None = None,
    ) -> FeatureEncoder:
        """Collect the vocabularies from training texts; `words` are the rows of the word vectors."""
        settings = settings or FeatureSettings()
        texts = tuple(texts)
        analysed = [tokenizer.tokenize(text) for text in texts]
        squeezed = ["".join(text.split()) for text in texts]
        count = settings.min_count
        vocabularies = FeatureVocabularies(
            syllable=Vocabulary.build(squeezed, count),
            bigram=Vocabulary.build((_bigrams(text) for text in squeezed), count),
            word=words,
            pos=Vocabulary.build([token.word_class for token in tokens] for tokens in analysed),
            ngram=Vocabulary.build(
                (_ngrams(text, tokens, settings) for text, tokens in zip(squeezed, analysed, strict=True)),
                count,
                settings.max_ngrams,
            ),
            entities=lexicon.entities,
        )
        return cls(tokenizer, lexicon, vocabularies, settings)

    def encode(self, text: str, tokens: Sequence[Token] | None = None) -> Features:
        """Encode one normalised text.

        Args:
            text: the text, as `nlu.hangul.normalize` leaves it.
            tokens: units to tag instead of the analyser's own (training cuts them at entity edges); read at morpheme
                level only.
        """
        morphemes = self.tokenizer.tokenize(text)
        if self.settings.level == "syllable":
            units = tuple([Token(char, at, at + 1) for at, char in enumerate(text) if not char.isspace()])
            owners, sizes = morphemes, [len(token.text) for token in morphemes]
            positions = [place for size in sizes for place in _places(size)]
        else:
            units = tuple(tokens) if tokens is not None else morphemes
            owners, sizes, positions = units, [1] * len(units), [4] * len(units)
        names = self.vocabularies
        word = np.array(names.word.ids([owner.text for owner in owners]), dtype=np.int64)
        pos = np.array(names.pos.ids([owner.word_class for owner in owners]), dtype=np.int64)
        squeezed = "".join(text.split())
        ngrams = _ngrams(squeezed, morphemes, self.settings)
        known = names.ngram.known(ngrams)
        syllable, jamo = self._syllables(units)
        matches = tuple(self.lexicon.matches(text))
        return Features(
            units=units,
            tokens=morphemes,
            syllable=syllable,
            jamo=jamo,
            bigram=self._bigram_ids([unit.text for unit in units]),
            word=word.repeat(sizes),
            pos=pos.repeat(sizes),
            position=np.array(positions, dtype=np.int64),
            spacing=np.array(_spacings(text, units), dtype=np.int64),
            dictionary=self._dictionary(matches, units),
            ngram=np.array(known, dtype=np.int64),
            ngram_coverage=self._coverage(squeezed, ngrams, known),
            matches=matches,
        )

    def with_lexicon(self, lexicon: Lexicon) -> FeatureEncoder:
        """The same encoder over another dictionary."""
        return FeatureEncoder(self.tokenizer, lexicon, self.vocabularies, self.settings)

    def _coverage(self, squeezed: str, ngrams: Sequence[str], known: Sequence[int]) -> float:
        if not squeezed.isalnum():  # an emoji or an exclamation mark makes no utterance stranger
            ngrams = [gram for gram in ngrams if all(char.isalnum() or char in _SILENT for char in gram)]
            known = self.vocabularies.ngram.known(ngrams)
        return len(known) / len(ngrams) if ngrams else 0.0

    def _syllables(self, units: Sequence[Token]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        ids = self.vocabularies.syllable.ids
        width = max((len(unit.text) for unit in units), default=1)
        if width == 1:
            chars = [unit.text for unit in units]
            return (
                np.array(ids(chars), dtype=np.int64).reshape(-1, 1),
                np.array([_jamo_ids(char) for char in chars], dtype=np.int64).reshape(-1, 1, 3),
            )
        syllable = np.full((len(units), width), PADDING, dtype=np.int64)
        jamo = np.full((len(units), width, 3), PADDING, dtype=np.int64)
        for row, unit in enumerate(units):
            syllable[row, : len(unit.text)] = ids(unit.text)
            jamo[row, : len(unit.text)] = [_jamo_ids(char) for char in unit.text]
        return syllable, jamo

    def _bigram_ids(self, texts: Sequence[str]) -> NDArray[np.int64]:
        ends = [_EDGE, *texts, _EDGE]
        pairs = self.vocabularies.bigram.ids([a[-1] + b[0] for a, b in pairwise(ends)])
        return np.array(list(pairwise(pairs)), dtype=np.int64).reshape(-1, 2)

    def _dictionary(self, matches: Sequence[Match], units: Sequence[Token]) -> NDArray[np.float32]:
        types = self._entity_ids
        features = np.zeros((len(units), 2 * len(types)), dtype=np.float32)
        if not matches:
            return features
        first_at = {unit.start: row for row, unit in enumerate(units)}
        last_at = {unit.end: row for row, unit in enumerate(units)}
        for match in matches:
            kind = types.get(match.entity)
            first, last = first_at.get(match.start), last_at.get(match.end)
            if kind is None or first is None or last is None:
                continue
            features[first, 2 * kind] = 1.0
            features[first + 1 : last + 1, 2 * kind + 1] = 1.0
        return features


def known_ngrams(encoder: FeatureEncoder, text: str, features: Features) -> list[tuple[str, int, int]]:
    """The n-grams behind `features.ngram`, in its order: each as written, and the stretch of the text it covers."""
    places = [at for at, char in enumerate(text) if not char.isspace()]
    squeezed, settings = "".join(text.split()), encoder.settings
    spans = [
        (places[max(at - 1, 0)], places[min(at + n - 2, len(places) - 1)] + 1)
        for n in settings.ngram_orders
        for at in range(len(squeezed) + 2 - n + 1)
    ]
    tokens = features.tokens
    for n in settings.morpheme_orders:
        spans += [(tokens[at].start, tokens[at + n - 1].end) for at in range(len(tokens) - n + 1)]
    grams = _ngrams(squeezed, tokens, settings)
    known = encoder.vocabularies.ngram
    return [(gram.strip(f"{_EDGE} "), *span) for gram, span in zip(grams, spans, strict=True) if gram in known]


def _bigrams(text: str) -> list[str]:
    return [a + b for a, b in zip(_EDGE + text, text + _EDGE, strict=True)]


def _ngrams(squeezed: str, morphemes: Sequence[Token], settings: FeatureSettings) -> list[str]:
    text = f"{_EDGE}{squeezed}{_EDGE}"
    grams = [text[at : at + n] for n in settings.ngram_orders for at in range(len(text) - n + 1)]
    words = [token.text for token in morphemes]
    for n in settings.morpheme_orders:
        grams += [" ".join(["", *words[at : at + n]]) for at in range(len(words) - n + 1)]
    return grams


@lru_cache(maxsize=16_384)  # there are 11,172 syllables
def _jamo_ids(char: str) -> tuple[int, int, int]:
    if is_syllable(char):
        initial, medial, final = decompose(char)
        return _JAMO_INITIAL[initial], _JAMO_MEDIAL[medial], _JAMO_FINAL[final]
    return _JAMO_INITIAL.get(char, UNKNOWN), _JAMO_MEDIAL.get(char, UNKNOWN), UNKNOWN


def _places(size: int) -> list[int]:
    """The place in its morpheme of each of so many syllables."""
    return [4] if size == 1 else [1, *[2] * (size - 2), 3]


def _spacings(text: str, units: Sequence[Token]) -> list[int]:
    last = len(text)
    return [
        1 + (unit.start == 0 or text[unit.start - 1].isspace()) + 2 * (unit.end == last or text[unit.end].isspace())
        for unit in units
    ]
