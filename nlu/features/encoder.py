"""Turn a text into the arrays both models read: syllables, jamo, morphemes, spacing, dictionary matches, n-grams.

No torch here: training and serving call the same code, so they can't differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import orjson
from numpy.typing import NDArray

from nlu.checks import expect_at_least
from nlu.features.jamo_ids import jamo_ids
from nlu.features.vocabulary import PADDING, UNKNOWN, Vocabulary
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.tokenizers import Tokenizer
from nlu.types import Token

Level = Literal["syllable", "morpheme"]
Ids = NDArray[np.int64]

_EDGE = "\x02"
_SILENT = f"{_EDGE} "
"""What joins n-grams and is not heard in them: the edge of the text, and the space between morphemes."""

_IMAGINED = 10
"""N-grams that are imagined beside those of a text, half of them seen: the mean of a beta prior's posterior."""
POSITIONS = 5
"""Ids of a unit's place in its morpheme: 0 padding, 1 begin, 2 inside, 3 end, 4 single."""
SPACINGS = 5
"""Ids of the spaces around a unit: 0 padding, 1 none, 2 before, 3 after, 4 both."""

UNIT_ROWS = ("left", "right", "word", "pos", "position", "spacing")
"""What is looked up of a unit: the syllable pairs to its left and right, its morpheme's word and word class, its place
in the morpheme, the spaces around it."""
SYLLABLE_ROWS = ("syllable", "initial", "medial", "final")
"""What is looked up of each of its syllables."""

