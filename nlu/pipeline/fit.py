"""Fit both networks, at the same time where there are two cores, and put everything a bundle needs together."""

from __future__ import annotations

import json
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from nlu import tokenizers
from nlu.config import Config
from nlu.data.alignment import normalize_utterance
from nlu.events import Event, Progress, ignore
from nlu.features.encoder import FeatureEncoder
from nlu.features.spacing import Spacer
from nlu.features.word_vectors import WordVectors, train_vectors
from nlu.lexicon.lexicon import Lexicon
from nlu.networks.onnx_graph import ExportedNetwork
from nlu.networks.settings import ClassifierSettings, TaggerSettings
from nlu.system.processes import end_with_parent
from nlu.tokenizers.mecab import compile_user_dictionary
from nlu.training import loop as training
from nlu.training.classifier import IntentClassifier
from nlu.training.loop import TrainingHistory
from nlu.training.tagger import EntityTagger
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.intent_evidence import EntityEvidence
from nlu.understanding.nearest_pattern import PatternIndex
from nlu.understanding.parser import (
    ENTITY_NETWORK,
    ENTITY_WEIGHTS,
    EVIDENCE,
    INTENT_NETWORK,
    INTENT_WEIGHTS,
    LEXICON,
    MODEL,
    PATTERNS,
    SPACING,
    USER_DICTIONARY,
    VOCABULARIES,
)

ANY_INTENT = "any"
"""Stands for every utterance where none has an intent and only entities are learned."""


@dataclass(frozen=True)
class FittedIntents:
    """What remains of a fitted classifier: its intents, its network, and how training went."""

    intents: tuple[str, ...]
    network: ExportedNetwork
    history: TrainingHistory


@dataclass(frozen=True)
class FittedEntities:
    """What remains of a fitted tagger: its tags, its network, how training went, and how many networks were trained."""

    tags: tuple[str, ...]
    network: ExportedNetwork
    history: TrainingHistory
    members: int


@dataclass(frozen=True)
class FittedModels:
    """Both networks and what they read, ready to be calibrated and bundled.

    Attributes:
        encoder: text → features, with the vocabularies of the training set.
        spacer: puts back the spaces that were left out.
        intents: the intent network.
        entities: the entity network.
        evidence: what entities say of the intent.
        user_dictionary: the compiled MeCab dictionary; empty when there is none.
    """

    encoder: FeatureEncoder
    spacer: Spacer
    intents: FittedIntents
    entities: FittedEntities
    evidence: EntityEvidence
    user_dictionary: bytes


