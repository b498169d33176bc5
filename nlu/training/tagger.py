"""The entity tagger: a BiLSTM-CRF that is fitted and exported."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn

from nlu.augmentation.value_exchange import ValueExchange
from nlu.data.alignment import split_at
from nlu.data.iob import decode, encode, tag_names
from nlu.errors import NotFittedError, TrainingError
from nlu.evaluation.metrics import precision_recall_f1
from nlu.events import Listener, ignore
from nlu.features.encoder import FeatureEncoder, Features
from nlu.features.word_vectors import WordVectors
from nlu.networks.batching import Batch, batches_by_length, collate
from nlu.networks.bilstm_crf import BiLstmCrf
from nlu.networks.ensemble import BiLstmCrfEnsemble
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.onnx_networks import entity_network
from nlu.networks.settings import TaggerSettings
from nlu.networks.unit_embedding import UnitEmbedding, UnitSizes
from nlu.training import loop as training
from nlu.training.loop import OnEpoch, TrainingHistory
from nlu.types import LabelledUtterance, Span, Token

_PREDICTION_BATCH = 64
_LEAST_WEIGHT = 1e-9
"""Of a batch: one whose utterances all weigh nothing teaches nothing."""
_FAR = 1_000
"""Between the seeds of two networks of a tagger, so that none is the first one of a tagger with another seed."""


class EntityTagger:
    """BiLSTM-CRFs over syllables that carry their morpheme's features, or over morphemes.

    Where there is little to learn from, several networks from different starts tag together (`settings.members`).

    Args:
        settings: shape and learning.

    Attributes:
        tags: the IOB2 tags in the order of the emissions, after `fit`.
        history: losses and scores of the first network, after `fit`.
    """

    def __init__(self, settings: TaggerSettings | None = None) -> None:
        self.settings = settings or TaggerSettings()
        self.tags: tuple[str, ...] = ()
        self.history = TrainingHistory()
        self._encoder: FeatureEncoder | None = None
        self._model: BiLstmCrfEnsemble | None = None

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
    ) -> EntityTagger:
        """Learn from labelled utterances.

        Args:
            train: what is learned from; utterances of nothing but spaces are left out.
            dev: scored after each epoch, and decides when to stop where `stop_at` says so; may be empty.
            encoder: fitted on the training texts.
            vectors: the word vectors whose words the encoder knows.
            checkpoint: file to go on from and to write after each epoch; a second network has one of its own beside it.
            listen: is told of every batch.
            on_epoch: is told of every epoch, which are numbered on from one network to the next, and may end the
                training; the networks that were trained until then make the tagger.

        Raises:
            TrainingError: nothing to learn from, or a loss that isn't finite.
        """
        train = [utterance for utterance in train if utterance.text.strip()]
        if not train:
            raise TrainingError("training.no_entities")
        self.tags = tag_names({span.label for utterance in train for span in utterance.spans})
        self._encoder = encoder
        ids = {tag: number for number, tag in enumerate(self.tags)}
        settings = self.settings.training

        def example(utterance: LabelledUtterance) -> tuple[Features, list[int]]:
            features = encoder.encode(utterance.text, self._gold_units(utterance))
            return features, [ids[tag] for tag in encode(features.units, utterance.spans)]

        examples = [example(utterance) for utterance in train]
        dev_features = [encoder.encode(utterance.text) for utterance in dev]
        device = training.choose_device(settings.device)
        exchange = ValueExchange(train, self.settings.value_exchange)

        def batches(rng: random.Random) -> Iterator[Batch]:
            said = [exchange.exchange(utterance, rng) for utterance in train]
            epoch = [
                known if now is utterance else example(now)
                for known, now, utterance in zip(examples, said, train, strict=True)
            ]
            for rows in batches_by_length([len(f.units) for f, _ in epoch], settings.batch_size, rng):
                yield collate(
                    [epoch[row][0] for row in rows],
                    [epoch[row][1] for row in rows],
                    [train[row].weight for row in rows],
                ).to(device)

        def score(model: nn.Module) -> float:
            found = self._decode(model, dev_features, device)
            gold = [[Span(s.start, s.end, s.entity, s.role) for s in utterance.spans] for utterance in dev]
            return precision_recall_f1(gold, found).f1

        members: list[BiLstmCrf] = []
        histories: list[TrainingHistory] = []
        is_stopped = False

        def told(epoch: int, loss: float, score: float | None) -> bool:
            nonlocal is_stopped
            before = sum(len(history.losses) for history in histories)
            is_stopped = on_epoch is not None and on_epoch(before + epoch, loss, score)
            return is_stopped

        count = self.settings.members_of(len(train)) if len(self.tags) > 1 else 1  # one is enough to find nothing
        while len(members) < count and not is_stopped:
            number = len(members)
            own = replace(settings, seed=settings.seed + number * _FAR)
            with training.seeded(own.seed):
                model = self._build(encoder, vectors).to(device)
            history = training.fit(
                model,
                batches,
                len(train),
                self._loss,
                score if dev else None,
                own,
                after_step=_forbid,
                checkpoint=_of_member(checkpoint, number),
                stage="fit.entities" if count == 1 else f"fit.entities {number + 1}/{count}",
                listen=listen,
                on_epoch=told,
            )
            members.append(model)
            histories.append(history)
        self.history = histories[0]
        self._model = BiLstmCrfEnsemble(members, self.tags)
        return self

    @property
    def members(self) -> int:
        """How many networks tag together.

        Raises:
            NotFittedError: before `fit`.
        """
        return len(self._fitted()[0].members)

    def predict(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The entities of each text.

        Raises:
            NotFittedError: before `fit`.
        """
        model, encoder = self._fitted()
        device = next(model.parameters()).device
        return self._decode(model, [encoder.encode(text) for text in texts], device)

    def to_onnx(self, weights_name: str, *, int8: bool = True) -> ExportedNetwork:
        """The networks as they are served (`models.served`), their CRF's scores among the weights; bytes or not."""
        model, encoder = self._fitted()
        crf = {f"crf.{name}": value.detach().cpu().numpy() for name, value in model.crf.named_parameters()}
        wide = encoder.settings.level == "morpheme"
        return entity_network(model.members, weights_name, wide=wide, int8=int8, more=crf)

    def _gold_units(self, utterance: LabelledUtterance) -> tuple[Token, ...] | None:
        encoder = self._encoder
        if encoder is None or encoder.settings.level == "syllable":
            return None
        return split_at(encoder.tokenizer.tokenize(utterance.text), utterance.spans)

    def _build(self, encoder: FeatureEncoder, vectors: WordVectors) -> BiLstmCrf:
        embedding = UnitEmbedding(
            UnitSizes.of(encoder.vocabularies),
            self.settings.widths,
            torch.from_numpy(vectors.matrix),
            self.settings.embedding_dropout,
        )
        return BiLstmCrf(embedding, self.tags, self.settings.lstm)

    def _loss(self, model: nn.Module, batch: Batch) -> Tensor:
        assert isinstance(model, BiLstmCrf)
        assert batch.target is not None
        target, batch = batch.target, self._regularised(batch)
        likelihood = model.log_likelihood(target, batch.mask, batch.units)  # (B,)
        return -(likelihood * batch.weight).sum() / batch.weight.sum().clamp(min=_LEAST_WEIGHT)

    def _regularised(self, batch: Batch) -> Batch:
        """Hide random words, whole values and whole dictionaries."""
        assert batch.target is not None
        settings, device = self.settings, batch.mask.device
        hidden = torch.rand(batch.mask.shape, device=device) < settings.word_dropout  # (B, L)
        if settings.value_dropout:
            outside = self.tags.index("O")
            begins = torch.tensor([tag.startswith("B-") for tag in self.tags], device=device)[batch.target]  # (B, L)
            number = begins.cumsum(1)  # (B, L), which entity a unit is part of
            draws = torch.rand((len(number), number.shape[1] + 1), device=device) < settings.value_dropout
            hidden |= draws.gather(1, number) & (batch.target != outside)
        without = torch.rand(len(hidden), 1, 1, device=device) < settings.dictionary_dropout
        return replace(batch.hiding(hidden), dictionary=batch.dictionary * ~(without | hidden.unsqueeze(-1)))

    def _decode(self, model: nn.Module, features: Sequence[Features], device: torch.device) -> list[tuple[Span, ...]]:
        assert isinstance(model, BiLstmCrf | BiLstmCrfEnsemble)
        model.eval()
        found: list[tuple[Span, ...]] = [()] * len(features)
        filled = [row for row, f in enumerate(features) if f.units]
        for chunk in batches_by_length([len(features[row].units) for row in filled], _PREDICTION_BATCH):
            rows = [filled[at] for at in chunk]
            batch = collate([features[row] for row in rows]).to(device)
            for row, path in zip(rows, model.decode(batch.mask, batch.units), strict=True):
                found[row] = decode([self.tags[tag] for tag in path], features[row].units)
        return found

    def _fitted(self) -> tuple[BiLstmCrfEnsemble, FeatureEncoder]:
        if self._model is None or self._encoder is None:
            raise NotFittedError("training.unfitted_tagger")
        return self._model, self._encoder


def _of_member(checkpoint: Path | None, number: int) -> Path | None:
    """The checkpoint of a tagger's n-th network."""
    if checkpoint is None or not number:
        return checkpoint
    return checkpoint.with_name(f"{number + 1}.{checkpoint.name}")


def _forbid(model: nn.Module) -> None:
    assert isinstance(model, BiLstmCrf)
    model.crf.forbid()
