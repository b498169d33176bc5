"""Fit a model: word vectors, then both networks, at the same time where there are two cores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar

from nlu import tokenizers
from nlu.config import Config
from nlu.data.alignment import normalize_utterance
from nlu.events import Listener, OnEpoch, ignore
from nlu.features.encoder import FeatureEncoder
from nlu.features.reading import plain_utterance
from nlu.features.spacing import Spacer
from nlu.features.word_vectors import WordVectors, train_vectors
from nlu.korean.particles import following
from nlu.lexicon.lexicon import Lexicon
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.pipeline.parallel import run_both
from nlu.tokenizers.mecab import compile_user_dictionary
from nlu.training.classifier import IntentClassifier
from nlu.training.loop import TrainingHistory, one_thread
from nlu.training.tagger import EntityTagger
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.entities.merge import Bounds
from nlu.understanding.entities.model import EntityModel
from nlu.understanding.intent_model import IntentModel
from nlu.understanding.model import TrainedModel
from nlu.understanding.training_examples import TrainingExamples

ANY_INTENT = "any"
"""Stands for every utterance where none has an intent and only entities are learned."""

Hooks = Mapping[Literal["intents", "entities"], OnEpoch]
"""Network → who is told of each of its epochs and may end its training."""
NO_HOOKS: Hooks = MappingProxyType({})

SettingsT = TypeVar("SettingsT", ClassifierSettings, TaggerSettings)


@dataclass(frozen=True)
class Fitted:
    """A model whose rule is still to be calibrated, and how its networks learned.

    Attributes:
        model: all parts.
        intents: losses and scores of the intent network.
        entities: those of the first entity network.
        taggers: how many entity networks tag together.
        stopped: the networks whose training a hook ended.
    """

    model: TrainedModel
    intents: TrainingHistory
    entities: TrainingHistory
    taggers: int
    stopped: frozenset[str] = frozenset()

    def settings_for_refit(self, config: Config) -> Config:
        """The config for training on a few more utterances, without a development set, as these networks were.

        A network whose training ended early stops after as many epochs, and there are as many entity networks.
        """
        classifier = self._with_as_many_epochs(config.classifier, self.intents, "intents")
        tagger = self._with_as_many_epochs(config.tagger, self.entities, "entities")
        return replace(config, classifier=classifier, tagger=replace(tagger, members=self.taggers, members_for=0))

    def _with_as_many_epochs(self, settings: SettingsT, history: TrainingHistory, network: str) -> SettingsT:
        stop_at, scores = settings.training.stop_at, history.scores
        if network not in self.stopped and not (stop_at and scores and scores[-1] >= stop_at):
            return settings
        return replace(settings, training=replace(settings.training, stop_after=len(history.losses)))


def fit(
    train: Sequence[LabelledUtterance],
    dev: Sequence[LabelledUtterance],
    lexicon: Lexicon,
    config: Config,
    workspace: Path,
    *,
    corpus: Iterable[str] = (),
    outliers: Sequence[LabelledUtterance] = (),
    shown: Sequence[LabelledUtterance] = (),
    listen: Listener = ignore,
    on_epoch: Hooks = NO_HOOKS,
    judge_every: float = 1.0,
) -> Fitted:
    """Train word vectors, then both networks; one that has nothing to learn (no entities, no two intents) is only made.

    Args:
        train: labelled utterances.
        dev: scored after each epoch, and decides when to stop where `stop_at` says so; may be empty.
        lexicon: the author's dictionary.
        config: all settings.
        workspace: folder for the compiled dictionary, which must stay until the model is published, and for the
            checkpoints; a run that was cut off goes on from them.
        corpus: more text for the word vectors.
        outliers: utterances of `nlu_fallback` that only the intent network learns from (`nlu.augmentation.outliers`).
        shown: what the model may show to everyone as what it was made for: the author's lines, nothing imported.
        listen: is told of the progress of both networks, in this process.
        on_epoch: for a network, is told of each of its epochs, in this process, and ends its training with True.
        judge_every: the part of an epoch after which a hook is told a score (`nlu.training.loop.fit`).

    Raises:
        TrainingError: a loss isn't finite, or a process of training was ended.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(lexicon, config, workspace / "user.dic")
    train, dev, outliers = (
        [plain_utterance(normalize_utterance(one), lexicon) for one in part] for part in (train, dev, outliers)
    )
    spacer = Spacer.fit((utterance.text for utterance in train), config.spacing, config.vectors.seed)
    train, dev, outliers = ([spacer.respace(one, lexicon) for one in part] for part in (train, dev, outliers))
    texts = [utterance.text for utterance in train]
    sentences = [[token.text for token in tokenizer.tokenize(text)] for text in [*texts, *corpus]]
    vectors = train_vectors(sentences, config.vectors)
    encoder = FeatureEncoder.fit(texts, tokenizer, lexicon, vectors.words, config.features)
    material = _Material(train, dev, encoder, vectors, workspace / "entities.checkpoint.safetensors", config.int8)
    of_intents = replace(material, train=[*train, *outliers], checkpoint=workspace / "intents.checkpoint.safetensors")
    understanding, stopped = config.understanding, set[str]()
    bounds = Bounds(understanding.least_dictionary_confidence, understanding.least_entity_confidence)
    hooks = {name: _noting(name, hook, stopped) for name, hook in on_epoch.items()}
    (intents, history), (entities, entity_history, taggers) = run_both(
        (partial(_fit_intents, config.classifier, of_intents, judge_every), hooks.get("intents")),
        (partial(_fit_entities, config.tagger, bounds, material, judge_every), hooks.get("entities")),
        listen,
        together=config.processes > 1,
    )
    learned_from = TrainingExamples(train, intents.names, entities.labels, config.understanding, shown)
    model = TrainedModel.learn(learned_from, encoder=encoder, spacer=spacer, intents=intents, entities=entities)
    return Fitted(model, history, entity_history, taggers, frozenset(stopped))


