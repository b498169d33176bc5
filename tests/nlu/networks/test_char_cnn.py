from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from nlu.features.encoder import Features
from nlu.networks.batching import Batch, collate
from nlu.networks.char_cnn import CharCnn
from nlu.networks.settings import CharCnnSettings
from tests.nlu.random_features import NGRAMS, random_embedding, random_features, shaken

INTENTS = 3


def a_network(**settings: object) -> CharCnn:
    shape = CharCnnSettings(**{"kernels": (1, 2, 3, 5), "filters": 8, "ngram_width": 6} | settings)
    return shaken(CharCnn(random_embedding(), NGRAMS, INTENTS, shape))


def logits(network: CharCnn, *features: Features) -> torch.Tensor:
    batch = collate(features)
    with torch.no_grad():
        return network(batch.ids, batch.flags, batch.ngram)


def pooled(network: CharCnn, batch: Batch) -> torch.Tensor:
    return network.pool(network.embedding(batch.ids, batch.flags), batch.flags, batch.ngram)


@pytest.mark.parametrize("length", [1, 2, 7])
def test_padding_never_wins_the_max(length: int) -> None:
    network = a_network()
    short = random_features(length, 1, ngrams=2)
    long = random_features(40, 2, ngrams=9)
    assert torch.allclose(logits(network, short, long)[0], logits(network, short)[0], atol=1e-5)


def test_padding_never_wins_even_if_every_response_is_negative() -> None:
    network = a_network()
    with torch.no_grad():
        for convolution in network.convolutions:
            convolution[1].bias.fill_(-100.0)
    short, long = random_features(3, 1), random_features(20, 2)
    batch = collate([short, long])
    assert not pooled(network, batch)[:, : 4 * 8].any()
    assert torch.allclose(logits(network, short, long)[0], logits(network, short)[0], atol=1e-5)


def test_convolution_sees_no_trace_of_the_padding_beyond_the_end() -> None:
    """The input layer's biases give padding a vector, too; a wide kernel at the last unit must not see it."""
    network = a_network(kernels=(5,))
    with torch.no_grad():
        network.embedding.tables["word"][1].bias.fill_(9.0)
        network.embedding.dictionary.bias.fill_(-9.0)
    short, long = random_features(2, 1), random_features(9, 2)
    assert torch.allclose(logits(network, short, long)[0], logits(network, short)[0], atol=1e-5)


def test_strongest_response_counts_wherever_it_is() -> None:
    """The same unit moved elsewhere gives the same response to a kernel of one."""
    network = a_network(kernels=(1,), ngram_width=0)
    one = random_features(6, 3)
    batch = collate([one])
    turned = network(batch.ids.flip(2), batch.flags.flip(1), batch.ngram)
    assert torch.allclose(turned, network(batch.ids, batch.flags, batch.ngram), atol=1e-6)


def test_bag_of_ngrams_ignores_padding_and_order() -> None:
    network = a_network()
    batch = collate([random_features(4, 1, ngrams=3)])
    plain = network(batch.ids, batch.flags, batch.ngram)
    more = torch.cat([batch.ngram.flip(1), torch.zeros(1, 5, dtype=torch.long)], 1)
    assert torch.allclose(network(batch.ids, batch.flags, more), plain, atol=1e-6)


def test_bag_without_any_ngram_is_zero() -> None:
    network = a_network()
    batch = collate([random_features(4, 1, ngrams=0)])
    assert not pooled(network, batch)[:, -6:].any()


def test_bag_can_be_left_out() -> None:
    network = a_network(ngram_width=0)
    few, many = random_features(4, 1, ngrams=0), random_features(4, 1, ngrams=5)
    assert torch.equal(logits(network, few), logits(network, many))


def test_ngram_dropout_acts_in_training_only() -> None:
    network = a_network(ngram_dropout=0.9, dropout=0.0)
    batch = collate([random_features(4, 1, ngrams=12)])
    torch.manual_seed(0)
    quiet = [network(batch.ids, batch.flags, batch.ngram) for _ in range(2)]
    network.train()
    loud = [network(batch.ids, batch.flags, batch.ngram) for _ in range(2)]
    assert torch.equal(*quiet)
    assert not torch.equal(*loud)


def test_gradients_equal_finite_differences() -> None:
    network = a_network(kernels=(2, 3), filters=2, ngram_width=2).double()
    one = collate([random_features(3, 5), random_features(5, 6)])
    batch = replace(one, flags=one.flags.double())
    gold = torch.tensor([0, 2])

    def loss() -> torch.Tensor:
        return torch.nn.functional.cross_entropy(network(batch.ids, batch.flags, batch.ngram), gold)

    loss().backward()
    step = 1e-6
    for parameter in (network.convolutions[1][1].weight, network.embedding.dictionary.weight, network.ngram.weight):
        flat, gradient = parameter.detach().view(-1), parameter.grad.view(-1)
        for at in range(0, len(flat), 5):
            value = flat[at].item()
            around = []
            for moved in (value + step, value - step):
                flat[at] = moved
                around.append(loss().item())
            flat[at] = value
            assert math.isclose((around[0] - around[1]) / (2 * step), gradient[at].item(), abs_tol=1e-7)
