from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from nlu.data.iob import tag_names
from nlu.networks.batching import Batch, collate
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.ensemble import BiLstmCrfEnsemble
from nlu.networks.settings import BiLstmCrfSettings
from tests.nlu.random_features import random_embedding, random_features, shaken
from tests.oracles import is_legal_iob2, tag_paths

TAGS = tag_names(["a", "b:c"])
FEATURES = [random_features(length, length) for length in (1, 3, 5)]


def a_member(seed: int) -> BiLstmCrf:
    network = shaken(BiLstmCrf(random_embedding(seed), TAGS, BiLstmCrfSettings(hidden=7)), seed)
    network.crf.forbid()
    return network


def decoded(network: BiLstmCrf | BiLstmCrfEnsemble, batch: Batch) -> list[list[int]]:
    return network.crf.decode(network(batch.ids, batch.flags), mask=batch.mask)


def test_one_network_alone_stays_what_it_is() -> None:
    member = a_member(1)
    ensemble, batch = BiLstmCrfEnsemble([member], TAGS), collate(FEATURES)
    assert torch.equal(ensemble(batch.ids, batch.flags), member(batch.ids, batch.flags))
    assert all(torch.equal(one, member.crf.get_parameter(name)) for name, one in ensemble.crf.named_parameters())
    assert decoded(ensemble, batch) == decoded(member, batch)


@pytest.mark.parametrize("count", [2, 3])
def test_best_path_is_the_one_that_the_members_together_hold_likeliest(count: int) -> None:
    """The product of the probabilities that each gives to a path, by going through all legal paths."""
    members = [a_member(seed) for seed in range(count)]
    for features in FEATURES:
        batch = collate([features])
        units = batch.mask.shape[1]
        legal = [path for path in tag_paths([TAGS] * units) if is_legal_iob2([TAGS[tag] for tag in path])]
        targets = torch.tensor(legal)
        mask = batch.mask.expand(len(legal), -1)
        together = torch.zeros(len(legal), dtype=torch.float64)
        for member in members:
            emissions = member(batch.ids, batch.flags).expand(len(legal), -1, -1)
            together += member.crf.log_likelihoods(emissions, targets, mask).detach().double()
        ensemble = BiLstmCrfEnsemble(members, TAGS)
        found = decoded(ensemble, batch)[0]
        assert float(together[legal.index(tuple(found))]) == pytest.approx(float(together.max()), abs=1e-4)


def test_illegal_moves_stay_illegal() -> None:
    crf = BiLstmCrfEnsemble([a_member(seed) for seed in range(3)], TAGS).crf
    assert torch.equal(crf.transitions[crf.illegal_moves], a_member(0).crf.transitions[crf.illegal_moves])
    paths = decoded(BiLstmCrfEnsemble([a_member(4), a_member(5)], TAGS), collate(FEATURES))
    assert all(is_legal_iob2([TAGS[tag] for tag in path]) for path in paths)
    assert all(len(one) < len(other) for one, other in pairwise(paths))
