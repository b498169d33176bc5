"""The intent classifier: a char-CNN that is fitted and exported."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from nlu.data.shards import Shards
from nlu.errors import TrainingError
from nlu.features.encoder import FeatureEncoder
from nlu.networks.batching import Batch
from nlu.networks.char_cnn import CharCnn
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.onnx_networks import intent_network
from nlu.networks.settings import ClassifierSettings
from nlu.networks.unit_embedding import UnitEmbedding
from nlu.training.estimator import Epochs, Estimator, Example, Outcome, batches_to_score
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
        self._counts = Counter[str]()

    def to_onnx(self, weights_name: str, *, int8: bool = True) -> ExportedNetwork:
        """The network as it is served, its tables and kernels rounded to bytes or not."""
        (network,) = self._fitted()
        return intent_network(network, weights_name, int8=int8)

    def _learn_labels(self, train: Collection[LabelledUtterance]) -> None:
        self._counts = Counter(one.intent for one in train if one.intent is not None)
        if len(self._counts) < 2:
            raise TrainingError("training.few_intents", intents=sorted(self._counts))
        self.intents = tuple(sorted(self._counts))

    def _epochs(self, train: Sequence[LabelledUtterance] | Shards, encoder: FeatureEncoder) -> Epochs:
        ids = {intent: number for number, intent in enumerate(self.intents)}
        balance = Balance(self._counts, self.settings.class_balance)

        def examples(utterances: Iterable[LabelledUtterance], seen: Counter[str]) -> list[Example]:
            shown = balance.brought_up((one for one in utterances if one.intent is not None), seen)
            features = {text: encoder.encode(text) for text in {utterance.text for utterance in shown}}
            return [Example(features[one.text], ids[str(one.intent)], one.weight) for one in shown]

        def chunks(rng: random.Random) -> Iterator[Sequence[Example]]:
            assert isinstance(train, Shards)
            seen = Counter[str]()
            for utterances in train.shuffled(rng):
                yield examples(utterances, seen)

        if isinstance(train, Shards):
            return Epochs(balance.total, chunks)
        kept = examples(train, Counter())
        return Epochs(len(kept), lambda rng: [kept])

    def _scorer(
        self, dev: Sequence[LabelledUtterance], encoder: FeatureEncoder, device: torch.device
    ) -> Callable[[CharCnn], float] | None:
        places = [place for place, utterance in enumerate(dev) if utterance.intent in self.intents]
        known = [dev[place] for place in places]
        features = [encoder.encode(utterance.text) for utterance in known]

        def accuracy(network: CharCnn) -> float:
            outcomes: list[Outcome] = [(0, 0, 0)] * len(dev)
            with torch.no_grad():
                for rows, batch in batches_to_score(features, _BATCH_TO_SCORE, device):
                    best = network(batch.ids, batch.flags, batch.ngram).argmax(1).tolist()
                    for one, row in zip(best, rows, strict=True):
                        outcomes[places[row]] = int(self.intents[one] == known[row].intent), 1, 1
            self.outcomes = tuple(outcomes)
            return sum(right for right, _, _ in outcomes) / len(known)

        return accuracy if known else None

    def _build(self, embedding: UnitEmbedding, encoder: FeatureEncoder) -> CharCnn:
        return CharCnn(embedding, len(encoder.vocabularies.ngram), len(self.intents), self.settings.cnn)

    def _losses(self, network: CharCnn, batch: Batch, target: Tensor) -> Tensor:
        if self.settings.word_dropout:
            hidden = torch.rand(batch.mask.shape, device=target.device) < self.settings.word_dropout
            batch = batch.hiding(hidden, self._words)
        logits = network(batch.ids, batch.flags, batch.ngram)
        return functional.cross_entropy(logits, target, reduction="none", label_smoothing=self.settings.label_smoothing)


class Balance:
    """Shows utterances of rare intents several times, so that they do not drown beside the others.

    An intent is rare that has less than a quarter of what the mean one has.

    Args:
        counts: how many utterances each intent has.
        strength: 0 brings up none; 1 brings all up to that quarter, 0.5 half the way (on a log scale).

    Example:
        >>> several = [LabelledUtterance("응", "affirm"), *[LabelledUtterance("판교 날씨", "weather")] * 31]
        >>> balances = [Balance({"affirm": 1, "weather": 31}, strength) for strength in (0.0, 0.5, 1.0)]
        >>> [sum(one.intent == "affirm" for one in balance.brought_up(several, Counter())) for balance in balances]
        [1, 2, 4]
        >>> [balance.total for balance in balances]
        [32, 33, 35]
    """

    def __init__(self, counts: Mapping[str, int], strength: float) -> None:
        rare = sum(counts.values()) / max(1, len(counts)) / 4
        self._times = {
            intent: max(1.0, rare / count) ** strength + _ROUNDING for intent, count in counts.items() if count
        }
        self.total = sum(int(self._times[intent] * counts[intent]) for intent in self._times)

    def brought_up(self, utterances: Iterable[LabelledUtterance], seen: Counter[str]) -> list[LabelledUtterance]:
        """Repeat those of rare intents, each next to itself.

        Args:
            utterances: each has an intent.
            seen: how many of each intent came before; it goes on counting, so that parts of a set give its `total`.
        """
        shown = list[LabelledUtterance]()
        for utterance in utterances:
            intent = str(utterance.intent)
            times, before = self._times[intent], seen[intent]
            seen[intent] += 1
            shown += [utterance] * (int(times * (before + 1)) - int(times * before))
        return shown
