"""Hand-written utterances, unknown words and odd spacing among them, are scored as by the trained networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.data.importers import read_any
from nlu.features.batches import pad
from nlu.features.encoder import FeatureEncoder, Features
from nlu.networks.batching import collate
from nlu.understanding.sessions import EntityNetwork, IntentNetwork
from tests.nlu import tiny

pytestmark = pytest.mark.slow

UTTERANCES = Path(__file__).resolve().parents[2] / "data" / "quickstart" / "dev.jsonl"
WEIGHTS = "weights.safetensors"
BATCH = 16


def batches(encoder: FeatureEncoder) -> list[list[Features]]:
    """The utterances as networks that learned from others see them."""
    features = [encoder.encode(utterance.text) for utterance in read_any(UTTERANCES).utterances]
    return [features[at : at + BATCH] for at in range(0, len(features), BATCH)]


def test_intents_of_real_wording_are_scored_as_by_the_trained_network(classifier: tiny.Classifier) -> None:
    exported = classifier.to_onnx(WEIGHTS, int8=False)
    served = IntentNetwork(exported.graph, exported.weights)
    (model,) = classifier._fitted()
    intents = set()
    for some in batches(classifier.encoder):
        batch = collate(some)
        with torch.no_grad():
            wanted = model(batch.ids, batch.flags, batch.ngram).numpy()
        assert served.logits(pad(some)) == pytest.approx(wanted, abs=1e-4)
        assert np.array([served.logits(pad((one,)))[0] for one in some]) == pytest.approx(wanted, abs=1e-4)
        intents.update(wanted.argmax(1).tolist())
    assert len(intents) == len(classifier.intents)


def test_tags_of_real_wording_are_scored_as_by_the_trained_network(tagger: tiny.Tagger) -> None:
    exported = tagger.to_onnx(WEIGHTS, int8=False)
    served = EntityNetwork(exported.graph, exported.weights)
    (model,) = tagger._fitted()
    for some in batches(tagger.encoder):
        batch = collate(some)
        with torch.no_grad():
            wanted = model(batch.ids, batch.flags).numpy()
        found = served.emissions(pad(some))
        for row, one in enumerate(some):
            length = len(one.units)
            assert found[row, :length] == pytest.approx(wanted[row, :length], abs=1e-4)
            assert served.emissions(pad((one,)))[0] == pytest.approx(wanted[row, :length], abs=1e-4)