@dataclass(frozen=True)
class _Material:
    """What a network learns from; travels to another process."""

    train: Sequence[LabelledUtterance]
    dev: Sequence[LabelledUtterance]
    encoder: FeatureEncoder
    vectors: WordVectors
    checkpoint: Path
    int8: bool


def _noting(network: str, hook: OnEpoch, stopped: set[str]) -> OnEpoch:
    """The same hook, which notes the network whose training it ends."""

    def noting(epoch: float, loss: float, score: float | None) -> bool:
        ends = hook(epoch, loss, score)
        if ends:
            stopped.add(network)
        return ends

    return noting


def _fit_intents(
    settings: ClassifierSettings, material: _Material, judge_every: float, listen: Listener, on_epoch: OnEpoch | None
) -> tuple[IntentModel, TrainingHistory]:
    names = sorted({str(utterance.intent) for utterance in material.train if utterance.intent is not None})
    if material.train and len(names) < 2:  # nothing to tell apart, but a bundle holds two networks
        text, others = material.train[0].text, (FALLBACK_INTENT, ANY_INTENT)
        names += [name for name in others if name not in names]
        made_up = [LabelledUtterance(text, name) for name in names[:2]]
        settings, material = _hardly_trained(settings), replace(material, train=made_up, dev=())
    with one_thread():  # two networks share two cores; and the sums come out the same on any machine
        fitted = IntentClassifier(settings).fit(
            material.train, material.dev, material.encoder, material.vectors,
            checkpoint=material.checkpoint, listen=listen, on_epoch=on_epoch, judge_every=judge_every,
        )  # fmt: skip
        network = fitted.to_onnx(IntentModel.WEIGHTS_NAME, int8=material.int8)
    return IntentModel(fitted.intents, network.graph, network.weights), fitted.history


def _fit_entities(
    settings: TaggerSettings,
    bounds: Bounds,
    material: _Material,
    judge_every: float,
    listen: Listener,
    on_epoch: OnEpoch | None,
) -> tuple[EntityModel, TrainingHistory, int]:
    if not any(utterance.spans for utterance in material.train):  # nothing to find: the only tag is "O"
        settings, material = _hardly_trained(settings), replace(material, train=material.train[:1], dev=())
    with one_thread():
        fitted = EntityTagger(settings).fit(
            material.train, material.dev, material.encoder, material.vectors,
            checkpoint=material.checkpoint, listen=listen, on_epoch=on_epoch, judge_every=judge_every,
        )  # fmt: skip
        network = fitted.to_onnx(EntityModel.WEIGHTS_NAME, int8=material.int8)
    before_particles = _end_before_particles(material.train)
    model = EntityModel(fitted.tags, network.graph, network.weights, bounds, before_particles)
    return model, fitted.history, fitted.members


def _end_before_particles(utterances: Iterable[LabelledUtterance]) -> bool:
    """Whether entities end before particles ("판교"까지), as one in twenty then does, or with their word."""
    ends = [bool(following(one.text, span.end)) for one in utterances for span in one.spans]
    return bool(ends) and 20 * sum(ends) >= len(ends)


def _hardly_trained(settings: SettingsT) -> SettingsT:
    """The settings for making a network without training it to any purpose."""
    return replace(settings, training=replace(settings.training, epochs=1, epochs_for=0, least_steps=0))


def _tokenizer(lexicon: Lexicon, config: Config, user_dictionary: Path) -> tokenizers.Tokenizer:
    if config.tokenizer.name == "mecab" and config.tokenizer.user_dictionary and len(lexicon):
        compile_user_dictionary((surface for _, surface in lexicon.surfaces()), user_dictionary)
        return tokenizers.create("mecab", user_dictionary=user_dictionary)
    return tokenizers.create(config.tokenizer.name)
