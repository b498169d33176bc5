"""The data's path as functions that commands call: generate a data set, train and measure."""

from __future__ import annotations

import json
import platform
import random
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from nlu.augmentation.outliers import as_outliers, make_outliers
from nlu.config import Config, build
from nlu.data import dataset as datasets
from nlu.data.dataset import Dataset
from nlu.data.rows import PARTS, DatasetRow
from nlu.errors import TrainingError
from nlu.evaluation.report import Report, evaluate
from nlu.events import ignore
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.calibrate import HeldOutView
from nlu.pipeline.fit import FittedModels, _Bars, bundle_files, fit_models
from nlu.pipeline.generate import IMPORTED, Import, generate, is_generated
from nlu.store.bundle import Bundle, Manifest, TokenizerInfo, write_bundle
from nlu.store.registry import Registry
from nlu.system.files import sha256 as file_sha256
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.understanding.fallback import FallbackRule
from nlu.understanding.parser import UtteranceParser
from nlu.version import VERSION

__all__ = [
    "IMPORTED",
    "Import",
    "Outcome",
    "Texts",
    "as_measured",
    "fingerprint",
    "generate",
    "is_generated",
    "is_trained",
    "measure",
    "parser_of",
    "train",
    "understood_examples",
]

_ORDINARY_LENGTH = 14
"""Of an utterance, in characters."""

_LIBRARIES = ("torch", "gensim", "pytorch-crf", "onnxruntime", "numpy", "python-mecab-ko", "python-mecab-ko-dic")