_new = tuple.__new__
"""Makes a named tuple in less than half the time, which matters for one a syllable."""


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

    All that is looked up lies in one array, which the networks take as it is; the properties are views of it.

    Attributes:
        units: what is tagged, with offsets into the text.
        tokens: the morphemes.
        ids: `(6 + 4 W, L)` what is looked up, a row for each of `UNIT_ROWS`, then for the `SYLLABLE_ROWS` of every
            syllable of the unit.
        flags: `(L, 2 E + 1)` 1.0 where a dictionary value of a type begins or goes on, and 1.0 at the end for a unit.
        ngram: `(N,)` ids of the known n-grams.
        ngram_coverage: the part of the text's n-grams of letters and digits that training has seen, 0..1.
        familiarity: the same with ten more n-grams imagined, half of them seen, so that few say little; 0 of none.
        matches: what the dictionary knows of the text.
    """

    units: tuple[Token, ...]
    tokens: tuple[Token, ...]
    ids: Ids
    flags: NDArray[np.float32]
    ngram: Ids
    ngram_coverage: float
    familiarity: float
    matches: tuple[Match, ...] = ()

    @property
    def syllable(self) -> Ids:
        """`(L, W)` ids of the syllables."""
        return self._of_syllables[:, :, 0]

    @property
    def jamo(self) -> Ids:
        """`(L, W, 3)` ids of initial, medial, final."""
        return self._of_syllables[:, :, 1:]

    @property
    def bigram(self) -> Ids:
        """`(L, 2)` ids of the syllable pairs to the left and to the right."""
        pairs: Ids = self.ids[:2].T
        return pairs

    @property
    def word(self) -> Ids:
        """`(L,)` ids of the morpheme a unit is part of."""
        return self._of_units("word")

    @property
    def pos(self) -> Ids:
        """`(L,)` ids of its word class: its part of speech and what kind of thing it names."""
        return self._of_units("pos")

    @property
    def position(self) -> Ids:
        """`(L,)` ids of the unit's place in its morpheme."""
        return self._of_units("position")

    @property
    def spacing(self) -> Ids:
        """`(L,)` ids of the spaces around it."""
        return self._of_units("spacing")

    @property
    def dictionary(self) -> NDArray[np.float32]:
        """`(L, 2 E)` the flags without the last."""
        return self.flags[:, :-1]

    @property
    def unknown_ratio(self) -> float:
        """The share of the syllables that training never saw, 0..1."""
        ids: list[int] = self.ids[len(UNIT_ROWS) :: len(SYLLABLE_ROWS)].ravel().tolist()
        return ids.count(UNKNOWN) / max(1, len(ids) - ids.count(PADDING))

    @property
    def _of_syllables(self) -> Ids:
        """`(L, W, 4)`."""
        kinds, units = len(SYLLABLE_ROWS), self.ids.shape[1]
        rows: Ids = (
            self.ids[len(UNIT_ROWS) :]
            .reshape((len(self.ids) - len(UNIT_ROWS)) // kinds, kinds, units)
            .transpose(2, 0, 1)
        )
        return rows

    def _of_units(self, name: str) -> Ids:
        row: Ids = self.ids[UNIT_ROWS.index(name)]
        return row


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
        symbols = orjson.loads(text)
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
        known = vocabularies.syllable.symbols
        jamo = jamo_ids("".join(known)).tolist()
        self._syllable_ids = {
            char: (vocabularies.syllable.id(char), *ids) for char, ids in zip(known, jamo, strict=True)
        }

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
            bigram=Vocabulary.build((_pairs(text) for text in squeezed), count),
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
            text: the text, as `nlu.korean.hangul.normalize` leaves it.
            tokens: units to tag instead of the analyser's own (training cuts them at entity edges); read at morpheme
                level only.
        """
        return self._encoded((text,), (tokens,))[0]

    def encode_many(self, texts: Sequence[str]) -> list[Features]:
        """Encode several normalised texts, each as `encode` does: their arrays are made together, which is quicker."""
        if self.settings.level == "syllable" and texts:
            return self._encoded(texts, (None,) * len(texts))
        return [self.encode(text) for text in texts]  # units of several syllables, as wide as the text's widest

    def _encoded(self, texts: Sequence[str], cuts: Sequence[Sequence[Token] | None]) -> list[Features]:
        columns = _Columns()
        encoded = [self._read(text, cut, columns) for text, cut in zip(texts, cuts, strict=True)]
        ids = self._ids(columns)
        ngram = np.array(columns.ngram, dtype=np.int64)
        flags = np.zeros((ids.shape[1], 2 * len(self._entity_ids) + 1), dtype=np.float32)
        flags[:, -1] = 1.0
        for first, last, kind in columns.marks:
            flags[first, 2 * kind] = 1.0
            flags[first + 1 : last, 2 * kind + 1] = 1.0
        return [one.features(ids, flags, ngram) for one in encoded]

    def _read(self, text: str, cut: Sequence[Token] | None, columns: _Columns) -> _Reading:
        """Add one text's units to the columns."""
        names, first, first_gram = self.vocabularies, len(columns.texts), len(columns.ngram)
        morphemes, words = self.tokenizer.tokenize(text), text.split()
        squeezed = "".join(words)
        if self.settings.level == "syllable":
            units = tuple([_new(Token, (c, at, at + 1, "", "")) for at, c in enumerate(text) if not c.isspace()])
            owners, sizes = morphemes, [len(token.text) for token in morphemes]
            for size in sizes:
                columns.position += _places(size)
            for word in words:
                columns.spacing += _spaces(len(word))
            columns.texts += squeezed
            pairs = _pairs(squeezed)
        else:
            units = tuple(cut) if cut is not None else morphemes
            owners, sizes = units, [1] * len(units)
            columns.position += [4] * len(units)
            columns.spacing += _spacings(text, units)
            columns.texts += [unit.text for unit in units]
            pairs = [a[-1] + b[0] for a, b in pairwise((_EDGE, *columns.texts[first:], _EDGE))]
        of_words, of_pos = (
            names.word.ids([one.text for one in owners]),
            names.pos.ids([one.word_class for one in owners]),
        )
        for word_id, pos_id, size in zip(of_words, of_pos, sizes, strict=True):
            columns.word += (word_id,) * size
            columns.pos += (pos_id,) * size
        bigrams = names.bigram.ids(pairs)
        columns.left += bigrams[:-1]
        columns.right += bigrams[1:]
        ngrams = _ngrams(squeezed, morphemes, self.settings)
        known = names.ngram.known(ngrams)
        columns.ngram += known
        matches = tuple(self.lexicon.matches(text))
        if matches:
            columns.marks += self._marks(matches, units, first)
        rows, grams = slice(first, len(columns.texts)), slice(first_gram, len(columns.ngram))
        return _Reading(units, morphemes, *self._coverage(squeezed, ngrams, known), matches, rows, grams)

    def with_lexicon(self, lexicon: Lexicon) -> FeatureEncoder:
        """The same encoder over another dictionary."""
        return FeatureEncoder(self.tokenizer, lexicon, self.vocabularies, self.settings)

    def _coverage(self, squeezed: str, ngrams: Sequence[str], known: Sequence[int]) -> tuple[float, float]:
        if not squeezed.isalnum():  # an emoji or an exclamation mark makes no utterance stranger
            ngrams = [gram for gram in ngrams if all(char.isalnum() or char in _SILENT for char in gram)]
            known = self.vocabularies.ngram.known(ngrams)
        seen, count = len(known), len(ngrams)
        return (seen / count, (seen + _IMAGINED / 2) / (count + _IMAGINED)) if count else (0.0, 0.0)

    def _ids(self, columns: _Columns) -> Ids:
        """The columns as one array, `Features.ids` of all texts one after the other."""
        of_units = (columns.left, columns.right, columns.word, columns.pos, columns.position, columns.spacing)
        units, width = len(columns.texts), max(map(len, columns.texts), default=1)
        if width == 1 and units:
            of_syllables = zip(*map(self._ids_of, columns.texts), strict=True)
            numbers = chain(chain.from_iterable(of_units), chain.from_iterable(of_syllables))
            return np.fromiter(numbers, np.int64, (len(of_units) + 4) * units).reshape(-1, units)
        ids = np.full((len(of_units) + 4 * width, units), PADDING, dtype=np.int64)
        ids[: len(of_units)] = of_units
        for row, text in enumerate(columns.texts):
            ids[len(of_units) :, row][: 4 * len(text)] = [number for char in text for number in self._ids_of(char)]
        return ids

    def _ids_of(self, char: str) -> tuple[int, ...]:
        """The ids of a character, and of its initial, medial and final."""
        return self._syllable_ids.get(char) or (UNKNOWN, *jamo_ids(char)[0].tolist())

    def _marks(self, matches: Sequence[Match], units: Sequence[Token], first: int) -> Iterator[tuple[int, int, int]]:
        """Where values are: the row of the first unit and one past that of the last, and the number of the type."""
        types = self._entity_ids
        first_at = {unit.start: row for row, unit in enumerate(units, first)}
        last_at = {unit.end: row for row, unit in enumerate(units, first)}
        for match in matches:
            kind = types.get(match.entity)
            begin, end = first_at.get(match.start), last_at.get(match.end)
            if kind is not None and begin is not None and end is not None:
                yield begin, end + 1, kind


class _Columns:
    """What is read of the units of several texts, one after the other, before arrays are made of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.left: list[int] = []
        self.right: list[int] = []
        self.position: list[int] = []
        self.spacing: list[int] = []
        self.word: list[int] = []
        self.pos: list[int] = []
        self.ngram: list[int] = []
        self.marks: list[tuple[int, int, int]] = []


class _Reading(NamedTuple):
    """What is read of one text beside its arrays, and which rows of those are its own."""

    units: tuple[Token, ...]
    tokens: tuple[Token, ...]
    coverage: float
    familiarity: float
    matches: tuple[Match, ...]
    rows: slice
    grams: slice

    def features(self, ids: Ids, flags: NDArray[np.float32], ngram: Ids) -> Features:
        return Features(
            units=self.units,
            tokens=self.tokens,
            ids=ids[:, self.rows],
            flags=flags[self.rows],
            ngram=ngram[self.grams],
            ngram_coverage=self.coverage,
            familiarity=self.familiarity,
            matches=self.matches,
        )


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


def _pairs(text: str) -> list[str]:
    text = f"{_EDGE}{text}{_EDGE}"
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _ngrams(squeezed: str, morphemes: Sequence[Token], settings: FeatureSettings) -> list[str]:
    text = f"{_EDGE}{squeezed}{_EDGE}"
    grams = [text[at : at + n] for n in settings.ngram_orders for at in range(len(text) - n + 1)]
    words = [f" {token.text}" for token in morphemes]
    for n in settings.morpheme_orders:
        grams += words if n == 1 else ["".join(words[at : at + n]) for at in range(len(words) - n + 1)]
    return grams


@lru_cache(maxsize=64)
def _places(size: int) -> tuple[int, ...]:
    """The place in its morpheme of each of so many syllables."""
    return (4,) if size == 1 else (1, *[2] * (size - 2), 3)


@lru_cache(maxsize=64)
def _spaces(size: int) -> tuple[int, ...]:
    """The spaces around each of so many syllables of a word."""
    return (4,) if size == 1 else (2, *[1] * (size - 2), 3)


def _spacings(text: str, units: Sequence[Token]) -> list[int]:
    last = len(text)
    return [
        1 + (unit.start == 0 or text[unit.start - 1].isspace()) + 2 * (unit.end == last or text[unit.end].isspace())
        for unit in units
    ]
