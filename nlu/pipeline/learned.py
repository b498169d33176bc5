"""What the measured model learns from beside its training set: the dictionary that it may see, and outliers."""

from __future__ import annotations

import random
from collections.abc import Sequence

from nlu.augmentation.outliers import as_outliers, make_outliers
from nlu.config import Config
from nlu.data.dataset import Dataset
from nlu.lexicon.lexicon import Lexicon
from nlu.types import FALLBACK_INTENT, LabelledUtterance


def seen_lexicon(dataset: Dataset, lexicon: Lexicon) -> Lexicon:
    """The dictionary without the values that dev and test hold out."""
    held = {(entity, value) for entity, value, _ in dataset.manifest.get("held_out", ())}
    return lexicon.restricted_to(lambda entry: (entry.entity, entry.value) not in held)


def outliers_of(train: Sequence[LabelledUtterance], outside: Sequence[str], config: Config) -> list[LabelledUtterance]:
    """Utterances of `nlu_fallback` beside the author's own: what is given, or else made from other words.

    Args:
        train: what is learned from.
        outside: what people say that the bot is not for; may be empty.
        config: how many there are to be.
    """
    if outside:
        return as_outliers(outside, train, config.understanding.outside)
    if any(utterance.intent == FALLBACK_INTENT for utterance in train):
        return []
    count = int(config.understanding.outliers * len(train))
    return make_outliers(train, count, random.Random(config.generator.seed)) if count else []
