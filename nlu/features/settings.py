"""How word vectors are learned: settings that are read, written and checked without gensim."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT, Positive


@dataclass(frozen=True, config=STRICT)
class VectorSettings:
    """How the word vectors are trained.

    Attributes:
        width: D, numbers in a vector.
        window: morphemes to either side that count as context.
        min_count: how often a morpheme must occur.
        epochs: passes over the text.
        seed: of the start values and the order of the samples.
    """

    width: Positive = 100
    window: Positive = 5
    min_count: Positive = 2
    epochs: Positive = 5
    seed: int = 0
