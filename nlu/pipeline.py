"""The data's path as functions that commands call: generate a data set, train and measure."""

from __future__ import annotations

import json
import platform
import random
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from nlu import dataset as datasets
from nlu import tokenizers
from nlu.augmentation import Augmenter
from nlu.bundle import Bundle, Manifest, TokenizerRecord, write_bundle
from nlu.confidence import FallbackRule
from nlu.config import Config
from nlu.dataset import PARTS, Dataset, Record
from nlu.errors import TrainingError
from nlu.evaluation import Report, evaluate
from nlu.files import sha256 as file_sha256
from nlu.fitting import FittedModels, bundle_files, calibrate, fit_models
from nlu.generation_report import GenerationReport
from nlu.generator import Generator
from nlu.importers import read_any
from nlu.lexicon import Lexicon
from nlu.outliers import as_outliers, make_outliers
from nlu.parser import UtteranceParser
from nlu.pattern import PatternFile, read_patterns
from nlu.registry import Registry
from nlu.types import FALLBACK_INTENT, LabelledUtterance
from nlu.version import VERSION

IMPORTED = "imported"
"""Slice of the utterances that come from a file instead of a pattern."""

_ORDINARY_LENGTH = 14
"""Of an utterance, in characters."""

_LIBRARIES = ("torch", "gensim", "pytorch-crf", "onnxruntime", "numpy", "python-mecab-ko", "python-mecab-ko-dic")


@dataclass(frozen=True)
class Import:
    """A file of labelled utterances to mix in, and how much each counts relative to a generated one."""

    path: Path
    weight: float = 1.0


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


