"""Text → what the signals count beside the answer: content words, those unknown, and their mean vector; no networks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from nlu.drift.sample import Heard, Sample
from nlu.errors import BundleError
from nlu.features.encoder import FeatureEncoder
from nlu.features.reading import plain
from nlu.features.vocabulary import UNKNOWN
from nlu.korean.normalization import normalize
from nlu.store.bundle import Bundle, content_of
from nlu.types import Token
from nlu.understanding.entities.model import EntityModel
from nlu.understanding.model import TrainedModel
from nlu.understanding.network_format import restored

BUCKETS = {"words": 1 << 15, "answers": 1 << 14}
"""What utterances hold is counted by numbers below these, so that counts keep no text: their words and three characters
in a row, and their words beside how they were understood."""
_TABLE = "member.0.word.weight"
_GRAMMAR = ("J", "E", "XS", "VCP", "VX", "SF", "SE", "SS", "SC", "SY", "SN", "UNA")
"""Parts of speech that say how something is said, or how much: particles, endings, marks, suffixes, figures."""
Matrix = NDArray[np.float32]
Array = NDArray[np.float64]


def bucket(kind: str, what: str) -> int:
    """The number of what an utterance holds, the same on every machine.

    Example:
        >>> bucket("words", "피자") == bucket("words", "피자") < 1 << 15
        True
    """
    return crc32(what.encode("utf-8", "surrogatepass")) % BUCKETS[kind]


class Reader:
    """Reads utterances into columns.

    Args:
        encoder: the model's, which knows the words that training saw.
        table: `(V, D)` a vector for each word of the encoder's vocabulary.
    """

    def __init__(self, encoder: FeatureEncoder, table: Matrix) -> None:
        self._encoder = encoder
        self._table = table

    @classmethod
    def open(cls, bundle: Bundle) -> Reader:
        """Read what is needed of a bundle: no network, nothing that answers.

        Raises:
            BundleError: it lacks a part, or one is of the wrong kind.
        """
        try:
            return cls(FeatureEncoder.read(bundle), _table(bundle.read(EntityModel.WEIGHTS_NAME)))
        except (KeyError, TypeError, ValueError, SafetensorError) as error:
            raise BundleError("bundle.part", folder=bundle.folder, problem=repr(error)) from error

    @classmethod
    def of(cls, model: TrainedModel) -> Reader:
        """Read with a model that is in memory."""
        return cls(model.encoder, _table(content_of(model.entities.weights)))

    def content(self, text: str) -> list[Token]:
        """The words of a text that say what it is about."""
        normalized = plain(normalize(text), self._encoder.lexicon).text
        return [token for token in self._encoder.tokenizer.tokenize(normalized) if _is_content(token)]

    def read(self, heard: Iterable[Heard]) -> Sample:
        """Read utterances, in their order."""
        kept = tuple(heard)
        content = [[token.text for token in self.content(one.text)] for one in kept]
        ids = [self._encoder.vocabularies.word.ids(words) for words in content]
        is_new = self._encoder.vocabularies.is_new_word
        unknown = [sum(map(is_new, row)) / len(row) if row else 0.0 for row in ids]
        events = {
            "words": tuple(text_events(one.text, words) for one, words in zip(kept, content, strict=True)),
            "answers": tuple(
                _numbers("answers", (f"{one.intent} {word}" for word in words))
                for one, words in zip(kept, content, strict=True)
            ),
        }
        return Sample(kept, np.array(unknown, dtype=np.float64), events, self._means(ids))

    def counted(self, texts: Iterable[str]) -> tuple[Array, int]:
        """Count what texts hold, whatever was answered: `(BUCKETS["words"],)` and the number of texts."""
        counts, count = np.zeros(BUCKETS["words"]), 0
        for text in texts:
            counts[list(text_events(text, [token.text for token in self.content(text)]))] += 1
            count += 1
        return counts, count

    def _means(self, ids: Sequence[Sequence[int]]) -> Matrix:
        """`(N, D)` the mean of the words' vectors, brought to length 1."""
        width = self._table.shape[1]
        means = np.zeros((len(ids), width), dtype=np.float32)
        for at, row in enumerate(ids):
            if known := [one for one in row if UNKNOWN < one < len(self._table)]:
                means[at] = self._table[known].mean(0)
        sizes = np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray(means / np.maximum(sizes, 1e-6))


def text_events(text: str, words: Iterable[str]) -> tuple[int, ...]:
    """The numbers of an utterance's words, and of each three characters in a row of it."""
    squeezed = "".join(text.split())
    pieces = (f"+{squeezed[at : at + 3]}" for at in range(len(squeezed) - 2))
    return _numbers("words", (*words, *pieces))


def _numbers(kind: str, events: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({bucket(kind, event) for event in events}))


def _is_content(token: Token) -> bool:
    return not token.pos.startswith(_GRAMMAR)


def _table(weights: bytes) -> Matrix:
    """The word vectors that the entity network reads, each column to its own scale."""
    tensors = load(weights)
    if _TABLE not in tensors:
        return np.zeros((1, 1), dtype=np.float32)
    table = restored(tensors[_TABLE])
    return np.asarray(table / np.maximum(np.abs(table).max(0), 1e-6), dtype=np.float32)
