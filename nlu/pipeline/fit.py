"""Fit a model: word vectors, then both networks, at the same time where there are two cores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from nlu.config import Config
from nlu.data.shards import Shards
from nlu.events import Listener, OnEpoch, ignore
from nlu.features.encoder import FeatureEncoder
from nlu.features.word_vectors import WordVectors
from nlu.korean.particles import following
from nlu.lexicon.lexicon import Lexicon
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.pipeline.parallel import run_both, two_waiting
from nlu.pipeline.prepare import Prepared, Whole, prepare
from nlu.training.classifier import IntentClassifier
from nlu.training.distributed import ranks
from nlu.training.estimator import Outcome
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

ModelT = TypeVar("ModelT", IntentModel, EntityModel)
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
    whole: Whole | None = None,
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
        whole: the training set of which `train` is a sample, where memory does not hold it; the networks learn from it,
            all else from the sample.
        listen: is told of the progress of both networks, in this process.
        on_epoch: for a network, is told of each of its epochs, in this process, and ends its training with True.
        judge_every: the part of an epoch after which a hook is told a score (`nlu.training.loop.fit`).

    Raises:
        TrainingError: a loss isn't finite, or a process of training was ended.
    """
    together = config.processes > 1 and ranks().count == 1
    with two_waiting(fit_intents) if together else nullcontext() as waiting:  # they load torch meanwhile
        prepared = prepare(train, dev, lexicon, config, workspace, corpus=corpus, outliers=outliers, whole=whole)
        material = Material.of_entities(prepared, config, workspace / "entities.checkpoint.safetensors")
        of_intents = Material.of_intents(prepared, config, workspace / "intents.checkpoint.safetensors")
        stopped = set[str]()
        hooks = {name: _noting(name, hook, stopped) for name, hook in on_epoch.items()}
        intents, entities = run_both(
            (partial(fit_intents, config.classifier, of_intents, judge_every), hooks.get("intents")),
            (partial(fit_entities, config.tagger, material, judge_every), hooks.get("entities")),
            listen,
            waiting,
        )
    model = complete(prepared, intents.model, entities.model, config, shown)
    return Fitted(model, intents.history, entities.history, entities.members, frozenset(stopped))


@dataclass(frozen=True)
class Material:
    """What a network learns from; travels to another process.

    Attributes:
        train: utterances to learn from.
        dev: utterances to score it on.
        encoder: makes features of both.
        vectors: the word vectors.
        checkpoint: file to go on from and to write; None for none.
        int8: whether it is exported as bytes.
        bounds: how sure an entity network must be of what is served.
    """

    train: Sequence[LabelledUtterance] | Shards
    dev: Sequence[LabelledUtterance]
    encoder: FeatureEncoder
    vectors: WordVectors
    checkpoint: Path | None
    int8: bool
    bounds: Bounds

    @classmethod
    def of_entities(cls, prepared: Prepared, config: Config, checkpoint: Path | None = None) -> Material:
        """What the entity network learns from."""
        settings = config.understanding
        bounds = Bounds(settings.least_dictionary_confidence, settings.least_entity_confidence)
        return cls(
            prepared.of_entities, prepared.dev, prepared.encoder, prepared.vectors, checkpoint, config.int8, bounds
        )

    @classmethod
    def of_intents(cls, prepared: Prepared, config: Config, checkpoint: Path | None = None) -> Material:
        """What the intent network learns from: the outliers, too."""
        material = cls.of_entities(prepared, config, checkpoint)
        return replace(material, train=prepared.of_intents)


@dataclass(frozen=True)
class TrainedNetwork(Generic[ModelT]):
    """A network as it is served, and how it learned.

    Attributes:
        model: exported.
        history: losses and scores, of the first network where there are several.
        members: how many networks it is made of.
        outcomes: of each utterance of the development set (`nlu.training.estimator.Estimator`).
    """

    model: ModelT
    history: TrainingHistory
    members: int
    outcomes: tuple[Outcome, ...]


