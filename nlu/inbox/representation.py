"""Utterances as vectors whose angle says how alike their meanings are, from what a served bundle holds.

Three views lie side by side: which morphemes are there (tf-idf), what they mean (word vectors), and what the intent
network makes of the pieces. An entity counts as its type, so that "판교로 피자" and "강남으로 치킨" meet.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features.encoder import FeatureEncoder
from nlu.features.reading import plain
from nlu.features.unit_features import UNIT_FEATURES
from nlu.features.vocabulary import UNKNOWN
from nlu.inbox.clustering import Vectors
from nlu.inbox.naming import Word
from nlu.inbox.utterances import InboxUtterance
from nlu.korean.normalization import NormalizedText, normalize
from nlu.types import Span, Token
from nlu.understanding.model import TrainedModel
from nlu.understanding.network_format import NGRAM_SCALE, NGRAM_TABLE, restored

Numbers = NDArray[np.float64]

_WIDTH = 512
"""Columns that the morphemes share: each has `_PLACES` of them, chosen by its hash (a random projection)."""
_PLACES = 4
_SPELLING = 0.5
"""What a pair of syllables weighs beside a morpheme, so that a slip of the keyboard moves a word a little only."""
_OF_ENTITY = 0.5
"""What the type of an entity weighs beside a morpheme: the words around it say more of what is wanted."""
_OF_WORDS = 0.5
_OF_NGRAMS = 0.5
"""What the two learned views weigh beside the morphemes; chosen on train utterances of massive_ko."""
_SMOOTHING = 1e-3
"""`a` of Arora et al.: how frequent a word is that counts half."""
_AT_ONCE = 1024
"""Utterances that are encoded at once: what is encoded of one takes 5 KB meanwhile."""
_ORDINARY = 300
"""Utterances of the author's that others are seen beside."""
_FEWEST = 20
"""Utterances that have something in common."""
_SLOT = re.compile(r"\{[^{}]*\}")
_WORD, _NUMBER = "word", "SN"


