from __future__ import annotations

import pytest
import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from nlu.data.iob import tag_names
from nlu.features.unit_features import ROWS
from nlu.networks.batching import Batch, collate
from nlu.networks.bilstm_crf import BiLstmCrf, read_both_ways
from nlu.networks.settings import BiLstmCrfSettings
from tests.nlu.random_features import random_embedding, random_features, shaken
from tests.oracles import is_legal_iob2

TAGS = tag_names(["a", "b:c"])


def a_network(layers: int = 1) -> BiLstmCrf:
    settings = BiLstmCrfSettings(hidden=7, layers=layers)
    network = shaken(BiLstmCrf(random_embedding(), TAGS, settings))
    network.crf.forbid()
    return network


def scores(network: BiLstmCrf, batch: Batch) -> torch.Tensor:
    return network(batch.ids, batch.flags)


def log_likelihood(network: BiLstmCrf, batch: Batch) -> torch.Tensor:
    return network.crf.log_likelihoods(scores(network, batch), batch.target, batch.mask)


@pytest.mark.parametrize("layers", [1, 2])
def test_both_ways_are_read_as_packed_sequences_are(layers: int) -> None:
    lstm = torch.nn.LSTM(5, 4, layers, batch_first=True, bidirectional=True)
    lengths = torch.tensor([3, 7, 1, 5])
    results = []
    for ours in (True, False):
        lstm.zero_grad()
        x = torch.randn(4, 7, 5, generator=torch.Generator().manual_seed(0)).requires_grad_()
        if ours:
            read = read_both_ways(lstm, x, lengths)
        else:
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            read, _ = pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=7)
        (read * torch.arange(1.0, 9.0)).sum().backward()
        results.append([read, x.grad, *(one.grad for one in lstm.parameters())])
    for one, other in zip(*results, strict=True):
        assert torch.allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("length", [1, 2, 7])
def test_emissions_of_an_utterance_are_the_same_beside_a_longer_one(length: int, layers: int) -> None:
    network = a_network(layers)
    short = random_features(length, 1)
    long = random_features(40, 2)
    alone, beside = scores(network, collate([short])), scores(network, collate([short, long]))
    assert torch.allclose(beside[0, :length], alone[0], atol=1e-5)


def test_a_unit_is_read_in_the_light_of_both_sides() -> None:
    network = a_network()
    left, right = (collate([random_features(6, 1)]) for _ in range(2))
    syllable = ROWS["syllable"]
    left.ids[syllable, 0, 0], right.ids[syllable, 0, 5] = 9, 9
    plain = scores(network, collate([random_features(6, 1)]))[0, 3]
    assert not torch.allclose(scores(network, left)[0, 3], plain, atol=1e-4)
    assert not torch.allclose(scores(network, right)[0, 3], plain, atol=1e-4)


def test_likelihood_of_an_utterance_is_the_same_beside_a_longer_one() -> None:
    network = a_network()
    features = [random_features(3, 1), random_features(8, 2)]
    gold = [[1, 2, 0], [0, 3, 4, 4, 0, 0, 1, 1]]
    together = collate(features, gold)
    both = log_likelihood(network, together)
    for row, (one, tags) in enumerate(zip(features, gold, strict=True)):
        assert torch.allclose(log_likelihood(network, collate([one], [tags]))[0], both[row], atol=1e-4)
    assert (both < 0).all()


def test_decoded_paths_are_legal_and_as_long_as_their_utterances() -> None:
    network = a_network()
    batch = collate([random_features(length, length) for length in (1, 4, 30)])
    paths = network.crf.decode(scores(network, batch), mask=batch.mask)
    assert [len(path) for path in paths] == [1, 4, 30]
    assert all(is_legal_iob2([TAGS[tag] for tag in path]) for path in paths)
