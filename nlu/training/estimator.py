"""What both estimators share: examples are encoded, one network or several are fitted to them, and kept."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Self, TypeVar

import torch
from torch import Tensor, nn

from nlu.data.shards import Shards
from nlu.errors import NotFittedError
from nlu.events import Listener, OnEpoch, ignore
from nlu.features.batches import batches_by_length
from nlu.features.encoder import FeatureEncoder, Features
from nlu.features.word_vectors import WordVectors
from nlu.networks.batching import Batch, collate
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.networks.unit_embedding import UnitEmbedding, UnitSizes
from nlu.training import distributed, loop
from nlu.training.loop import TrainingHistory
from nlu.types import LabelledUtterance

NetworkT = TypeVar("NetworkT", bound=nn.Module)
SettingsT = TypeVar("SettingsT", ClassifierSettings, TaggerSettings)

_SEED_STEP = 1_000
"""Between the seeds of an estimator's networks: no other seed in use gives the same network by chance."""
_LEAST_WEIGHT = 1e-9
"""Of a batch: one whose utterances all weigh nothing teaches nothing."""


Outcome = tuple[int, int, int]
"""How many of an utterance's labels were right, were said, and are there."""


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance to learn from.

    Attributes:
        features: what the network reads.
        target: its intent's id, or the tag ids of its units.
        weight: how much it counts.
    """

    features: Features
    target: int | list[int]
    weight: float


@dataclass(frozen=True, slots=True)
class Epochs:
    """What a network goes through, again and again.

    Attributes:
        utterances: how many in an epoch.
        chunks: gives an epoch's examples, some at a time; one list of all that are in memory.
    """

    utterances: int
    chunks: Callable[[random.Random], Iterable[Sequence[Example]]]


class Estimator(ABC, Generic[NetworkT, SettingsT]):
    """Fits networks to labelled utterances; a subclass says what is learned of them.

    Attributes:
        settings: shape and learning.
        history: losses and scores of the first network, after `fit`.
        outcomes: of each utterance of the development set, as the last network was last scored, what it had right,
            what it said, and what there was to say: one intent, or any number of entities; 0 of each where it can't
            be scored.
    """

    name: str
    """What it finds; names its stage of training."""

    def __init__(self, settings: SettingsT) -> None:
        self.settings: SettingsT = settings
        self.history = TrainingHistory()
        self.outcomes: tuple[Outcome, ...] = ()
        self._networks: tuple[NetworkT, ...] = ()
        self._words = 0

    def fit(
        self,
        train: Sequence[LabelledUtterance] | Shards,
        dev: Sequence[LabelledUtterance],
        encoder: FeatureEncoder,
        vectors: WordVectors,
        *,
        checkpoint: Path | None = None,
        listen: Listener = ignore,
        on_epoch: OnEpoch | None = None,
        judge_every: float = 1.0,
    ) -> Self:
        """Learn from labelled utterances.

        Args:
            train: what is learned from; those without anything to learn are left out. Shards are read in each epoch,
                one after the other, and what is made of them is forgotten again.
            dev: scored after each epoch, and decides when to stop where `stop_at` says so; may be empty.
            encoder: fitted on the training texts.
            vectors: the word vectors whose words the encoder knows.
            checkpoint: file to go on from and to write after epochs; a second network has one of its own beside it.
            listen: is told of every batch and every epoch.
            on_epoch: is told of every epoch, which are numbered on from one network to the next, and may end the
                training; the networks that were trained until then are kept.
            judge_every: the part of an epoch after which `on_epoch` is told a score; the networks come out the same.

        Raises:
            TrainingError: too little to learn from, or a loss that isn't finite.
        """
        self._learn_labels(train)
        self._words = len(vectors.words) if vectors.pretrained else 0
        device = loop.choose_device(self.settings.training.device)
        score = self._scorer(dev, encoder, device)
        epochs = self._epochs(train, encoder)
        training = self.settings.training.for_set_of(epochs.utterances)

        def batches(rng: random.Random) -> Iterator[Batch]:
            for examples in _in_batches(epochs.chunks(rng), training.batch_size, rng):
                yield _batch(examples).to(device)

        networks: list[NetworkT] = []
        histories: list[TrainingHistory] = []
        is_stopped = False

        def tell(epoch: float, loss: float, score: float | None) -> bool:
            nonlocal is_stopped
            before = sum(len(history.losses) for history in histories)
            is_stopped = on_epoch is not None and on_epoch(before + epoch, loss, score)
            return is_stopped

        count = self._count(epochs.utterances)
        while len(networks) < count and not is_stopped:
            number = len(networks)
            settings = replace(training, seed=training.seed + number * _SEED_STEP)
            with loop.seeded(settings.seed):
                network = self._build(self._embedding(encoder, vectors), encoder).to(device)
            history = loop.fit(
                network, batches, epochs.utterances, self._loss, score, settings,
                after_step=self._after_step, checkpoint=_of_network(checkpoint, number),
                stage=f"fit.{self.name}" + (f" {number + 1}/{count}" if count > 1 else ""),
                listen=listen, on_epoch=tell, judge_every=judge_every,
            )  # fmt: skip
            networks.append(network)
            histories.append(history)
        self.history, self._networks = histories[0], tuple(networks)
        return self

    def _embedding(self, encoder: FeatureEncoder, vectors: WordVectors) -> UnitEmbedding:
        sizes, settings = UnitSizes.of(encoder.vocabularies), self.settings
        given = torch.from_numpy(vectors.matrix)
        return UnitEmbedding(sizes, settings.widths, given, settings.embedding_dropout, vectors.pretrained)

    def _fitted(self) -> tuple[NetworkT, ...]:
        """The networks, at least one."""
        if not self._networks:
            raise NotFittedError("training.unfitted", estimator=type(self).__name__)
        return self._networks

    @abstractmethod
    def _learn_labels(self, train: Collection[LabelledUtterance]) -> None:
        """Keep what there is to tell apart."""

    @abstractmethod
    def _epochs(self, train: Sequence[LabelledUtterance] | Shards, encoder: FeatureEncoder) -> Epochs:
        """What gives the examples of an epoch."""

    @abstractmethod
    def _scorer(
        self, dev: Sequence[LabelledUtterance], encoder: FeatureEncoder, device: torch.device
    ) -> Callable[[NetworkT], float] | None:
        """What scores a network on a development set; None where there is nothing to score."""

    @abstractmethod
    def _build(self, embedding: UnitEmbedding, encoder: FeatureEncoder) -> NetworkT:
        """Make a network with random weights."""

    @abstractmethod
    def _losses(self, network: NetworkT, batch: Batch, target: Tensor) -> Tensor:
        """The loss of each utterance, `(B,)`."""

    def _count(self, utterances: int) -> int:
        """How many networks learn from so many utterances."""
        return 1

    def _after_step(self, network: NetworkT) -> None:
        """Mend the weights after a step."""

    def _loss(self, network: NetworkT, batch: Batch) -> Tensor:
        assert batch.target is not None
        losses = self._losses(network, batch, batch.target)
        whole = batch.weight.sum() if batch.whole is None else torch.tensor(batch.whole, device=losses.device)
        return (losses * batch.weight).sum() / whole.clamp(min=_LEAST_WEIGHT)


def batches_to_score(
    several: Sequence[Features], batch_size: int, device: torch.device
) -> Iterator[tuple[list[int], Batch]]:
    """Yield batches of similar length, each with the positions of its utterances."""
    for rows in batches_by_length([len(features.units) for features in several], batch_size):
        yield rows, collate([several[row] for row in rows]).to(device)


def _in_batches(
    chunks: Iterable[Sequence[Example]], batch_size: int, rng: random.Random
) -> Iterator[Sequence[Example]]:
    """Cut chunks into batches of similar length; what is left of a chunk goes with the next, so that all are full."""
    held: Sequence[Example] = ()
    for chunk in chunks:
        full = len(held) - len(held) % batch_size
        yield from _of_similar_length(held[:full], batch_size, rng)
        held = [*held[full:], *chunk]
    yield from _of_similar_length(held, batch_size, rng)


def _of_similar_length(examples: Sequence[Example], batch_size: int, rng: random.Random) -> Iterator[Sequence[Example]]:
    for rows in batches_by_length([len(one.features.units) for one in examples], batch_size, rng):
        yield [examples[row] for row in rows]


def _batch(examples: Sequence[Example]) -> Batch:
    """The share of a batch that this process learns from; an empty one is an example that weighs nothing."""
    ranks = distributed.ranks()
    mine = ranks.share(examples) or [replace(examples[0], weight=0.0)]
    batch = collate(
        [one.features for one in mine],
        [one.target for one in mine],
        [one.weight for one in mine],
    )
    if ranks.count == 1:
        return batch
    return replace(batch, whole=sum(one.weight for one in examples) / ranks.count)


def _of_network(checkpoint: Path | None, number: int) -> Path | None:
    """The checkpoint of an estimator's n-th network."""
    if checkpoint is None or not number:
        return checkpoint
    return checkpoint.with_name(f"{number + 1}.{checkpoint.name}")
