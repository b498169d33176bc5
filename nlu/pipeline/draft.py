"""A draft: a model in half a minute, from some of the data set, to try a bot with while it is being written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from nlu.config import Config
from nlu.data.rows import DatasetRow
from nlu.networks.settings import ClassifierSettings, TaggerSettings

UTTERANCES = 4_000
"""That a draft learns from at most; twice as many take ten seconds more."""
_EPOCHS = 4
_LEAST_STEPS = 250
"""For each network, where there are few utterances."""
_RATE = 4e-3
"""A little higher than where there is time."""

SettingsT = TypeVar("SettingsT", ClassifierSettings, TaggerSettings)


def quick(config: Config) -> Config:
    """The settings that a draft is trained with: few epochs, one network for each task, no second training."""
    return replace(
        config,
        spacing=replace(config.spacing, texts=min(config.spacing.texts, UTTERANCES // 2), epochs=3),
        vectors=replace(config.vectors, epochs=min(config.vectors.epochs, 3)),
        classifier=_quick(config.classifier),
        tagger=replace(_quick(config.tagger), members=1),
        refit=False,
    )


def some(rows: Sequence[DatasetRow], seed: int, most: int = UTTERANCES) -> list[DatasetRow]:
    """Choose rows to learn from: one of each pattern and intent while there is room, then any; their order stays.

    Args:
        rows: those that may be learned from.
        seed: which ones are chosen.
        most: how many to choose at most.
    """
    if len(rows) <= most:
        return list(rows)
    order = random.Random(seed).sample(range(len(rows)), len(rows))
    firsts: dict[tuple[str | None, str | None], int] = {}
    for at in order:
        firsts.setdefault((rows[at].utterance.intent, rows[at].utterance.origin), at)
    one_of_each = set(firsts.values())
    chosen = sorted(order, key=lambda at: at not in one_of_each)[:most]  # stable: by chance within either kind
    return [rows[at] for at in sorted(chosen)]


def _quick(settings: SettingsT) -> SettingsT:
    training = replace(
        settings.training,
        epochs=_EPOCHS,
        epochs_for=0,
        least_steps=_LEAST_STEPS,
        batch_size=max(settings.training.batch_size, 64),
        learning_rate=max(settings.training.learning_rate, _RATE),
        stop_at=0.0,
        stop_after=0,
    )
    return replace(settings, training=training)
