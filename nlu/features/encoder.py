"""Turn a text into the arrays both models read: syllables, jamo, morphemes, spacing, dictionary matches, n-grams.

No torch here: training and serving call the same code, so they can't differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from nlu import tokenizers
from nlu.bounds import STRICT, Count, Positive
from nlu.errors import BundleError
from nlu.features import pretrained
from nlu.features.jamo_ids import jamo_ids
from nlu.features.unit_features import IN_CONTEXT, ROWS
from nlu.features.vocabulary import UNKNOWN, Vocabulary
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.store.bundle import Bundle, shared_file
from nlu.tokenizers import Tokenizer
from nlu.types import Token

Ids = NDArray[np.int64]

_VOCABULARIES, _LEXICON, _COMPILED = "vocabularies.json", "lexicon.json", "user.dic"
_USER_DICTIONARY = "user_dictionary"
"""The setting of a tokenizer that names the file of words compiled for it."""

_EDGE = "\x02"
"""Stands before the first and after the last character in n-grams."""
_JOINERS = f"{_EDGE} "
"""What n-grams hold beside the text's own characters: the edge, and the space before a morpheme."""
_NAMES = ("NN", "SL")
"""Parts of speech of what names something: nouns, and foreign words."""
_ORDINARY_NGRAMS = 30
"""N-grams of a text of some eight syllables; what shorter ones have would be pruned as rare, and they told apart by
nothing."""
_PRIOR_NGRAMS = 10
"""N-grams counted beside those of a text, half of them as seen: the mean of a beta prior's posterior."""


