"""The entity tagger: BiLSTM-CRFs that are fitted and exported."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice

import torch
from torch import Tensor

from nlu.augmentation.left_out import LeftOut
from nlu.augmentation.value_exchange import ValueExchange
from nlu.data.iob import decode, encode, tag_names
from nlu.data.shards import Shards
from nlu.errors import TrainingError
from nlu.evaluation.metrics import precision_recall_f1
from nlu.features.encoder import FeatureEncoder
from nlu.networks.batching import Batch
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.ensemble import BiLstmCrfEnsemble
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.onnx_networks import entity_network
from nlu.networks.settings import TaggerSettings
from nlu.networks.unit_embedding import UnitEmbedding
from nlu.training.estimator import Epochs, Estimator, Example, batches_to_score
from nlu.types import LabelledUtterance, Span

_BATCH_TO_SCORE = 64
_MOST_VALUES_FROM = 500_000
"""Utterances whose values are exchanged for one another; of shards, the first are a sample of them all."""


class EntityTagger(Estimator[BiLstmCrf, TaggerSettings]):
    """BiLSTM-CRFs over syllables that carry their morpheme's features.

    Where there is little to learn from, several networks from different starts tag together (`settings.members`).

    Attributes:
        tags: the IOB2 tags in the order of the emissions, after `fit`.
    """

    name = "entities"

    def __init__(self, settings: TaggerSettings | None = None) -> None:
        super().__init__(settings or TaggerSettings())
        self.tags: tuple[str, ...] = ()

    @property
    def members(self) -> int:
        """How many networks tag together.

        Raises:
            NotFittedError: before `fit`.
        """
        return len(self._fitted())

    def to_onnx(self, weights_name: str, *, int8: bool = True) -> ExportedNetwork:
        """The networks as they are served, their CRF's scores among the weights; tables rounded to bytes or not."""
        together = BiLstmCrfEnsemble(self._fitted(), self.tags)
        crf = {f"crf.{name}": value.detach().cpu().numpy() for name, value in together.crf.named_parameters()}
        return entity_network(together.members, weights_name, int8=int8, more=crf)

    def _learn_labels(self, train: Collection[LabelledUtterance]) -> None:
        if not any(utterance.text.strip() for utterance in train):
            raise TrainingError("training.no_entities")
        self.tags = tag_names({span.label for utterance in train for span in utterance.spans})

    def _epochs(self, train: Sequence[LabelledUtterance] | Shards, encoder: FeatureEncoder) -> Epochs:
        ids = {tag: number for number, tag in enumerate(self.tags)}
        exchange = ValueExchange(islice(train, _MOST_VALUES_FROM), self.settings.value_exchange)
        left_out = LeftOut(islice(train, _MOST_VALUES_FROM), self.settings.left_out)

        def changed(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance:
            return left_out.say(exchange.exchange(utterance, rng), rng)

        def example(utterance: LabelledUtterance) -> Example:
            features = encoder.encode(utterance.text)
            target = [ids[tag] for tag in encode(features.units, utterance.spans)]
            return Example(features, target, utterance.weight)

        def streamed(rng: random.Random) -> Iterator[Sequence[Example]]:
            assert isinstance(train, Shards)
            for utterances in train.shuffled(rng):
                yield [example(changed(one, rng)) for one in utterances if one.text.strip()]

        if isinstance(train, Shards):
            return Epochs(sum(bool(one.text.strip()) for one in train), streamed)
        known = [(one, example(one)) for one in train if one.text.strip()]

        def epoch(rng: random.Random) -> list[Sequence[Example]]:
            exchanged = [changed(utterance, rng) for utterance, _ in known]
            return [[
                made if now is utterance else example(now)
                for (utterance, made), now in zip(known, exchanged, strict=True)
            ]]  # fmt: skip

        return Epochs(len(known), epoch)

    def _scorer(
        self, dev: Sequence[LabelledUtterance], encoder: FeatureEncoder, device: torch.device
    ) -> Callable[[BiLstmCrf], float] | None:
        every = dev
        dev = [utterance for utterance in dev if utterance.text.strip()]
        features = [encoder.encode(utterance.text) for utterance in dev]
        gold = [[Span(s.start, s.end, s.entity, s.role) for s in utterance.spans] for utterance in dev]

        def f1(network: BiLstmCrf) -> float:
            found: list[tuple[Span, ...]] = [()] * len(features)
            with torch.no_grad():
                for rows, batch in batches_to_score(features, _BATCH_TO_SCORE, device):
                    paths = network.crf.decode(network(batch.ids, batch.flags), mask=batch.mask)
                    for row, path in zip(rows, paths, strict=True):
                        found[row] = decode([self.tags[tag] for tag in path], features[row].units)
            outcomes = iter(
                [
                    (len({*right} & {*said}), len({*said}), len({*right}))
                    for right, said in zip(gold, found, strict=True)
                ]
            )
            self.outcomes = tuple(next(outcomes) if one.text.strip() else (0, 0, 0) for one in every)
            return precision_recall_f1(gold, found).f1

        return f1 if dev else None

    def _build(self, embedding: UnitEmbedding, encoder: FeatureEncoder) -> BiLstmCrf:
        return BiLstmCrf(embedding, self.tags, self.settings.lstm)

    def _losses(self, network: BiLstmCrf, batch: Batch, target: Tensor) -> Tensor:
        batch = self._regularised(batch, target)
        emissions = network(batch.ids, batch.flags)  # (B, L, T)
        return -network.crf.log_likelihoods(emissions, target, batch.mask)

    def _regularised(self, batch: Batch, target: Tensor) -> Batch:
        """Hide random words, whole values and whole dictionaries."""
        settings, device = self.settings, target.device
        hidden = torch.rand(batch.mask.shape, device=device) < settings.word_dropout  # (B, L)
        if settings.value_dropout:
            outside = self.tags.index("O")
            begins = torch.tensor([tag.startswith("B-") for tag in self.tags], device=device)[target]  # (B, L)
            number = begins.cumsum(1)  # (B, L), which entity a unit is part of
            draws = torch.rand((len(number), number.shape[1] + 1), device=device) < settings.value_dropout
            hidden |= draws.gather(1, number) & (target != outside)
        without = torch.rand(len(hidden), 1, device=device) < settings.dictionary_dropout
        return batch.hiding(hidden, self._words).without_dictionary(without | hidden)

    def _count(self, utterances: int) -> int:
        return self.settings.members_of(utterances) if len(self.tags) > 1 else 1  # one is enough to find nothing

    def _after_step(self, network: BiLstmCrf) -> None:
        network.crf.forbid()
