"""How word vectors are learned: settings that are read, written and checked without gensim."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le
from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT, Positive

SHIPPED = 40_000
"""Words whose vectors the product brings along (`nlu.features.pretrained`)."""


@dataclass(frozen=True, config=STRICT)
class VectorSettings:
    """How the word vectors are trained.

    Attributes:
        width: D, numbers in a vector.
        window: morphemes to either side that count as context.
        min_count: how often a morpheme must occur.
        epochs: passes over the text.
        seed: of the start values and the order of the samples.
        pretrained: how many of the commonest Korean words a model knows beside those of its training, by vectors that
            have read much Korean and stand beside its own; 0 for neither.
    """

    width: Positive = 100
    window: Positive = 5
    min_count: Positive = 2
    epochs: Positive = 5
    seed: int = 0
    pretrained: Annotated[int, Ge(0), Le(SHIPPED)] = 20_000
