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
_ROUNDING = 1e-9


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
        return brought_up([one for one in train if one.intent is not None], self.settings.class_balance)

    def _epochs(
        self, train: Sequence[LabelledUtterance], encoder: FeatureEncoder
    ) -> Callable[[random.Random], Sequence[Example]]:
        ids = {intent: number for number, intent in enumerate(self.intents)}
        features = {text: encoder.encode(text) for text in {utterance.text for utterance in train}}
        examples = [Example(features[one.text], ids[str(one.intent)], one.weight) for one in train]
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


def brought_up(utterances: Sequence[LabelledUtterance], balance: float) -> list[LabelledUtterance]:
    """The utterances, those of rare intents several times, so that they do not drown beside the others.

    An intent is rare that has less than a quarter of what the mean one has.

    Args:
        utterances: each has an intent.
        balance: 0 brings up none; 1 brings all up to that quarter, 0.5 half the way (on a log scale).

    Example:
        >>> several = [LabelledUtterance("응", "affirm"), *[LabelledUtterance("판교 날씨", "weather")] * 31]
        >>> [sum(one.intent == "affirm" for one in brought_up(several, balance)) for balance in (0.0, 0.5, 1.0)]
        [1, 2, 4]
    """
    counts = Counter(utterance.intent for utterance in utterances)
    rare = len(utterances) / max(1, len(counts)) / 4
    shown, seen = list[LabelledUtterance](), Counter[str | None]()
    for utterance in utterances:
        times = max(1.0, rare / counts[utterance.intent]) ** balance + _ROUNDING
        before = seen[utterance.intent]
        seen[utterance.intent] += 1
        shown += [utterance] * (int(times * (before + 1)) - int(times * before))
    return shown