@dataclass(frozen=True)
class FeatureSettings:
    """What the models may see of a text.

    Attributes:
        min_count: how often a symbol must occur in training to have an id.
        ngram_orders: lengths of the character n-grams (spaces left out) the classifier counts.
        morpheme_orders: lengths of the morpheme n-grams it counts.
        max_ngrams: how many n-grams are kept at most.
    """

    __pydantic_config__ = STRICT

    min_count: Positive = 2
    ngram_orders: tuple[Positive, ...] = (2, 3, 4)
    morpheme_orders: tuple[Positive, ...] = (1, 2)
    max_ngrams: Count = 20_000

    def to_dict(self) -> dict[str, object]:
        """The settings as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FeatureSettings:
        """Read what `to_dict` made, also after a trip through JSON.

        Raises:
            BundleError: an earlier version wrote it, of a model that tags morphemes.
        """
        known = dict(values)
        if (level := known.pop("level", "syllable")) != "syllable":
            raise BundleError("bundle.morphemes", level=level)
        orders = {name: tuple(known[name]) for name in ("ngram_orders", "morpheme_orders")}
        return cls(**{**known, **orders})


@dataclass(frozen=True, slots=True)
class Features:
    """One utterance as arrays; L units, E entity types, N n-grams.

    Attributes:
        units: what is tagged: the characters that are no spaces, with offsets into the text.
        tokens: the morphemes.
        ids: `(10, L)` what is looked up; `nlu.features.unit_features.ROWS` names the rows.
        flags: `(L, 2 E + 1)` 1.0 where a dictionary value of a type begins or goes on, and 1.0 at the end for a unit.
        ngram: `(N,)` ids of the known n-grams.
        ngram_coverage: the part of the text's different n-grams of letters and digits that training has seen, 0..1.
        familiarity: the same with ten more n-grams, half of them seen, so that a few say little; 0 for none.
        matches: what the dictionary knows of the text.
        is_unknown_name: whether it is nothing but nouns and foreign words, of which neither training nor the
            dictionary has any: all that the networks see of it are pieces of words.
    """

    units: tuple[Token, ...]
    tokens: tuple[Token, ...]
    ids: Ids
    flags: NDArray[np.float32]
    ngram: Ids
    ngram_coverage: float
    familiarity: float
    matches: tuple[Match, ...] = ()
    is_unknown_name: bool = False

    @property
    def unknown_ratio(self) -> float:
        """The part of the syllables that training never saw, 0..1."""
        ids: list[int] = self.ids[ROWS["syllable"]].tolist()
        return ids.count(UNKNOWN) / max(1, len(ids))


@dataclass(frozen=True)
class FeatureVocabularies:
    """The ids every kind of symbol has; saved in the bundle.

    Attributes:
        syllable: of syllables.
        bigram: of pairs of them.
        word: of morphemes: those that training saw, then other common ones.
        pos: of parts of speech.
        ngram: of n-grams.
        entities: the types of values that the dictionary knows.
        taught: how many ids of words stand for what training saw, padding and unknown included; 0 for all.
    """

    syllable: Vocabulary
    bigram: Vocabulary
    word: Vocabulary
    pos: Vocabulary
    ngram: Vocabulary
    entities: tuple[str, ...]
    taught: int = 0

    def to_json(self) -> str:
        """Write all symbols as one JSON object."""
        symbols = {name: list(getattr(self, name).symbols) for name in ("syllable", "bigram", "word", "pos", "ngram")}
        more = {"taught": self.taught} if self.taught else {}
        return json.dumps({**symbols, "entities": list(self.entities), **more}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> FeatureVocabularies:
        """Read what `to_json` wrote."""
        symbols = orjson.loads(text)
        entities, taught = tuple(symbols.pop("entities")), symbols.pop("taught", 0)
        return cls(**{name: Vocabulary(values) for name, values in symbols.items()}, entities=entities, taught=taught)

    def is_new_word(self, word_id: int) -> bool:
        """Whether training never saw a word, though others may tell what it means."""
        return word_id == UNKNOWN or 0 < self.taught <= word_id


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
        taught: int = 0,
    ) -> FeatureEncoder:
        """Collect the vocabularies from training texts; `words` are the rows of the word vectors, `taught` theirs."""
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
                (
                    _as_of_an_ordinary_text(_ngrams(text, tokens, settings))
                    for text, tokens in zip(squeezed, analysed, strict=True)
                ),
                count,
                settings.max_ngrams,
            ),
            entities=lexicon.entities,
            taught=taught,
        )
        return cls(tokenizer, lexicon, vocabularies, settings)

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it; the words compiled for the analyser are read from where they lie."""
        compiled = self.tokenizer.settings.get(_USER_DICTIONARY)
        return {
            **shared_file(features=self.settings.to_dict()),
            _VOCABULARIES: self.vocabularies.to_json().encode(),
            _LEXICON: self.lexicon.to_json().encode(),
            **({pretrained.NOTICE: pretrained.notice()} if self.vocabularies.taught else {}),
            **({} if compiled is None else {_COMPILED: Path(str(compiled)).read_bytes()}),
        }

    @classmethod
    def read(cls, bundle: Bundle) -> FeatureEncoder:
        """Read what `files` wrote, and make the tokenizer that the bundle names."""
        tokenizer = bundle.manifest.tokenizer
        compiled = {_USER_DICTIONARY: bundle.path(_COMPILED)} if _COMPILED in bundle.manifest.files else {}
        return cls(
            tokenizers.create(tokenizer.name, **{**tokenizer.settings, **compiled}),
            Lexicon.from_json(bundle.read(_LEXICON).decode()),
            FeatureVocabularies.from_json(bundle.read(_VOCABULARIES).decode()),
            FeatureSettings.from_dict(bundle.shared("features")),
        )

    @cached_property
    def untaught(self) -> Tokenizer:
        """The analyser without the author's words: what it takes for one word, whatever the dictionary holds."""
        tokenizer = self.tokenizer
        return tokenizers.create(tokenizer.name) if _USER_DICTIONARY in tokenizer.settings else tokenizer

    def encode(self, text: str) -> Features:
        """Encode one text, normalised as `nlu.korean.normalization.normalize` leaves it."""
        return self.encode_many((text,))[0]

    def encode_many(self, texts: Sequence[str]) -> list[Features]:
        """Encode several normalised texts, each as `encode` does: their arrays are made together, which is quicker."""
        columns = _Columns()
        readings = [self._read(text, columns) for text in texts]
        ids = self._ids(columns)
        ngram = np.array(columns.ngram, dtype=np.int64)
        flags = np.zeros((ids.shape[1], 2 * len(self._entity_ids) + 1), dtype=np.float32)
        flags[:, -1] = 1.0
        for first, last, entity in columns.marks:
            flags[first, 2 * entity] = 1.0
            flags[first + 1 : last, 2 * entity + 1] = 1.0
        return [reading.features(ids, flags, ngram) for reading in readings]

    def _read(self, text: str, columns: _Columns) -> _Reading:
        """Add one text's units to the columns."""
        names, first, first_gram = self.vocabularies, len(columns.texts), len(columns.ngram)
        morphemes, words = self.tokenizer.tokenize(text), text.split()
        squeezed = "".join(words)
        units = tuple([Token(char, at, at + 1) for at, char in enumerate(text) if not char.isspace()])
        columns.texts += squeezed
        of, sizes = columns.of, [len(morpheme.text) for morpheme in morphemes]
        for size in sizes:
            of["position"] += _positions(size)
        for word in words:
            of["spacing"] += _spacings(len(word))
        word_ids = names.word.ids([morpheme.text for morpheme in morphemes])
        pos_ids = names.pos.ids([morpheme.word_class for morpheme in morphemes])
        for word_id, pos_id, size in zip(word_ids, pos_ids, sizes, strict=True):
            of["word"] += (word_id,) * size
            of["pos"] += (pos_id,) * size
        pairs = names.bigram.ids(_pairs(squeezed))
        of["left"] += pairs[:-1]
        of["right"] += pairs[1:]
        ngrams = _ngrams(squeezed, morphemes, self.settings)
        known = names.ngram.known(ngrams)
        columns.ngram += known
        matches = tuple(self.lexicon.matches(text))
        if matches:
            columns.marks += self._marks(matches, units, first)
        rows, grams = slice(first, len(columns.texts)), slice(first_gram, len(columns.ngram))
        is_unknown_name = not matches and self._are_unknown_names(morphemes, word_ids)
        coverage, familiarity = self._coverage(squeezed, ngrams, known)
        return _Reading(units, morphemes, coverage, familiarity, matches, rows, grams, is_unknown_name)

    def _are_unknown_names(self, morphemes: Sequence[Token], word_ids: Sequence[int]) -> bool:
        names = all(morpheme.pos.startswith(_NAMES) for morpheme in morphemes)
        return bool(morphemes) and names and all(map(self.vocabularies.is_new_word, word_ids))

    def _coverage(self, squeezed: str, ngrams: Sequence[str], known: Sequence[int]) -> tuple[float, float]:
        different = list(dict.fromkeys(ngrams))  # said twice, a word is no more familiar
        if not squeezed.isalnum():  # an emoji or an exclamation mark makes no utterance stranger
            different = [gram for gram in different if all(char.isalnum() or char in _JOINERS for char in gram)]
        if len(different) < len(ngrams):
            ngrams, known = different, self.vocabularies.ngram.known(different)
        seen, count = len(known), len(ngrams)
        return (seen / count, (seen + _PRIOR_NGRAMS / 2) / (count + _PRIOR_NGRAMS)) if count else (0.0, 0.0)

    def _ids(self, columns: _Columns) -> Ids:
        """The columns as one array, `Features.ids` of all texts one after the other."""
        units = len(columns.texts)
        if not units:
            return np.zeros((len(ROWS), 0), dtype=np.int64)
        of_characters = zip(*map(self._ids_of, columns.texts), strict=True)
        numbers = chain(chain.from_iterable(columns.of.values()), chain.from_iterable(of_characters))
        return np.fromiter(numbers, np.int64, len(ROWS) * units).reshape(-1, units)

    def _ids_of(self, char: str) -> tuple[int, ...]:
        """The ids of a character, and of its initial, medial and final."""
        return self._syllable_ids.get(char) or (UNKNOWN, *jamo_ids(char)[0].tolist())

    def _marks(self, matches: Sequence[Match], units: Sequence[Token], first: int) -> Iterator[tuple[int, int, int]]:
        """Where values are: the row of the first unit and one past that of the last, and the number of the entity."""
        types = self._entity_ids
        first_at = {unit.start: row for row, unit in enumerate(units, first)}
        last_at = {unit.end: row for row, unit in enumerate(units, first)}
        for match in matches:
            entity = types.get(match.entity)
            begin, end = first_at.get(match.start), last_at.get(match.end)
            if entity is not None and begin is not None and end is not None:
                yield begin, end + 1, entity


