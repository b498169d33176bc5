"""A draft: a model in half a minute, from some of the data set, to try a bot with while it is being written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from nlu.config import Config
from nlu.data.rows import IMPORTED, DatasetRow
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.model import TrainedModel

UTTERANCES = 6_000
"""That a draft learns from at most; twice as many take fifteen seconds more."""
_EPOCHS = 3
_LEAST_STEPS = 250
"""For each network, where there are few utterances."""
_RATE = 6e-3
"""Higher than where there is time for more steps."""

_ENOUGH, _TO_CALIBRATE = 30, 800
"""Utterances to choose the rule on: at least so many that people wrote, and at most so many."""

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


def draft_rule(model: TrainedModel, dev: Sequence[DatasetRow], config: Config) -> FallbackRule:
    """Choose the rule on some of the dev part: what people wrote, else what patterns say that the model knows."""
    written = [row for row in dev if row.slice == IMPORTED]
    rows = written if len(written) >= _ENOUGH else dev
    chosen = tuple(row.utterance for row in some(rows, config.generator.seed, _TO_CALIBRATE))
    return HeldOutView.of(model, HeldOut(chosen, is_new=rows is written)).rule(config.understanding)


def _quick(settings: SettingsT) -> SettingsT:
    training = replace(
        settings.training,
        epochs=_EPOCHS,
        epochs_for=0,
        least_steps=_LEAST_STEPS,
        few=0,
        batch_size=max(settings.training.batch_size, 64),
        learning_rate=max(settings.training.learning_rate, _RATE),
        stop_at=0.0,
        stop_after=0,
    )
    return replace(settings, training=training)
