"""How the networks look and how they learn: settings that are read, written and checked without torch."""

from __future__ import annotations

import math
from dataclasses import field, replace
from typing import Annotated, Literal

from annotated_types import Ge, Lt, MinLen
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from nlu.bounds import STRICT, Above0, AtLeast0, Count, Positive, Rate

_FEWEST_STEPS = 400
"""Of a set of few utterances."""
_FULL_SHARE = 0.25
"""The part of `few` from which a set is gone through as often as its size asks for."""
_BATCH_OF_LARGE = 64
"""Utterances of a step, at least, where there are many: larger products of matrices take less time in all."""
_HIGHEST_RATE = 8e-3
"""To which the rate is raised for few utterances."""


@dataclass(frozen=True, config=STRICT)
class TrainingSettings:
    """How a network is trained.

    Attributes:
        epochs: passes over a training set of `epochs_for` utterances.
        epochs_for: a set four times as large is gone through half as often, one of a quarter twice as often; 0 takes
            `epochs` as they are.
        least_steps: a small training set is gone through more often still, until there are so many steps.
        few: a set of fewer utterances is gone through less often, the less the fewer they are, at a rate that is as
            much higher: it learns as much in a quarter of the time; 0 for no such set.
        large: a set of at least so many utterances is gone through in steps of 64 at least, at a rate that is higher by
            the square root of as much; 0 for no such set.
        batch_size: utterances a step.
        learning_rate: its peak; it rises over the first tenth of the steps and falls to nearly 0 (Smith 2018).
        weight_decay: of AdamW.
        stop_at: stop after the first epoch whose score on the development set is at least this: nothing is left to
            learn of what the set can tell, and more epochs would only learn the training set by heart; 0 for never.
        stop_after: stop after so many epochs, at the learning rate they have among all `epochs`; 0 for all of them.
        clip: largest norm of the gradient.
        averaging: decay of the exponential moving average of the weights, which is what is scored and kept; it is
            lower in the first steps, so that the random start is soon forgotten; 0 keeps the last weights.
        seed: of weights, order and dropout.
        device: "cpu", "cuda", or "auto" for CUDA where there is one.
        precision: of the numbers that a loss is computed in; weights are float32 either way (mixed precision).
    """

    epochs: Positive = 12
    epochs_for: Count = 10_000
    least_steps: Count = 400
    few: Count = 0
    large: Count = 10_000
    batch_size: Positive = 64
    learning_rate: Above0 = 2e-3
    weight_decay: AtLeast0 = 1e-4
    stop_at: Rate = 0.0
    stop_after: Count = 0
    clip: Above0 = 5.0
    averaging: Annotated[float, Ge(0), Lt(1)] = 0.998
    seed: int = 0
    device: str = "auto"
    precision: Literal["float32", "bfloat16"] = "float32"

    def for_set_of(self, utterances: int) -> TrainingSettings:
        """The settings for a training set of so many utterances, as far as `large` changes them.

        Example:
            >>> settings = TrainingSettings(batch_size=16, learning_rate=0.002, large=10_000)
            >>> [(one.batch_size, one.learning_rate) for one in map(settings.for_set_of, (9_999, 10_000))]
            [(16, 0.002), (64, 0.004)]

        Source: Malladi et al. (2022), On the SDEs and Scaling Rules for Adaptive Gradient Algorithms.
        """
        if not self.large or utterances < self.large or self.batch_size >= _BATCH_OF_LARGE:
            return self
        rate = self.learning_rate * math.sqrt(_BATCH_OF_LARGE / self.batch_size)
        return replace(self, batch_size=_BATCH_OF_LARGE, learning_rate=rate)

    def epochs_of(self, utterances: int) -> int:
        """How often a training set of so many utterances is gone through.

        Example:
            >>> settings = TrainingSettings(epochs=12, epochs_for=10_000, least_steps=400, batch_size=64)
            >>> [settings.epochs_of(utterances) for utterances in (100, 2_500, 10_000, 40_000)]
            [200, 24, 12, 6]
        """
        utterances = max(utterances, 1)
        share = min(1.0, utterances / self.few) if self.few else 1.0
        epochs: float = self.epochs
        if self.epochs_for:
            epochs *= (self.epochs_for / utterances) ** 0.5 * min(1.0, share / _FULL_SHARE)
        least = max(min(_FEWEST_STEPS, self.least_steps), self.least_steps * share)
        return max(1, round(epochs), math.ceil(least / self._steps_per_epoch(utterances)))

    def rate_of(self, utterances: int) -> float:
        """The peak of the learning rate for a training set of so many utterances.

        Example:
            >>> settings = TrainingSettings(learning_rate=0.002, least_steps=1500, few=4_000, batch_size=32)
            >>> [round(settings.rate_of(utterances), 4) for utterances in (100, 500, 1_000, 4_000)]
            [0.0075, 0.0069, 0.0025, 0.002]
        """
        if utterances >= self.few:
            return self.learning_rate
        steps = self.epochs_of(utterances) * self._steps_per_epoch(utterances)
        raised = min(self.learning_rate * self.least_steps / steps, _HIGHEST_RATE)
        return max(self.learning_rate, raised)

    def _steps_per_epoch(self, utterances: int) -> int:
        return -(-max(utterances, 1) // self.batch_size)


@dataclass(frozen=True, config=STRICT)
class UnitWidths:
    """How wide each feature's vector is; 0 leaves the feature out.

    Attributes:
        syllable: a syllable's own vector.
        jamo: each of its initial, medial and final, so that a slip of a key changes a third, not all.
        bigram: each of the pairs to the left and to the right.
        word: the projection of the morpheme's word vector.
        pos: part of speech and semantic class.
        position: place in the morpheme.
        spacing: spaces around the unit.
        dictionary: the projection of the dictionary matches.
    """

    syllable: Count = 64
    jamo: Count = 16
    bigram: Count = 32
    word: Count = 64
    pos: Count = 16
    position: Count = 8
    spacing: Count = 8
    dictionary: Count = 32

    def __post_init__(self) -> None:
        if not self.total:
            raise PydanticCustomError("no_width", "expected at least one feature wider than 0, got none")

    @property
    def total(self) -> int:
        """Width of the concatenation."""
        return (
            self.syllable + 3 * self.jamo + 2 * self.bigram + self.word
            + self.pos + self.position + self.spacing + self.dictionary
        )  # fmt: skip


@dataclass(frozen=True, config=STRICT)
class CharCnnSettings:
    """Shape of the network.

    Attributes:
        kernels: how many syllables each group of filters sees.
        filters: filters a kernel width.
        ngram_width: width of an n-gram's vector; 0 leaves the bag out.
        dropout: before the output layer.
        ngram_dropout: the part of the n-grams left out of the bag in training.
    """

    kernels: Annotated[tuple[Positive, ...], MinLen(1)] = (1, 2, 3, 4, 5)
    filters: Positive = 96
    ngram_width: Count = 64
    dropout: Rate = 0.5
    ngram_dropout: Rate = 0.4


@dataclass(frozen=True, config=STRICT)
class BiLstmCrfSettings:
    """Shape of the network.

    Attributes:
        hidden: width of the LSTM in each direction.
        layers: how many LSTM layers.
        dropout: after the LSTM and between its layers.
    """

    hidden: Positive = 128
    layers: Positive = 1
    dropout: Rate = 0.5


@dataclass(frozen=True, config=STRICT)
class ClassifierSettings:
    """How the intent network looks and learns.

    Attributes:
        cnn: its shape.
        widths: width of each feature.
        embedding_dropout: the part of the input values set to 0 in training.
        word_dropout: the part of the units whose word is hidden in training, so that unknown words are nothing new.
        label_smoothing: the part of the target that is spread over all intents.
        class_balance: how much oftener the utterances of rare intents are shown: 0 shows all alike, 1 brings each
            intent up to a quarter of the mean one.
        training: the loop's settings.
    """

    cnn: CharCnnSettings = field(default_factory=CharCnnSettings)
    widths: UnitWidths = field(default_factory=UnitWidths)
    embedding_dropout: Rate = 0.3
    word_dropout: Rate = 0.1
    label_smoothing: Rate = 0.05
    class_balance: Rate = 0.7
    training: TrainingSettings = field(default_factory=lambda: TrainingSettings(stop_at=0.98))


@dataclass(frozen=True, config=STRICT)
class TaggerSettings:
    """How the entity network looks and learns.

    Attributes:
        lstm: its shape.
        widths: width of each feature.
        embedding_dropout: the part of the input values set to 0 in training.
        word_dropout: the part of the units whose word is hidden in training.
        value_dropout: the part of the entities whose whole value is hidden in training, so that context must find it.
        value_exchange: the part of the entities that stand with another value of their type in an epoch.
        left_out: the part of the entities before which another of their type is said only to leave it out (내일 말고
            모레) in an epoch.
        dictionary_dropout: the part of the utterances that train without dictionary matches, so that values the
            dictionary lacks are found too.
        members: how many networks, each from another start, tag together: the mean of their scores counts.
        members_for: how many utterances they may go through in an epoch, all members together, so that a large training
            set, where chance says less, has one; two on 5,000 utterances learn about as long as one on 20,000. 0 takes
            `members` as they are.
        training: the loop's settings.
    """

    lstm: BiLstmCrfSettings = field(default_factory=BiLstmCrfSettings)
    widths: UnitWidths = field(default_factory=UnitWidths)
    embedding_dropout: Rate = 0.3
    word_dropout: Rate = 0.05
    value_dropout: Rate = 0.2
    value_exchange: Rate = 0.2
    left_out: Rate = 0.02
    dictionary_dropout: Rate = 0.2
    members: Positive = 2
    members_for: Count = 10_000
    training: TrainingSettings = field(
        default_factory=lambda: TrainingSettings(least_steps=1500, few=4_000, batch_size=32)
    )

    def members_of(self, utterances: int) -> int:
        """How many networks learn from a training set of so many utterances.

        Example:
            >>> settings = TaggerSettings(members=3, members_for=10_000)
            >>> [settings.members_of(utterances) for utterances in (100, 4_000, 6_000, 40_000)]
            [3, 2, 1, 1]
        """
        most = self.members_for // max(utterances, 1) if self.members_for else self.members
        return max(1, min(self.members, most))
