"""Fits both tiny networks without any chance in it, and writes what came of them; to be started by torch's launcher."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from nlu.networks.settings import BiLstmCrfSettings, CharCnnSettings
from nlu.training import distributed
from tests.nlu import tiny

TRAINING = replace(tiny.TRAINING, epochs=3, batch_size=5)
CLASSIFIER = replace(
    tiny.CLASSIFIER,
    cnn=CharCnnSettings(filters=16, ngram_width=16, dropout=0.0, ngram_dropout=0.0),
    embedding_dropout=0.0,
    word_dropout=0.0,
    training=TRAINING,
)
TAGGER = replace(
    tiny.TAGGER,
    lstm=BiLstmCrfSettings(hidden=32, dropout=0.0),
    embedding_dropout=0.0,
    word_dropout=0.0,
    value_dropout=0.0,
    dictionary_dropout=0.0,
    training=TRAINING,
)


def fit_both(checkpoints: Path | None = None) -> dict[str, list[float]]:
    """Losses and scores of both networks, and all their weights' sums."""
    utterances = [replace(one, weight=1 + row % 3) for row, one in enumerate(tiny.corpus())]
    equipment = tiny.equipment(utterances)
    found: dict[str, list[float]] = {}
    for estimator in (tiny.Classifier(CLASSIFIER), tiny.Tagger(TAGGER)):
        checkpoint = checkpoints / f"{estimator.name}.safetensors" if checkpoints else None
        estimator.fit(utterances, utterances[::3], *equipment, checkpoint=checkpoint)
        (network,) = estimator._fitted()
        found[f"{estimator.name} losses"] = estimator.history.losses
        found[f"{estimator.name} scores"] = estimator.history.scores
        found[f"{estimator.name} weights"] = [one.double().abs().sum().item() for one in network.parameters()]
    return found


if __name__ == "__main__":
    with distributed.joined(os.environ, "cpu") as ranks:
        own = Path(sys.argv[1], str(ranks.rank))
        own.mkdir()
        result = fit_both(own)
        Path(sys.argv[1], f"{ranks.rank}.json").write_text(json.dumps(result))
