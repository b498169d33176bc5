"""Utterances of random features, for tests of what reads features and cares nothing about words."""

from __future__ import annotations

import numpy as np
import torch

from nlu.features.encoder import Features
from nlu.features.unit_features import ROWS, UNIT_FEATURES
from nlu.networks.settings import UnitWidths
from nlu.networks.unit_embedding import UnitEmbedding, UnitSizes
from nlu.types import Token

SIZES = UnitSizes({one.table: one.ids for one in UNIT_FEATURES} | {"syllable": 11, "bigram": 13, "pos": 5}, entities=2)
WIDTHS = UnitWidths(syllable=6, jamo=2, bigram=3, word=4, pos=2, position=2, spacing=2, dictionary=3)
WORDS, NGRAMS = 9, 17


def random_features(length: int, seed: int, *, ngrams: int = 4, sizes: UnitSizes = SIZES) -> Features:
    """Features of `length` units."""
    rng = np.random.default_rng(seed)
    units = tuple(Token("가", 10 * at, 10 * at + 1) for at in range(length))
    highest = sizes.tables | {"word": WORDS}
    ids = np.zeros((len(ROWS), length), dtype=np.int64)
    for feature in UNIT_FEATURES:
        ids[ROWS[feature.name]] = rng.integers(1, highest[feature.table], length)
    return Features(
        units=units,
        tokens=units,
        ids=ids,
        flags=np.hstack([rng.integers(0, 2, (length, 2 * sizes.entities)), np.ones((length, 1))]).astype(np.float32),
        ngram=rng.integers(1, NGRAMS, ngrams, dtype=np.int64),
        ngram_coverage=1.0,
        familiarity=1.0,
    )


def random_embedding(seed: int = 0, widths: UnitWidths = WIDTHS, sizes: UnitSizes = SIZES) -> UnitEmbedding:
    """An input layer whose every weight is random, biases too, as after training."""
    vectors = torch.randn(WORDS, 7, generator=torch.Generator().manual_seed(seed))
    vectors[:2] = 0
    return shaken(UnitEmbedding(sizes, widths, vectors, dropout=0.0), seed)


def shaken(module, seed=0):
    """Add noise to all learned weights, so that none is still zero by its start; padding rows stay zero."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter += torch.randn(parameter.shape, generator=generator) * 0.3
        for part in module.modules():
            if isinstance(part, torch.nn.Embedding):
                part.weight[0] = 0
    return module.eval()