def complete(
    prepared: Prepared,
    intents: IntentModel,
    entities: EntityModel,
    config: Config,
    shown: Sequence[LabelledUtterance] = (),
) -> TrainedModel:
    """Complete two networks to a model, with the parts that learn from the examples alone."""
    examples = TrainingExamples(prepared.train, intents.names, entities.labels, config.understanding, shown)
    encoder, spacer = prepared.encoder, prepared.spacer
    return TrainedModel.learn(examples, encoder=encoder, spacer=spacer, intents=intents, entities=entities)


def _noting(network: str, hook: OnEpoch, stopped: set[str]) -> OnEpoch:
    """The same hook, which notes the network whose training it ends."""

    def noting(epoch: float, loss: float, score: float | None) -> bool:
        ends = hook(epoch, loss, score)
        if ends:
            stopped.add(network)
        return ends

    return noting


def fit_intents(
    settings: ClassifierSettings,
    material: Material,
    judge_every: float = 1.0,
    listen: Listener = ignore,
    on_epoch: OnEpoch | None = None,
) -> TrainedNetwork[IntentModel]:
    """Train the intent network; where there are no two intents, it is only made.

    Args:
        settings: its shape, and how it learns.
        material: what it learns from.
        judge_every: the part of an epoch after which the hook is told a score.
        listen: is told its progress.
        on_epoch: is told each score, and ends the training with True.
    """
    names = sorted({str(utterance.intent) for utterance in material.train if utterance.intent is not None})
    if material.train and len(names) < 2:  # nothing to tell apart, but a bundle holds two networks
        text, others = next(iter(material.train)).text, (FALLBACK_INTENT, ANY_INTENT)
        names += [name for name in others if name not in names]
        made_up = [LabelledUtterance(text, name) for name in names[:2]]
        settings, material = hardly_trained(settings), replace(material, train=made_up, dev=())
    with one_thread():  # two networks share two cores; and the sums come out the same on any machine
        fitted = IntentClassifier(settings).fit(
            material.train, material.dev, material.encoder, material.vectors,
            checkpoint=material.checkpoint, listen=listen, on_epoch=on_epoch, judge_every=judge_every,
        )  # fmt: skip
        network = fitted.to_onnx(IntentModel.WEIGHTS_NAME, int8=material.int8)
    model = IntentModel(fitted.intents, network.graph, network.weights)
    return TrainedNetwork(model, fitted.history, 1, fitted.outcomes)


def fit_entities(
    settings: TaggerSettings,
    material: Material,
    judge_every: float = 1.0,
    listen: Listener = ignore,
    on_epoch: OnEpoch | None = None,
) -> TrainedNetwork[EntityModel]:
    """Train the entity networks, as `fit_intents` does the other."""
    if not any(utterance.spans for utterance in material.train):  # nothing to find: the only tag is "O"
        settings, material = hardly_trained(settings), replace(material, train=list(islice(material.train, 1)), dev=())
    with one_thread():
        fitted = EntityTagger(settings).fit(
            material.train, material.dev, material.encoder, material.vectors,
            checkpoint=material.checkpoint, listen=listen, on_epoch=on_epoch, judge_every=judge_every,
        )  # fmt: skip
        network = fitted.to_onnx(EntityModel.WEIGHTS_NAME, int8=material.int8)
    before_particles = _end_before_particles(material.train)
    model = EntityModel(fitted.tags, network.graph, network.weights, material.bounds, before_particles)
    return TrainedNetwork(model, fitted.history, fitted.members, fitted.outcomes)


def _end_before_particles(utterances: Iterable[LabelledUtterance]) -> bool:
    """Whether entities end before particles ("판교"까지), as one in twenty then does, or with their word."""
    ends = [bool(following(one.text, span.end)) for one in utterances for span in one.spans]
    return bool(ends) and 20 * sum(ends) >= len(ends)


def hardly_trained(settings: SettingsT) -> SettingsT:
    """The settings for making a network without training it to any purpose."""
    return replace(settings, training=replace(settings.training, epochs=1, epochs_for=0, least_steps=0))
