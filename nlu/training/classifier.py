"""The intent classifier: a char-CNN that is fitted and exported."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from nlu.errors import TrainingError
from nlu.features.encoder import FeatureEncoder
from nlu.networks.batching import Batch
from nlu.networks.char_cnn import CharCnn
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.onnx_networks import intent_network
from nlu.networks.settings import ClassifierSettings
from nlu.networks.unit_embedding import UnitEmbedding
from nlu.training.estimator import Estimator, Example, batches_to_score
from nlu.types import LabelledUtterance

_BATCH_TO_SCORE = 256


class IntentClassifier(Estimator[CharCnn, ClassifierSettings]):
    """Char-CNN over the syllables of an utterance.

    Attributes:
        intents: the intents in the order of the logits, after `fit`.
    """

    name = "intents"

    def __init__(self, settings: ClassifierSettings | None = None) -> None:
        super().__init__(settings or ClassifierSettings())
        self.intents: tuple[str, ...] = ()

    def to_onnx(self, weights_name: str, *, int8: bool = True) -> ExportedNetwork:
        """The network as it is served, its tables and kernels rounded to bytes or not."""
        (network,) = self._fitted()
        return intent_network(network, weights_name, int8=int8)

    def _learn_labels(self, train: Sequence[LabelledUtterance]) -> list[LabelledUtterance]:
        intents = {utterance.intent for utterance in train if utterance.intent is not None}
        if len(intents) < 2:
            raise TrainingError("training.few_intents", intents=sorted(intents))
        self.intents = tuple(sorted(intents))
        return [utterance for utterance in train if utterance.intent is not None]

    def _epochs(
        self, train: Sequence[LabelledUtterance], encoder: FeatureEncoder
    ) -> Callable[[random.Random], Sequence[Example]]:
        counts = Counter(utterance.intent for utterance in train)
        ids = {intent: number for number, intent in enumerate(self.intents)}

        def example(utterance: LabelledUtterance) -> Example:
            balance = (len(train) / len(counts) / counts[utterance.intent]) ** self.settings.class_balance
            return Example(encoder.encode(utterance.text), ids[str(utterance.intent)], utterance.weight * balance)

        examples = [example(utterance) for utterance in train]
        return lambda rng: examples

    def _scorer(
        self, dev: Sequence[LabelledUtterance], encoder: FeatureEncoder, device: torch.device
    ) -> Callable[[CharCnn], float] | None:
        known = [utterance for utterance in dev if utterance.intent in self.intents]
        features = [encoder.encode(utterance.text) for utterance in known]

        def accuracy(network: CharCnn) -> float:
            right = 0
            with torch.no_grad():
                for rows, batch in batches_to_score(features, _BATCH_TO_SCORE, device):
                    best = network(batch.ids, batch.flags, batch.ngram).argmax(1).tolist()
                    right += sum(self.intents[one] == known[row].intent for one, row in zip(best, rows, strict=True))
            return right / len(known)

        return accuracy if known else None

    def _build(self, embedding: UnitEmbedding, encoder: FeatureEncoder) -> CharCnn:
        return CharCnn(embedding, len(encoder.vocabularies.ngram), len(self.intents), self.settings.cnn)

    def _losses(self, network: CharCnn, batch: Batch, target: Tensor) -> Tensor:
        if self.settings.word_dropout:
            batch = batch.hiding(torch.rand(batch.mask.shape, device=target.device) < self.settings.word_dropout)
        logits = network(batch.ids, batch.flags, batch.ngram)
        return functional.cross_entropy(logits, target, reduction="none", label_smoothing=self.settings.label_smoothing)
