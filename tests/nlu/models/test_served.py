"""The intent network as it is exported, against the trained one."""

from __future__ import annotations

import pytest
import torch

from nlu.batching import collate
from nlu.model_settings import CharCnnSettings
from nlu.models.char_cnn import CharCnn
from nlu.models.served import ServedCharCnn
from tests.nlu.random_features import NGRAMS, random_embedding, random_features, shaken

LENGTHS = (7, 3, 2, 1, 1)


@pytest.mark.parametrize("kernels", [(1,), (4,), (1, 2, 3, 4, 5), (5, 1, 3, 3), (2, 7)])
@pytest.mark.parametrize("ngram_width", [6, 0])
@pytest.mark.parametrize("syllables", [1, 3])
def test_served_intent_network_gives_what_the_trained_one_gives(
    kernels: tuple[int, ...], ngram_width: int, syllables: int
) -> None:
    settings = CharCnnSettings(kernels=kernels, filters=8, ngram_width=ngram_width)
    network = shaken(CharCnn(random_embedding(), NGRAMS, 3, settings))
    several = [random_features(length, length, syllables=syllables, ngrams=length) for length in LENGTHS]
    batch = collate([*several, random_features(4, 9, syllables=syllables, ngrams=0)])
    with torch.no_grad():
        logits, pooled, embedded = ServedCharCnn(network)(batch.ngram, *batch.units)
        torch.testing.assert_close(logits, network(batch.ngram, *batch.units), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(pooled, network.pooled(batch.ngram, batch.units), atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(embedded, network.embed(batch.units), atol=0, rtol=0)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_utterances_shorter_than_the_kernels_are_read_too(length: int) -> None:
    network = shaken(CharCnn(random_embedding(), NGRAMS, 3, CharCnnSettings(kernels=(3, 9), filters=8, ngram_width=6)))
    batch = collate([random_features(length, 1)])
    with torch.no_grad():
        logits, pooled, _ = ServedCharCnn(network)(batch.ngram, *batch.units)
        assert pooled.shape == (1, 2 * 8 + 6)
        torch.testing.assert_close(logits, network(batch.ngram, *batch.units), atol=1e-5, rtol=1e-5)
