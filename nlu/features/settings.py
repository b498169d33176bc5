"""How word vectors are learned: settings that are read, written and checked without gensim."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.checks import expect_at_least


@dataclass(frozen=True)
class VectorSettings:
    """How the word vectors are trained.

    Attributes:
        width: D, numbers in a vector.
        window: morphemes to either side that count as context.
        min_count: how often a morpheme must occur.
        epochs: passes over the text.
        seed: of the start values and the order of the samples.
    """

    width: int = 100
    window: int = 5
    min_count: int = 2
    epochs: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        expect_at_least(self, 1, "width", "window", "min_count", "epochs")
