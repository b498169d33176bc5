"""Word vectors: gensim's Word2Vec over morphemes, as one matrix whose rows are a vocabulary's ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray

from nlu.features.pretrained import PretrainedVectors
from nlu.features.settings import VectorSettings
from nlu.features.vocabulary import Vocabulary


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors, each of length 1, or two beside each other.

    Attributes:
        words: the vocabulary; those that training saw, then others.
        matrix: `(V, D)` float32; row i is the vector of id i, rows 0 and 1 (padding, unknown) are zero.
        pretrained: how many of the D numbers, the last ones, are not learned from what training saw.
        taught: how many ids stand for what training saw, padding and unknown included; None for all V.
    """

    words: Vocabulary
    matrix: NDArray[np.float32]
    pretrained: int = 0
    taught: int | None = None


def train_vectors(sentences: Iterable[Iterable[str]], settings: VectorSettings | None = None) -> WordVectors:
    """Train skip-gram vectors with negative sampling; the same sentences and seed give the same numbers.

    Args:
        sentences: morphemes of each utterance.
        settings: width, window and so on.

    Source: Mikolov et al. (2013), Distributed Representations of Words and Phrases and their Compositionality.
    """
    settings = settings or VectorSettings()
    corpus = [list(sentence) for sentence in sentences]
    words = Vocabulary.build(corpus, settings.min_count)
    matrix = np.zeros((len(words), settings.width), dtype=np.float32)
    if not words.symbols:
        return WordVectors(words, matrix)
    model = Word2Vec(
        vector_size=settings.width,
        window=settings.window,
        min_count=settings.min_count,
        sg=1,
        negative=5,
        seed=settings.seed,
        workers=1,  # several threads would race, and the numbers would differ from run to run
        hashfxn=_no_hash,
    )
    model.build_vocab(corpus)
    model.train(corpus, total_examples=len(corpus), epochs=settings.epochs)
    for word in words.symbols:
        vector = model.wv[word]
        matrix[words.id(word)] = vector / max(float(np.linalg.norm(vector)), 1e-6)
    return WordVectors(words, matrix)


def beside(
    own: WordVectors,
    read: PretrainedVectors,
    most: int,
    seen: Collection[str],
    parts: Callable[[str], Sequence[str]],
) -> WordVectors:
    """Lay vectors that have read much beside a bot's own, and add words that its training hardly or never saw.

    Args:
        own: the vectors that were learned from the bot's own texts.
        read: the others.
        most: how many of the commonest words are known whether training saw them or not.
        seen: words that training saw, though perhaps too seldom for vectors of their own.
        parts: cuts a word in pieces; the vector of a word that the others lack is the mean of those of its pieces.
    """
    rows = {word: row for row, word in enumerate(read.words)}
    wanted = {*seen, *read.words[:most]}
    added = [word for word in read.words if word in wanted and word not in own.words]
    words = Vocabulary([*own.words.symbols, *added])
    width = own.matrix.shape[1]
    matrix = np.zeros((len(words), width + read.matrix.shape[1]), dtype=np.float32)
    matrix[: len(own.words), :width] = own.matrix
    known = [word for word in words.symbols if word in rows]
    matrix[words.ids(known), width:] = read.matrix[[rows[word] for word in known]]
    for word in own.words.symbols:
        if word not in rows and (found := [rows[part] for part in parts(word) if part in rows]):
            mean = read.matrix[found].mean(0)
            matrix[words.id(word), width:] = mean / max(float(np.linalg.norm(mean)), 1e-6)
    return WordVectors(words, matrix, read.matrix.shape[1], len(own.words))


def _no_hash(_: str) -> int:
    """Stand in for `hash`, which differs between processes."""
    return 0