def fit_models(
    train: Sequence[LabelledUtterance],
    dev: Sequence[LabelledUtterance],
    lexicon: Lexicon,
    config: Config,
    workspace: Path,
    *,
    corpus: Iterable[str] = (),
    outliers: Sequence[LabelledUtterance] = (),
    progress: bool = False,
) -> FittedModels:
    """Train word vectors, then both networks; one that has nothing to learn (no entities, no two intents) is only made.

    Args:
        train: labelled utterances.
        dev: scored after each epoch, and decides when to stop where `stop_at` says so; may be empty.
        lexicon: the author's dictionary.
        config: all settings.
        workspace: folder for the compiled dictionary and the checkpoints; a run that was cut off goes on from them.
        corpus: more text for the word vectors.
        outliers: utterances of `nlu_fallback` that only the intent network learns from (`nlu.augmentation.outliers`).
        progress: show progress bars.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    user_dictionary = workspace / USER_DICTIONARY
    tokenizer = _tokenizer(lexicon, config, user_dictionary)
    train, dev, outliers = ([normalize_utterance(one) for one in part] for part in (train, dev, outliers))
    spacer = Spacer.fit((utterance.text for utterance in train), config.spacing, config.vectors.seed)
    train, dev, outliers = ([spacer.respace(one, lexicon) for one in part] for part in (train, dev, outliers))
    texts = [utterance.text for utterance in train]
    sentences = [[token.text for token in tokenizer.tokenize(text)] for text in [*texts, *corpus]]
    vectors = train_vectors(sentences, config.vectors)
    encoder = FeatureEncoder.fit(texts, tokenizer, lexicon, vectors.words, config.features)
    jobs = tuple(
        _Job(
            work,
            settings,
            learned,
            dev,
            encoder,
            vectors,
            workspace / f"{name}.checkpoint.safetensors",
            progress,
            config.int8,
        )
        for work, settings, learned, name in (
            (_fit_intents, config.classifier, [*train, *outliers], "intents"),
            (_fit_entities, config.tagger, train, "entities"),
        )
    )
    intents, entities = _run_together(jobs) if config.processes > 1 else map(_Job.run, jobs)
    assert isinstance(intents, FittedIntents)
    assert isinstance(entities, FittedEntities)
    labels = [tag[2:] for tag in entities.tags if tag.startswith("B-")]
    evidence = EntityEvidence.count(train, intents.intents, labels, config.understanding.entity_evidence)
    compiled = user_dictionary.read_bytes() if user_dictionary.exists() else b""
    return FittedModels(encoder, spacer, intents, entities, evidence, compiled)


def bundle_files(
    models: FittedModels, rule: FallbackRule, config: Config, examples: Iterable[LabelledUtterance] = ()
) -> dict[str, bytes]:
    """Everything a bundle holds beside its manifest, by file name; `examples` let it name the nearest pattern."""
    model = {
        "intents": models.intents.intents,
        "tags": models.entities.tags,
        "features": models.encoder.settings.to_dict(),
        "fallback": rule.to_dict(),
        "least_dictionary_confidence": config.understanding.least_dictionary_confidence,
    }
    files = {
        MODEL: json.dumps(model, ensure_ascii=False, indent=1).encode(),
        VOCABULARIES: models.encoder.vocabularies.to_json().encode(),
        SPACING: models.spacer.to_json().encode(),
        EVIDENCE: models.evidence.to_json().encode(),
        LEXICON: models.encoder.lexicon.to_json().encode(),
        PATTERNS: PatternIndex.build(examples).to_json().encode(),
        INTENT_NETWORK: models.intents.network.graph,
        INTENT_WEIGHTS: models.intents.network.weights,
        ENTITY_NETWORK: models.entities.network.graph,
        ENTITY_WEIGHTS: models.entities.network.weights,
    }
    return files | ({USER_DICTIONARY: models.user_dictionary} if models.user_dictionary else {})


@dataclass(frozen=True)
class _Job:
    """One network to fit; travels to another process."""

    work: Callable[..., FittedIntents | FittedEntities]
    settings: ClassifierSettings | TaggerSettings
    train: Sequence[LabelledUtterance]
    dev: Sequence[LabelledUtterance]
    encoder: FeatureEncoder
    vectors: WordVectors
    checkpoint: Path
    progress: bool
    int8: bool

    def run(self) -> FittedIntents | FittedEntities:
        with training.one_thread():  # two networks share two cores; and the sums come out the same on any machine
            return self.work(self)


def _run_together(jobs: Sequence[_Job]) -> list[FittedIntents | FittedEntities]:
    """Run each job in a process of its own; when this process is interrupted, so are they, without a word."""
    with ProcessPoolExecutor(len(jobs), multiprocessing.get_context("spawn"), _begin) as pool:
        with _interrupts_held_back():
            futures = [pool.submit(_Job.run, job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def _begin() -> None:
    """Let this process leave in good order when it is told to stop, or is left alone."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    end_with_parent()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Hold back Ctrl+C; processes that start meanwhile never see it, so that only this one has to answer it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _fit_intents(job: _Job) -> FittedIntents:
    names = sorted({str(utterance.intent) for utterance in job.train if utterance.intent is not None})
    if job.train and len(names) < 2:  # nothing to tell apart, but a bundle holds two networks
        text, others = job.train[0].text, (FALLBACK_INTENT, ANY_INTENT)
        names += [name for name in others if name not in names]
        job = _untrained(job, [LabelledUtterance(text, name) for name in names[:2]])
    assert isinstance(job.settings, ClassifierSettings)
    fitted = IntentClassifier(job.settings).fit(
        job.train, job.dev, job.encoder, job.vectors,
        checkpoint=job.checkpoint, listen=_Bars() if job.progress else ignore,
    )  # fmt: skip
    return FittedIntents(fitted.intents, fitted.to_onnx(INTENT_WEIGHTS, int8=job.int8), fitted.history)


def _fit_entities(job: _Job) -> FittedEntities:
    if not any(utterance.spans for utterance in job.train):  # nothing to find: the only tag is "O"
        job = _untrained(job, job.train[:1])
    assert isinstance(job.settings, TaggerSettings)
    fitted = EntityTagger(job.settings).fit(
        job.train, job.dev, job.encoder, job.vectors,
        checkpoint=job.checkpoint, listen=_Bars() if job.progress else ignore,
    )  # fmt: skip
    return FittedEntities(fitted.tags, fitted.to_onnx(ENTITY_WEIGHTS, int8=job.int8), fitted.history, fitted.members)


class _Bars:
    """Show the progress of one stage after the other as bars on standard error."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: tqdm[NoReturn] | None = None

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Progress):
            if self._bar is not None and event.code == "fit.epoch":
                shown = {"loss": f"{event.values['loss']:.3f}"}
                score = event.values["score"]
                self._bar.set_postfix(shown | ({} if score is None else {"dev": f"{score:.4f}"}))
            return
        if self._bar is None or event.stage != self._stage:
            self._stage = event.stage
            self._bar = tqdm(total=event.total, desc=event.stage.removeprefix("fit."), unit=event.unit)
        self._bar.update(event.done - self._bar.n)


def _untrained(job: _Job, train: Sequence[LabelledUtterance]) -> _Job:
    """The job of making a network without training it to any purpose."""
    settings = replace(job.settings, training=replace(job.settings.training, epochs=1, epochs_for=0, least_steps=0))
    return replace(job, settings=settings, train=train, dev=())


def _tokenizer(lexicon: Lexicon, config: Config, user_dictionary: Path) -> tokenizers.Tokenizer:
    if config.tokenizer.name == "mecab" and config.tokenizer.user_dictionary and len(lexicon):
        compile_user_dictionary(lexicon.all_surfaces(), user_dictionary)
        return tokenizers.create("mecab", user_dictionary=user_dictionary)
    return tokenizers.create(config.tokenizer.name)