class _Columns:
    """What is read of the units of several texts, one after the other, before arrays are made of it.

    Attributes:
        texts: the units themselves.
        of: each feature of `IN_CONTEXT`, its ids.
        ngram: the ids of the known n-grams of all texts.
        marks: where dictionary values are: first unit, one past the last, number of the entity.
    """

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.of: dict[str, list[int]] = {feature.name: [] for feature in IN_CONTEXT}
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
    is_unknown_name: bool

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
            is_unknown_name=self.is_unknown_name,
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
    return [(gram.strip(_JOINERS), *span) for gram, span in zip(grams, spans, strict=True) if gram in known]


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


def _as_of_an_ordinary_text(ngrams: list[str]) -> list[str]:
    """The n-grams of a text, those of a short one so often that its few count as much as the many of others."""
    return ngrams * max(1, -(-_ORDINARY_NGRAMS // max(1, len(ngrams))))


@lru_cache(maxsize=64)
def _positions(size: int) -> tuple[int, ...]:
    """The position in its morpheme of each of so many syllables."""
    return (4,) if size == 1 else (1, *[2] * (size - 2), 3)


@lru_cache(maxsize=64)
def _spacings(size: int) -> tuple[int, ...]:
    """The spaces around each of so many syllables of a word."""
    return (4,) if size == 1 else (2, *[1] * (size - 2), 3)