class Representation:
    """Makes the vectors of utterances.

    Args:
        encoder: reads a text as the model does.
        words: `(V, D)` the vector of each word of its vocabulary; none where the networks read no words.
        ngrams: `(G, D)` the vector of each n-gram of its vocabulary, likewise.
        ordinary: what people say to the bot, so that a few utterances are seen beside more than each other.
        read: normalises a text, as the model does.
    """

    def __init__(
        self,
        encoder: FeatureEncoder,
        words: NDArray[np.float32] | None = None,
        ngrams: NDArray[np.float32] | None = None,
        ordinary: Sequence[str] = (),
        read: Callable[[str], NormalizedText] = normalize,
    ) -> None:
        self._encoder = encoder
        self._words = words
        self._ngrams = ngrams
        self._read_text = read
        self._ordinary = tuple(InboxUtterance("", text) for text in ordinary)

    @classmethod
    def of(cls, model: TrainedModel) -> Representation:
        """Take what a served model holds; nothing is loaded or learned."""
        intent, lexicon = model.intents.network.tensors, model.encoder.lexicon

        def read(text: str) -> NormalizedText:
            spaced = model.spacer.restore(plain(normalize(text), lexicon), lexicon)
            return model.corrector.restore(spaced, lexicon)

        ngrams = intent.get(NGRAM_TABLE)
        return cls(
            model.encoder,
            _word_table(model.entities.network.tensors),
            None if ngrams is None else restored(ngrams, intent.get(NGRAM_SCALE, 1.0)),
            _some_lines(model.patterns.rows),
            read,
        )

    def vectors(self, utterances: Sequence[InboxUtterance]) -> Vectors:
        """Give `(N, D)` float32, each row of length 1, or 0 where nothing is left of an utterance.

        How rare a morpheme is, and what all have in common, is seen in these utterances; so compare vectors of one call
        only.
        """
        words, ngrams = self._read(utterances)
        parts = [_unit(self._morphemes(words))]
        if self._words is not None:
            parts.append(_OF_WORDS * _apart(self._word_view(words, self._words), self._ordinary_views[0]))
        if self._ngrams is not None:
            parts.append(_OF_NGRAMS * _apart(ngrams, self._ordinary_views[1], commons=0))
        return _unit(np.concatenate(parts, axis=1))

    def _read(self, utterances: Sequence[InboxUtterance]) -> tuple[list[list[str]], Vectors]:
        """The symbols of utterances, and the means of their n-grams' vectors, as the intent network has them."""
        words: list[list[str]] = []
        width = 0 if self._ngrams is None else self._ngrams.shape[1]
        means = np.zeros((len(utterances), width), dtype=np.float32)
        for first in range(0, len(utterances), _AT_ONCE):
            some = utterances[first : first + _AT_ONCE]
            readings = [self._read_text(one.text) for one in some]
            encoded = self._encoder.encode_many([reading.text for reading in readings])
            for one, reading, features in zip(some, readings, encoded, strict=True):
                if self._ngrams is not None and len(features.ngram):
                    means[len(words)] = self._ngrams[features.ngram].mean(0)
                words.append(_symbols(one, reading, features.tokens))
        return words, _unit(means)

    @cached_property
    def _ordinary_views(self) -> tuple[Vectors, Vectors]:
        """The two learned views of what people say to the bot."""
        words, ngrams = self._read(self._ordinary)
        return ngrams[:0] if self._words is None else self._word_view(words, self._words), ngrams

    def words(self, utterances: Sequence[InboxUtterance]) -> list[tuple[Word, ...]]:
        """Give what utterances are made of: the morphemes that mean something, and `{type}` for entities."""
        readings = [self._read_text(one.text) for one in utterances]
        tokens = [self._encoder.tokenizer.tokenize(reading.text) for reading in readings]
        each = zip(utterances, readings, tokens, strict=True)
        return [tuple(Word(_word_of(symbol), _is_noun(symbol)) for symbol in _symbols(*one)) for one in each]

    def _morphemes(self, symbols: Sequence[Sequence[str]]) -> Vectors:
        """tf-idf of morphemes and of their pairs of syllables, projected."""
        rarity = self._rarity(symbols)
        found = np.zeros((len(symbols), _WIDTH), dtype=np.float32)
        for row, of_one in enumerate(symbols):
            for symbol in dict.fromkeys(of_one):
                columns, signs = _places(symbol)
                np.add.at(found[row], columns, rarity[symbol] * (_OF_ENTITY if _is_type(symbol) else 1.0) * signs)
                if not _is_type(symbol):
                    columns, signs = _spelling(symbol)
                    np.add.at(found[row], columns, _SPELLING * signs)
        return found

    def _rarity(self, symbols: Sequence[Sequence[str]]) -> dict[str, float]:
        """How much a morpheme tells, up to 2: what is rare here, and what is rare in what the bot has learned from."""
        count, names = len(symbols), self._encoder.vocabularies
        with_it = Counter(symbol for of_one in symbols for symbol in set(of_one))
        most = names.taught or len(names.word)
        harmonic = np.log(most) + 0.5772
        rank = {symbol: min(names.word.id(_word_of(symbol)) - UNKNOWN or most, most) for symbol in with_it}
        return {
            symbol: (np.log((1 + count) / (1 + seen)) + 1) / (np.log((1 + count) / 2) + 1)
            + np.log(rank[symbol] * harmonic) / np.log(most * harmonic)
            for symbol, seen in with_it.items()
        }

    def _word_view(self, symbols: Sequence[Sequence[str]], table: Vectors) -> Vectors:
        """The mean of the word vectors, rare words first (smooth inverse frequency).

        The vocabulary is in the order of frequency; how frequent a word is follows from its place (Zipf's law).

        Source: Arora, Liang and Ma (2017), A Simple but Tough-to-Beat Baseline for Sentence Embeddings.
        """
        vocabulary = self._encoder.vocabularies.word
        harmonic = np.log(max(len(vocabulary), 2)) + 0.5772
        found = np.zeros((len(symbols), table.shape[1]), dtype=np.float32)
        for row, of_one in enumerate(symbols):
            ids = np.array(vocabulary.ids([_word_of(one) for one in of_one if not _is_type(one)]), dtype=np.intp)
            ids = ids[ids > UNKNOWN]
            if len(ids):
                frequency = 1 / ((ids - UNKNOWN) * harmonic)
                found[row] = (_SMOOTHING / (_SMOOTHING + frequency)) @ table[ids]
        return _unit(found)


