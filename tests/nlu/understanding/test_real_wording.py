"""Hand-written utterances, unknown words and odd spacing among them, are scored as by the trained networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from nlu.data.importers.json_lines import read_json_lines
from nlu.features.batches import pad
from nlu.features.encoder import Features
from nlu.networks.batching import collate
from nlu.networks.ensemble import BiLstmCrfEnsemble
from nlu.training.loop import one_thread
from nlu.types import LabelledUtterance
from nlu.understanding.sessions import EntityNetwork, IntentNetwork
from tests.nlu import tiny

FOLDER = Path(__file__).resolve().parents[2] / "data" / "quickstart"
BRIEFLY = replace(tiny.TRAINING, epochs=3)
WEIGHTS = "weights.safetensors"
BATCH = 16


def rows(name: str) -> list[LabelledUtterance]:
    return list(read_json_lines(FOLDER / f"{name}.jsonl").utterances)


@pytest.fixture(scope="module")
def features() -> list[Features]:
    """The utterances as networks that learned from others see them."""
    encoder, _ = tiny.equipment(rows("test"))
    return [encoder.encode(utterance.text) for utterance in rows("dev")]


def batches(features: Sequence[Features]) -> list[Sequence[Features]]:
    return [features[at : at + BATCH] for at in range(0, len(features), BATCH)]


def test_intents_of_real_wording_are_scored_as_by_the_trained_network(features: list[Features]) -> None:
    with one_thread():
        trained = tiny.a_classifier(rows("test"), replace(tiny.CLASSIFIER, training=BRIEFLY))
    exported = trained.to_onnx(WEIGHTS, int8=False)
    served = IntentNetwork(exported.graph, exported.weights)
    wanted = trained.logits([utterance.text for utterance in rows("dev")])
    assert np.std(wanted.argmax(axis=1)) > 0
    assert np.concatenate([served.logits_of(pad(some)) for some in batches(features)]) == pytest.approx(
        wanted, abs=1e-4
    )
    assert np.array([served.logits(one) for one in features]) == pytest.approx(wanted, abs=1e-4)


def test_tags_of_real_wording_are_scored_as_by_the_trained_network(features: list[Features]) -> None:
    with one_thread():
        trained = tiny.a_tagger(rows("test"), replace(tiny.TAGGER, training=BRIEFLY))
    exported = trained.to_onnx(WEIGHTS, int8=False)
    served = EntityNetwork(exported.graph, exported.weights)
    model = BiLstmCrfEnsemble(trained._fitted(), trained.tags)
    for some in batches(features):
        with torch.no_grad():
            batch = collate(some)
            wanted = model(batch.ids, batch.flags).numpy()
        found = served.emissions_of(pad(some))
        for row, one in enumerate(some):
            length = len(served.emissions(one))
            assert found[row, :length] == pytest.approx(wanted[row, :length], abs=1e-4)
            assert served.emissions(one) == pytest.approx(wanted[row, :length], abs=1e-4)
