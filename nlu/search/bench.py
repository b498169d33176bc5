"""What the trials of one process learn from: prepared once for all that differ in network settings alone."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from nlu.augmentation.augmenter import Augmenter
from nlu.augmentation.smalltalk import to_decline
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.dataset import Dataset
from nlu.data.rows import IMPORTED
from nlu.events import Listener, OnEpoch, ignore
from nlu.features.encoder import FeatureEncoder, Features
from nlu.generation.generator import Generator
from nlu.generation.report import Tally
from nlu.lexicon.lexicon import Lexicon
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.pattern import read_patterns
from nlu.pipeline.fingerprint import Texts
from nlu.pipeline.fit import Material, TrainedNetwork, complete, fit_entities, fit_intents, hardly_trained
from nlu.pipeline.learned import outliers_of, seen_lexicon
from nlu.pipeline.prepare import Prepared, prepare
from nlu.pipeline.stopping import apart_for_stopping
from nlu.search.space import Target
from nlu.training.classifier import Balance
from nlu.training.estimator import Outcome
from nlu.types import LabelledUtterance
from nlu.understanding.model import TrainedModel
from nlu.understanding.parser import UtteranceParser

JUDGE_EVERY = 0.25
"""Of an epoch: how often a trial is scored, and may be stopped."""
SettingsT = TypeVar("SettingsT", ClassifierSettings, TaggerSettings)
_NO_RATE = 1e-9
_TIMED, _WARMING_UP = 100, 10
"""Utterances that are timed, and those before them."""


@dataclass(frozen=True)
class Source:
    """Where a search finds what is learned from; travels to other processes.

    Attributes:
        data: folder of the data set.
        dictionaries: the author's CSV files.
        patterns: the author's pattern files, from which other augmented copies are made.
        import_from: folders that patterns may import from.
        config: the present settings.
        texts: unlabelled text to learn from besides.
    """

    data: Path
    dictionaries: tuple[Path, ...]
    patterns: tuple[Path, ...]
    import_from: tuple[Path, ...]
    config: Config
    texts: Texts = field(default_factory=Texts)


@dataclass(frozen=True)
class Learned:
    """What a measured model learns from, as `nlu.pipeline.fit.fit` takes it."""

    train: Sequence[LabelledUtterance]
    dev: Sequence[LabelledUtterance]
    lexicon: Lexicon
    outliers: Sequence[LabelledUtterance]


@dataclass(frozen=True)
class Costs:
    """What answering costs.

    Attributes:
        milliseconds: of the median utterance, on this machine.
        megabytes: of the model's files.
    """

    milliseconds: float
    megabytes: float


@dataclass(frozen=True)
class Scored:
    """How well a network does on the dev part.

    Attributes:
        score: accuracy or span F1; 0 where there is nothing to score.
        outcomes: of each utterance, how many labels were right, were said, and are there.
    """

    score: float
    outcomes: tuple[Outcome, ...]

    @classmethod
    def of(cls, network: TrainedNetwork[Any]) -> Scored:
        """The last score of a network."""
        return cls(network.history.scores[-1] if network.history.scores else 0.0, network.outcomes)


class Bench:
    """Trains networks on a data set as `nlu.pipeline.train` trains the measured ones, scored on the dev part.

    Args:
        source: where all lies.
        workspace: folder for compiled dictionaries.
    """

    def __init__(self, source: Source, workspace: Path) -> None:
        self._source, self._workspace = source, workspace
        self._prepared: dict[str, Prepared] = {}
        self._whole: dict[int, TrainedModel] = {}

    @cached_property
    def dataset(self) -> Dataset:
        """The data set."""
        return datasets.read(self._source.data)

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon.read(*self._source.dictionaries).with_computed(self.dataset.computed)

    @cached_property
    def _talk(self) -> list[LabelledUtterance]:
        rows = [row.utterance for row in self.dataset.rows]
        return to_decline(rows, self._lexicon, self._source.config.understanding.smalltalk)

    def prepared(self, config: Config) -> Prepared:
        """What networks are trained from; made anew only where spacing, vectors, features or copies are others."""
        shared = {name: asdict(getattr(config, name)) for name in ("spacing", "vectors", "features", "augmentation")}
        key = json.dumps(shared, sort_keys=True)
        if key not in self._prepared:
            first = next(iter(self._prepared.items()), None)
            self._prepared = dict([first] if first else [])  # that of the present settings, and the newest
            self._prepared[key] = self._prepare(config)
        return self._prepared[key]

    def train(
        self, target: Target, config: Config, listen: Listener = ignore, on_epoch: OnEpoch | None = None
    ) -> Scored:
        """Train one network and give its score.

        Args:
            target: "intents" (accuracy) or "entities" (span F1, of one network where several would tag together).
            config: all settings.
            listen: is told of each batch.
            on_epoch: is told each score, four in an epoch, and ends the training with True.
        """
        prepared = self.prepared(config)
        if target == "intents":
            material = Material.of_intents(prepared, config)
            return Scored.of(fit_intents(config.classifier, material, JUDGE_EVERY, listen, on_epoch))
        material, one = Material.of_entities(prepared, config), replace(config.tagger, members=1)
        return Scored.of(fit_entities(one, material, JUDGE_EVERY, listen, on_epoch))

    def steps(self, target: Target, config: Config) -> int:
        """How many scores a whole training gives."""
        prepared = self.prepared(config)
        if target == "entities":
            training, count = config.tagger.training, len(prepared.train)
        else:
            training = config.classifier.training
            intents = Counter(one.intent for one in (*prepared.train, *prepared.outliers) if one.intent is not None)
            count = Balance(intents, config.classifier.class_balance).total
        epochs = training.epochs_of(count)
        return round((min(epochs, training.stop_after) if training.stop_after else epochs) / JUDGE_EVERY)

    def costs(self, config: Config) -> Costs:
        """Size and speed of a model with networks of this shape, which need no training for that."""
        prepared = self.prepared(config)
        intents, entities = Material.of_intents(prepared, config), Material.of_entities(prepared, config)
        few_intents = replace(intents, train=_one_of_each([*intents.train], lambda one: [one.intent]), dev=())
        few_entities = replace(
            entities, train=_one_of_each([*entities.train], lambda one: [span.label for span in one.spans]), dev=()
        )
        intent_model = fit_intents(_only_made(config.classifier), few_intents).model
        entity_model = fit_entities(_only_made(config.tagger), few_entities).model
        if id(prepared) not in self._whole:  # all but the networks is the same for all of their shapes
            self._whole = {id(prepared): complete(prepared, intent_model, entity_model, config)}
        model = replace(self._whole[id(prepared)], intents=intent_model, entities=entity_model)
        size = sum(len(content) for content in model.files().values())
        return Costs(_milliseconds(model, [one.text for one in prepared.dev or prepared.train]), size / 1e6)

    def learned(self, config: Config) -> Learned:
        """What the measured model learns from, before it is prepared."""
        rows = self.dataset.part("train")
        train = self.dataset.utterances("train") if self._has_same_copies(config) else self._with_other_copies(config)
        train = apart_for_stopping(train, [row.utterance for row in rows if row.slice == IMPORTED])[0]
        outliers = [*outliers_of(train, self._source.texts.outside, config), *self._talk]
        return Learned(train, self.dataset.utterances("dev"), seen_lexicon(self.dataset, self._lexicon), outliers)

    def _prepare(self, config: Config) -> Prepared:
        learned, corpus = self.learned(config), self._source.texts.corpus
        made = prepare(
            learned.train, learned.dev, learned.lexicon, config, self._workspace,
            corpus=corpus, outliers=learned.outliers,
        )  # fmt: skip
        known = {one.text for part in (made.train, made.dev, made.outliers) for one in part}
        return replace(made, encoder=RememberingEncoder.of(made.encoder, known))

    def _has_same_copies(self, config: Config) -> bool:
        return config.augmentation == self._source.config.augmentation

    def _with_other_copies(self, config: Config) -> Sequence[LabelledUtterance]:
        """The training set with augmented copies at other rates; the originals are the same."""
        file = read_patterns(*self._source.patterns, lexicon=self._lexicon, import_from=self._source.import_from)
        generator = Generator(file, self._lexicon, config.generator, refit=config.refit)
        rows = generator.sample(Tally(), Augmenter(config.augmentation).augment)
        imported = [row.utterance for row in self.dataset.part("train") if row.slice == IMPORTED]
        return [*(row.utterance for row in rows if row.part == "train"), *imported]


class RememberingEncoder(FeatureEncoder):
    """An encoder that encodes each of some texts once."""

    _remembered: dict[str, Features]
    _known: set[str]

    @classmethod
    def of(cls, encoder: FeatureEncoder, known: Iterable[str]) -> RememberingEncoder:
        """The same encoder.

        Args:
            encoder: what encodes.
            known: the texts to remember; what else is encoded would fill the memory.
        """
        made = cls(encoder.tokenizer, encoder.lexicon, encoder.vocabularies, encoder.settings)
        made._remembered, made._known = {}, set(known)
        return made

    def encode(self, text: str) -> Features:
        """Encode one text, or remember how it was."""
        if text not in self._known:
            return super().encode(text)
        if text not in self._remembered:
            self._remembered[text] = super().encode(text)
        return self._remembered[text]


def _only_made(settings: SettingsT) -> SettingsT:
    """The settings for a network that keeps its random weights, at whatever rate it would learn."""
    made = hardly_trained(settings)
    return replace(made, training=replace(made.training, learning_rate=_NO_RATE))


def _one_of_each(
    utterances: Sequence[LabelledUtterance], kinds: Callable[[LabelledUtterance], Iterable[str | None]]
) -> list[LabelledUtterance]:
    """The first utterance of each kind, in their order; the first of all where none has a kind."""
    seen, chosen = set[str | None](), list[LabelledUtterance]()
    for one in utterances:
        if new := set(kinds(one)) - seen:
            seen |= new
            chosen.append(one)
    return chosen or list(utterances[:1])


def _milliseconds(model: TrainedModel, texts: Sequence[str]) -> float:
    parse, times = UtteranceParser(model).parse, list[float]()
    several = [texts[at % len(texts)] for at in range(_WARMING_UP + _TIMED)]
    for text in several:
        started = time.perf_counter()
        parse(text)
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[_WARMING_UP:])