@dataclass(frozen=True)
class Texts:
    """Unlabelled text to learn from beside the data set.

    Attributes:
        corpus: more text for the word vectors.
        outside: what people say that this bot is not for; it learns to answer `nlu_fallback` to the like.
    """

    corpus: Sequence[str] = ()
    outside: Sequence[str] = ()

    def digest(self) -> str:
        """A hash of all text."""
        return sha256(json.dumps([*self.corpus, None, *self.outside]).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """What a training run left behind.

    Attributes:
        version: the published version.
        report: the honest measurement on the test part; None where there is none.
        seconds: how long each stage took.
        bundle_bytes: size of the bundle.
    """

    version: str
    report: Report | None
    seconds: Mapping[str, float]
    bundle_bytes: int


def train(
    data: Path,
    dictionaries: Sequence[Path],
    registry: Registry,
    config: Config,
    *,
    texts: Texts | None = None,
    now: datetime | None = None,
    progress: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Train both networks on a data set, measure them, publish and activate the version.

    The measured model never meets the held-out patterns and values, not even in its dictionary. The served one
    (`config.refit`) is then trained on everything, the part "refit" included, for as many epochs as served the measured
    one best.

    Args:
        data: folder of the data set.
        dictionaries: the author's CSV files.
        registry: where to publish.
        config: all settings.
        texts: unlabelled text to learn from besides.
        now: time of the version; None for the clock's.
        progress: show progress bars.
        say: told what is being done, in Korean.

    Raises:
        TrainingError: the data set has no training utterances, or the loss isn't finite.
    """
    dataset, texts = datasets.read(data), texts or Texts()
    whole = Lexicon.read(*dictionaries)
    if not dataset.train:
        raise TrainingError("training.no_utterances", data=data)
    workspace = registry.root / "work" / fingerprint(data, dictionaries, config, texts)[:16]
    started = time.perf_counter()
    say("학습합니다 (평가용: 떼어 둔 패턴과 값은 보지 않습니다)")
    held = {(entity, value) for entity, value, _ in dataset.manifest.get("held_out", ())}
    seen = whole.restricted_to(lambda entry: (entry.entity, entry.value) not in held)
    train_part = dataset.utterances("train")
    measured = fit_models(
        train_part, dataset.utterances("dev"), seen, config, workspace / "measured",
        corpus=texts.corpus, outliers=_outliers(train_part, texts.outside, config), progress=progress,
    )  # fmt: skip
    view = HeldOutView.of(measured, dataset.utterances("dev"))
    rule = view.rule(config.understanding)
    seconds = {"train": time.perf_counter() - started}
    report = None
    if dataset.test:
        say("처음 보는 발화로 평가합니다")
        report = measure(measured, rule, config, dataset, workspace / "bundle", progress=progress)
    served, learned = measured, dataset.utterances("train")
    if config.refit:
        say("모든 발화로 다시 학습합니다 (서비스용)")
        started = time.perf_counter()
        learned = tuple(utterance for part in PARTS for utterance in dataset.utterances(part))
        chosen = as_measured(measured, config)
        served = fit_models(
            learned, (), whole, chosen, workspace / "served",
            corpus=texts.corpus, outliers=_outliers(learned, texts.outside, config), progress=progress,
        )  # fmt: skip
        rule = view.rule(config.understanding, _of_known_patterns(dataset.dev))
        seconds["refit"] = time.perf_counter() - started
    manifest = _manifest(
        config,
        data={"fingerprint": fingerprint(data, dictionaries, config, texts), **_input_hashes(data, dictionaries)},
        scores={**report.to_dict(), "examples": understood_examples(report, dataset.test)} if report else {},
        now=now or datetime.now(UTC),
    )
    version = registry.publish(bundle_files(served, rule, config, learned), manifest)
    registry.activate(version)
    shutil.rmtree(workspace, ignore_errors=True)
    return Outcome(version, report, seconds, Bundle.open(registry.path(version), verify=False).size())


def _of_known_patterns(dev: Sequence[DatasetRow]) -> tuple[LabelledUtterance, ...]:
    """Utterances of patterns that the measured model has learned, as the served one has learned all: it is as sure."""
    return tuple(row.utterance for row in dev if not row.slice.unseen_pattern)


def _outliers(train: Sequence[LabelledUtterance], outside: Sequence[str], config: Config) -> list[LabelledUtterance]:
    """Utterances of `nlu_fallback` beside the author's own: what is given, or else made from other words."""
    if outside:
        return as_outliers(outside, train, config.understanding.outside)
    if any(utterance.intent == FALLBACK_INTENT for utterance in train):
        return []
    count = int(config.understanding.outliers * len(train))
    return make_outliers(train, count, random.Random(config.generator.seed)) if count else []


def fingerprint(data: Path, dictionaries: Sequence[Path], config: Config, texts: Texts | None = None) -> str:
    """A hash of everything that decides what training makes; equal means there is nothing to train."""
    given = (texts or Texts()).digest()
    inputs = {"config": config.to_dict(), "texts": given, "version": VERSION, **_input_hashes(data, dictionaries)}
    return sha256(json.dumps(inputs, sort_keys=True, default=list).encode()).hexdigest()


def is_trained(
    data: Path, dictionaries: Sequence[Path], registry: Registry, config: Config, texts: Texts | None = None
) -> bool:
    """Whether the active version was trained on just this data set, dictionary, config and text."""
    version = registry.active()
    if version is None or not (data / "manifest.json").exists():
        return False
    made_from = Bundle.open(registry.path(version)).manifest.data
    return made_from.get("fingerprint") == fingerprint(data, dictionaries, config, texts)


def measure(
    models: FittedModels, rule: FallbackRule, config: Config, dataset: Dataset, folder: Path, *, progress: bool = False
) -> Report:
    """Measure fitted networks on the test part, through the very parser that serves; `folder` must not exist."""
    parser = parser_of(models, rule, config, folder)
    slices = [row.slice.name for row in dataset.test]
    return evaluate(
        parser.parse,
        dataset.utterances("test"),
        slices if any(slices) else None,
        listen=_Bars() if progress else ignore,
    )


def understood_examples(report: Report, test: Sequence[DatasetRow]) -> dict[str, str]:
    """Choose for each intent in scope an utterance that was understood in every part.

    One with two entities if there is one, and of an ordinary length. What was imported is left out: real people may
    have said it, and a bundle shows its examples to everyone.
    """
    wrong = {error["text"] for error in report.errors}
    chosen: dict[str, LabelledUtterance] = {}
    for utterance in (row.utterance for row in test if row.slice != IMPORTED):
        intent = utterance.intent
        if intent in (None, FALLBACK_INTENT) or utterance.text in wrong:
            continue
        if intent not in chosen or _worth(utterance) > _worth(chosen[intent]):
            chosen[intent] = utterance
    return {intent: utterance.text for intent, utterance in sorted(chosen.items())}


def _worth(example: LabelledUtterance) -> tuple[int, int]:
    return min(len(example.spans), 2), -abs(len(example.text) - _ORDINARY_LENGTH)


def parser_of(models: FittedModels, rule: FallbackRule, config: Config, folder: Path) -> UtteranceParser:
    """Write fitted networks as a bundle and load it."""
    shutil.rmtree(folder, ignore_errors=True)
    manifest = _manifest(config, data={}, scores={}, now=datetime.now(UTC))
    return UtteranceParser.from_bundle(write_bundle(folder, bundle_files(models, rule, config), manifest))


def as_measured(models: FittedModels, config: Config) -> Config:
    """The config for training without a development set, on a few more utterances, as the measured networks were.

    It stops after as many epochs as that let them train, and has as many taggers.
    """

    def epochs(scores: Sequence[float], stop_at: float) -> dict[str, Any]:
        enough = stop_at and scores and scores[-1] >= stop_at
        return {"training": {"stop_after": len(scores)}} if enough else {}

    intents, entities = models.intents.history.scores, models.entities.history.scores
    return build(
        config,
        {
            "classifier": epochs(intents, config.classifier.training.stop_at),
            "tagger": {
                **epochs(entities, config.tagger.training.stop_at),
                "members": models.entities.members,
                "members_for": 0,
            },
        },
    )


def _input_hashes(data: Path, dictionaries: Sequence[Path]) -> dict[str, str]:
    return {
        "manifest.json": file_sha256(data / "manifest.json"),
        **{path.name: file_sha256(path) for path in dictionaries},
    }


def _manifest(config: Config, data: Mapping[str, str], scores: Mapping[str, Any], now: datetime) -> Manifest:
    libraries = {name: metadata.version(name) for name in _LIBRARIES} | {"python": platform.python_version()}
    return Manifest(
        product_version=VERSION,
        created_at=now,
        tokenizer=TokenizerInfo(config.tokenizer.name),
        normalization={"form": "NFC", "version": 1},
        data=data,
        settings=config.to_dict(),
        scores=scores,
        libraries=libraries,
    )
