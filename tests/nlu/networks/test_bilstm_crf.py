from __future__ import annotations

import pytest
import torch

from nlu.data.iob import tag_names
from nlu.networks.batching import collate
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.settings import BiLstmCrfSettings
from tests.nlu.random_features import random_embedding, random_features, shaken
from tests.oracles import is_legal_iob2

TAGS = tag_names(["a", "b:c"])


def a_network(layers: int = 1) -> BiLstmCrf:
    settings = BiLstmCrfSettings(hidden=7, layers=layers)
    network = shaken(BiLstmCrf(random_embedding(), TAGS, settings))
    network.crf.forbid()
    return network


@pytest.mark.parametrize("syllables", [1, 4])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("length", [1, 2, 7])
def test_emissions_of_an_utterance_are_the_same_beside_a_longer_one(length: int, layers: int, syllables: int) -> None:
    network = a_network(layers)
    short = random_features(length, 1, syllables=syllables)
    long = random_features(40, 2, syllables=syllables + 1)
    alone = network.emissions(*collate([short]).units)
    beside = network.emissions(*collate([short, long]).units)
    assert torch.allclose(beside[0, :length], alone[0], atol=1e-5)


def test_forward_equals_emissions_where_there_is_no_padding() -> None:
    network = a_network()
    batch = collate([random_features(9, 1), random_features(9, 2)])
    assert torch.allclose(network(*batch.units), network.emissions(*batch.units), atol=1e-5)


def test_a_unit_is_read_in_the_light_of_both_sides() -> None:
    network = a_network()
    left, right = (collate([random_features(6, 1)]) for _ in range(2))
    left.syllable[0, 0], right.syllable[0, 5] = 9, 9
    plain = network(*collate([random_features(6, 1)]).units)[0, 3]
    assert not torch.allclose(network(*left.units)[0, 3], plain, atol=1e-4)
    assert not torch.allclose(network(*right.units)[0, 3], plain, atol=1e-4)


def test_likelihood_of_an_utterance_is_the_same_beside_a_longer_one() -> None:
    network = a_network()
    features = [random_features(3, 1), random_features(8, 2)]
    gold = [[1, 2, 0], [0, 3, 4, 4, 0, 0, 1, 1]]
    together = collate(features, gold)
    assert together.target is not None
    both = network.log_likelihood(together.target, together.mask, together.units)
    for row, (one, tags) in enumerate(zip(features, gold, strict=True)):
        alone = collate([one], [tags])
        assert alone.target is not None
        assert torch.allclose(network.log_likelihood(alone.target, alone.mask, alone.units)[0], both[row], atol=1e-4)
    assert (both < 0).all()


def test_decoded_paths_are_legal_and_as_long_as_their_utterances() -> None:
    network = a_network()
    batch = collate([random_features(length, length) for length in (1, 4, 30)])
    paths = network.decode(batch.mask, batch.units)
    assert [len(path) for path in paths] == [1, 4, 30]
    assert all(is_legal_iob2([TAGS[tag] for tag in path]) for path in paths)
