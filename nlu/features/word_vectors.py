"""Word vectors: gensim's Word2Vec over morphemes, as one matrix whose rows are a vocabulary's ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from gensim.models import Word2Vec
from numpy.typing import NDArray

from nlu.features.settings import VectorSettings
from nlu.features.vocabulary import Vocabulary


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors of length 1.

    Attributes:
        words: the vocabulary.
        matrix: `(V, D)` float32; row i is the vector of id i, rows 0 and 1 (padding, unknown) are zero.
    """

    words: Vocabulary
    matrix: NDArray[np.float32]


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


def _no_hash(_: str) -> int:
    """Stand in for `hash`, which differs between processes."""
    return 0
