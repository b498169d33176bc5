"""The intent classifier: a char-CNN that is fitted, calibrated, and exported."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from nlu.errors import NotFittedError, TrainingError
from nlu.events import Listener, ignore
from nlu.features.encoder import FeatureEncoder, Features
from nlu.features.word_vectors import WordVectors
from nlu.networks.batching import Batch, batches_by_length, collate
from nlu.networks.char_cnn import CharCnn
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.onnx_networks import intent_network
from nlu.networks.settings import ClassifierSettings
from nlu.networks.unit_embedding import UnitEmbedding, UnitSizes
from nlu.training import loop as training
from nlu.training.loop import OnEpoch, TrainingHistory
from nlu.types import LabelledUtterance

_PREDICTION_BATCH = 256
_LEAST_WEIGHT = 1e-9
"""Of a batch: one whose utterances all weigh nothing teaches nothing."""


class IntentClassifier:
    """Char-CNN over the syllables of an utterance.

    Args:
        settings: shape and learning.

    Attributes:
        intents: the intents in the order of the logits, after `fit`.
        history: losses and scores, after `fit`.
    """

    def __init__(self, settings: ClassifierSettings | None = None) -> None:
        self.settings = settings or ClassifierSettings()
        self.intents: tuple[str, ...] = ()
        self.history = TrainingHistory()
        self._encoder: FeatureEncoder | None = None
        self._model: CharCnn | None = None

    def fit(
        self,
        train: Sequence[LabelledUtterance],
        dev: Sequence[LabelledUtterance],
        encoder: FeatureEncoder,
        vectors: WordVectors,
        *,
        checkpoint: Path | None = None,
        listen: Listener = ignore,
        on_epoch: OnEpoch | None = None,
    ) -> IntentClassifier:
        """Learn from labelled utterances.

        Args:
            train: what is learned from; utterances without an intent are left out.
            dev: scored after each epoch, and decides when to stop where `stop_at` says so; may be empty.
            encoder: fitted on the training texts.
            vectors: the word vectors whose words the encoder knows.
            checkpoint: file to go on from and to write after each epoch.
            listen: is told of every batch.
            on_epoch: is told of every epoch, and may end the training.

        Raises:
            TrainingError: fewer than two intents, or a loss that isn't finite.
        """
        train = [utterance for utterance in train if utterance.intent is not None]
        counts = Counter(str(utterance.intent) for utterance in train)
        if len(counts) < 2:
            raise TrainingError("training.few_intents", intents=sorted(counts))
        self.intents = tuple(sorted(counts))
        self._encoder = encoder
        ids = {intent: number for number, intent in enumerate(self.intents)}
        settings = self.settings.training

        def example(utterance: LabelledUtterance) -> tuple[Features, int]:
            return encoder.encode(utterance.text), ids[str(utterance.intent)]

        examples = [example(utterance) for utterance in train]
        weights = [
            utterance.weight * (len(train) / len(counts) / counts[str(utterance.intent)]) ** self.settings.class_balance
            for utterance in train
        ]
        known = [utterance for utterance in dev if utterance.intent in ids]
        dev_features = [encoder.encode(utterance.text) for utterance in known]
        dev_targets = np.array([ids[str(utterance.intent)] for utterance in known])
        device = training.choose_device(settings.device)
        with training.seeded(settings.seed):
            self._model = self._build(encoder, vectors).to(device)

        def batches(rng: random.Random) -> Iterator[Batch]:
            for rows in batches_by_length([len(f.units) for f, _ in examples], settings.batch_size, rng):
                yield collate(
                    [examples[row][0] for row in rows],
                    [examples[row][1] for row in rows],
                    [weights[row] for row in rows],
                ).to(device)

        def score(model: nn.Module) -> float:
            return float((_logits(model, dev_features, device).argmax(1) == dev_targets).mean())

        self.history = training.fit(
            self._model,
            batches,
            len(train),
            self._loss,
            score if known else None,
            settings,
            checkpoint=checkpoint,
            stage="fit.intents",
            listen=listen,
            on_epoch=on_epoch,
        )
        return self

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Score the intents of each text, `(n, K)`.

        Raises:
            NotFittedError: before `fit`.
        """
        model, encoder = self._fitted()
        if not texts:
            return np.zeros((0, len(self.intents)), dtype=np.float32)
        device = next(model.parameters()).device
        return _logits(model, [encoder.encode(text) for text in texts], device)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest intent of each text."""
        return [self.intents[row] for row in self.logits(texts).argmax(1)]

    def to_onnx(self, weights_name: str, *, int8: bool = True) -> ExportedNetwork:
        """The network as it is served (`models.served`), with bytes for its tables and kernels or without."""
        model, encoder = self._fitted()
        return intent_network(model, weights_name, wide=encoder.settings.level == "morpheme", int8=int8)

    def _build(self, encoder: FeatureEncoder, vectors: WordVectors) -> CharCnn:
        embedding = UnitEmbedding(
            UnitSizes.of(encoder.vocabularies),
            self.settings.widths,
            torch.from_numpy(vectors.matrix),
            self.settings.embedding_dropout,
        )
        return CharCnn(embedding, len(encoder.vocabularies.ngram), len(self.intents), self.settings.cnn)

    def _loss(self, model: nn.Module, batch: Batch) -> Tensor:
        target = batch.target
        assert target is not None
        if self.settings.word_dropout:
            batch = batch.hiding(torch.rand(batch.mask.shape, device=batch.mask.device) < self.settings.word_dropout)
        logits = model(batch.ngram, *batch.units)
        losses = functional.cross_entropy(
            logits, target, reduction="none", label_smoothing=self.settings.label_smoothing
        )
        return (losses * batch.weight).sum() / batch.weight.sum().clamp(min=_LEAST_WEIGHT)

    def _fitted(self) -> tuple[CharCnn, FeatureEncoder]:
        if self._model is None or self._encoder is None:
            raise NotFittedError("training.unfitted_classifier")
        return self._model, self._encoder


def _logits(model: nn.Module, features: Sequence[Features], device: torch.device) -> NDArray[np.float32]:
    model.eval()
    rows_of: dict[int, NDArray[np.float32]] = {}
    with torch.no_grad():
        for rows in batches_by_length([len(f.units) for f in features], _PREDICTION_BATCH):
            batch = collate([features[row] for row in rows]).to(device)
            rows_of.update(zip(rows, model(batch.ngram, *batch.units).cpu().numpy(), strict=True))
    return np.stack([rows_of[row] for row in range(len(features))])