def generate(
    patterns: Sequence[Path],
    dictionaries: Sequence[Path],
    data: Path,
    config: Config,
    *,
    imports: Sequence[Import] = (),
    on_utterance: Callable[[], object] | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> GenerationReport:
    """Expand the patterns into a data set.

    Args:
        patterns: pattern files.
        dictionaries: dictionary files.
        data: folder to write; replaced in one step.
        config: what to generate and how to roughen it.
        imports: files of real utterances to mix in; split by chance, 60/20/20, in a slice of their own.
        on_utterance: called after each utterance written.
        say: told what the imported files held that is not used, in Korean.

    Raises:
        SourceErrors: mistakes in the author's files, all of them.
    """
    lexicon = Lexicon.read(*dictionaries)
    file = read_patterns(*patterns, lexicon=lexicon)
    generator = Generator(file, lexicon, config.generator)
    augmenter = Augmenter(config.augmentation)
    imported = [utterance for one in imports for utterance in _read(one, say)]
    facts: dict[str, object] = {}

    def records() -> Iterator[Record]:
        for part, generated in generator.run(augmenter.augment):
            yield Record(generated.utterance, part, generated.slice)
        if imported:
            for record in datasets.split_randomly(imported, random.Random(config.generator.seed)):
                yield replace(record, slice=IMPORTED)
        facts.update(_facts(generator.report(), config, imports))  # known only now, written only at the end

    inputs = _inputs(file, dictionaries, imports)
    tokenizer = tokenizers.create(config.tokenizer.name)
    datasets.write(
        data, records(), tokenizer, seed=config.generator.seed, inputs=inputs, facts=facts, progress=on_utterance
    )
    return generator.report()


def is_generated(
    patterns: Sequence[Path], dictionaries: Sequence[Path], data: Path, config: Config, imports: Sequence[Import] = ()
) -> bool:
    """Whether the data set was made from just these files and settings; imported pattern files count too."""
    try:
        manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    file = read_patterns(*patterns, lexicon=Lexicon.read(*dictionaries))
    hashes = datasets.input_hashes(_inputs(file, dictionaries, imports))
    return bool(manifest.get("inputs") == hashes and manifest.get("recipe") == _recipe(config, imports))


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
    (`config.refit`) is then trained on everything, for as many epochs as served the measured one best.

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
        raise TrainingError(f"{data}: expected training utterances, got none")
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
    rule = calibrate(measured, dataset.utterances("dev"), config.understanding.false_reject_rate)
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
        served = fit_models(
            learned, (), whole, as_long_as(measured, config), workspace / "served",
            corpus=texts.corpus, outliers=_outliers(learned, texts.outside, config), progress=progress,
        )  # fmt: skip
        seconds["refit"] = time.perf_counter() - started
    manifest = _manifest(
        config,
        data={"fingerprint": fingerprint(data, dictionaries, config, texts), **_input_hashes(data, dictionaries)},
        scores={**report.to_dict(), "examples": understood_examples(report, dataset.test)} if report else {},
        now=now or datetime.now(timezone.utc),
    )
    version = registry.publish(bundle_files(served, rule, config, learned), manifest)
    registry.activate(version)
    shutil.rmtree(workspace, ignore_errors=True)
    return Outcome(version, report, seconds, Bundle.open(registry.path(version), verify=False).size())


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
    slices = [record.slice for record in dataset.test]
    return evaluate(parser.parse, dataset.utterances("test"), slices if any(slices) else None, progress=progress)


def understood_examples(report: Report, test: Sequence[Record]) -> dict[str, str]:
    """Choose for each intent in scope an utterance that was understood in every part.

    One with two entities if there is one, and of an ordinary length. What was imported is left out: real people may
    have said it, and a bundle shows its examples to everyone.
    """
    wrong = {error["text"] for error in report.errors}
    chosen: dict[str, LabelledUtterance] = {}
    for utterance in (record.utterance for record in test if record.slice != IMPORTED):
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
    manifest = _manifest(config, data={}, scores={}, now=datetime.now(timezone.utc))
    return UtteranceParser.from_bundle(write_bundle(folder, bundle_files(models, rule, config), manifest))


def _read(one: Import, say: Callable[[str], None]) -> tuple[LabelledUtterance, ...]:
    held = read_any(one.path, one.weight)
    notes = list(held.notes)
    if held.entries:
        notes.append(f"사전 값 {len(held.entries)}개는 쓰지 않았습니다. 필요하면 사전 CSV에 옮겨 적으세요.")
    for note in notes:
        say(f"{one.path}: {note}")
    return held.utterances


def _inputs(file: PatternFile, dictionaries: Sequence[Path], imports: Sequence[Import]) -> list[Path]:
    return [*(Path(one.path) for one in file.files), *dictionaries, *(one.path for one in imports)]


def _recipe(config: Config, imports: Sequence[Import]) -> dict[str, Any]:
    """What besides the author's files decides how a data set comes out, as JSON gives it back."""
    recipe = {
        "generator": {**asdict(config.generator), "processes": None},
        "augmentation": asdict(config.augmentation),
        "tokenizer": config.tokenizer.name,
        "import_weights": [one.weight for one in imports],
        "version": VERSION,
    }
    return json.loads(json.dumps(recipe))  # type: ignore[no-any-return]


def _facts(report: GenerationReport, config: Config, imports: Sequence[Import]) -> dict[str, object]:
    """What the manifest says of the generation."""
    return {
        "recipe": _recipe(config, imports),
        "requested": report.requested,
        "written": report.written,
        "augmented_copies": report.copies,
        "duplicates_left_out": report.duplicates,
        "patterns": [asdict(pattern) for pattern in report.patterns],
        "values": {"covered": report.covered, "uncovered": report.uncovered, "unreachable": report.unreachable},
        "held_out": report.held_out,
    }


def as_long_as(measured: FittedModels, config: Config) -> Config:
    """The config for training without a development set: as many epochs as served the measured models best."""

    def settled(settings: Any, best_epoch: int) -> Any:
        epochs = best_epoch + 1 if best_epoch >= 0 else settings.training.epochs
        return replace(settings, training=replace(settings.training, epochs=epochs))

    return replace(
        config,
        classifier=settled(config.classifier, measured.intents.history.best_epoch),
        tagger=settled(config.tagger, measured.entities.history.best_epoch),
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
        tokenizer=TokenizerRecord(config.tokenizer.name),
        normalization={"form": "NFC", "version": 1},
        data=data,
        settings=config.to_dict(),
        scores=scores,
        libraries=libraries,
    )