def _apart(rows: Vectors, ordinary: Vectors, commons: int = 1) -> Vectors:
    """Take away the mean, and directions in which all differ most: they say how people talk, not of what.

    Args:
        rows: `(N, D)` of length 1, or 0.
        ordinary: `(M, D)` others to see them beside.
        commons: how many directions.
    """
    present = np.abs(rows).sum(1) > 0
    seen = np.concatenate([rows[present], ordinary]) if len(ordinary) else rows[present]
    if len(seen) < _FEWEST:
        return rows
    mean = seen.mean(0)
    some, seen = rows[present] - mean, seen - mean
    for common in np.linalg.eigh((seen.T @ seen).astype(np.float64))[1].T[::-1][:commons].astype(np.float32):
        some = some - np.outer(some @ common, common)
    rows = rows.copy()
    rows[present] = some
    return _unit(rows)


def _some_lines(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Some of what the author's lines say, evenly from all of them, without their slots."""
    step = max(1, len(rows) // _ORDINARY)
    texts = (_SLOT.sub(" ", skeleton).strip() for _, _, skeleton in rows[::step][:_ORDINARY])
    return [text for text in texts if text]


@lru_cache(maxsize=100_000)
def _places(symbol: str) -> tuple[NDArray[np.intp], Numbers]:
    """Where a morpheme is in the projection, and with which signs."""
    return _hashed(symbol, _PLACES)


@lru_cache(maxsize=100_000)
def _spelling(symbol: str) -> tuple[NDArray[np.intp], Numbers]:
    """Where its pairs of syllables are, one place each."""
    word = f"\x02{_word_of(symbol)}\x03"
    each = [_hashed(word[at : at + 2], 1) for at in range(len(word) - 1)]
    return np.concatenate([columns for columns, _ in each]), np.concatenate([signs for _, signs in each])


def _hashed(name: str, places: int) -> tuple[NDArray[np.intp], Numbers]:
    """Independent places: two names that share one do not share the others, as they would by a checksum."""
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4 * places).digest()
    numbers = np.frombuffer(digest, dtype="<u4").astype(np.int64)
    return (numbers % _WIDTH).astype(np.intp), np.where(numbers >> 31, 1.0, -1.0)


def _word_table(tensors: Mapping[str, NDArray[Any]]) -> NDArray[np.float32] | None:
    """The word vectors as the first of the entity networks reads them; None where it reads no words."""
    name = "member.0.{}.weight"
    if name.format(_WORD) not in tensors:
        return None
    table, scale = tensors[name.format(_WORD)], tensors.get("member.0.tables.scale")
    if scale is None:
        return restored(table)
    before = sum(
        tensors[name.format(feature.table)].shape[1]
        for feature in takewhile(lambda feature: feature.table != _WORD, UNIT_FEATURES)
        if name.format(feature.table) in tensors
    )
    return restored(table, scale[before : before + table.shape[1]])


def _symbols(utterance: InboxUtterance, reading: NormalizedText, tokens: Sequence[Token]) -> list[str]:
    """Morphemes with their part of speech, without particles, endings and marks; an entity is its type, once.

    Where nothing else is said, particles, endings and marks are what is said.
    """
    found: list[str] = []
    rest: list[str] = []
    told: set[Span] = set()
    slots = utterance.slots
    for token in tokens:
        start, end = reading.to_original(token.start, token.end)
        span = next((one for one in slots if one.start < end and start < one.end), None)
        if span is None:
            symbol = "#/SN" if token.pos == _NUMBER else f"{token.text}/{token.pos}"
            (found if _means(token.pos) else rest).append(symbol)
        elif span not in told:
            told.add(span)
            found.append(f"{{{span.entity}}}")
    return found or rest


def _word_of(symbol: str) -> str:
    return symbol if _is_type(symbol) else symbol.rpartition("/")[0]


def _is_noun(symbol: str) -> bool:
    return _is_type(symbol) or symbol.rpartition("/")[2].startswith(("NN", "SL", "SH"))


def _is_type(symbol: str) -> bool:
    return symbol.startswith("{") and symbol.endswith("}")


def _means(pos: str) -> bool:
    """Whether a morpheme says what is meant; one without a part of speech may.

    Example:
        >>> [pos for pos in ("NNG", "JKB", "VV+EC", "EF", "SF", "SL", "SN", "") if _means(pos)]
        ['NNG', 'VV+EC', 'SL', 'SN', '']
    """
    return any(not tag or tag[0] not in "JES" or tag in ("SL", "SN", "SH") for tag in pos.split("+"))


def _unit(rows: Vectors) -> Vectors:
    lengths = np.sqrt(np.einsum("nd,nd->n", rows, rows))[:, None]
    found: Vectors = rows / np.maximum(lengths, np.float32(1e-12))
    return found
