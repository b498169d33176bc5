"""The stages from a data set to a model that answers in a row: fit, calibrate, measure, refit, publish, promote."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlu.augmentation.augmenter import Augmenter
from nlu.augmentation.smalltalk import to_decline
from nlu.config import Config
from nlu.data import dataset as datasets
from nlu.data.rows import IMPORTED, PARTS
from nlu.errors import TrainingError
from nlu.evaluation.costs import Costs, environment, percentiles
from nlu.evaluation.curves import LearningCurve
from nlu.evaluation.data_facts import DataFacts
from nlu.evaluation.report import Report
from nlu.evaluation.sections import Sections
from nlu.events import Listener, Notice, ignore
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Lexicon
from nlu.pipeline.calibrate import HeldOut, HeldOutView
from nlu.pipeline.draft import draft_rule, quick, some
from nlu.pipeline.examine import Effort, Known, examine, file_sizes
from nlu.pipeline.fingerprint import Texts, fingerprint, provenance
from nlu.pipeline.fit import NO_HOOKS, Fitted, Hooks, fit
from nlu.pipeline.knowledge import Learned
from nlu.pipeline.learned import outliers_of, seen_lexicon
from nlu.pipeline.measure import measure, shown_decisions, understood_examples
from nlu.pipeline.own_lines import MOST_FOR_NETWORKS, OwnLines, ask_for_own_lines
from nlu.pipeline.prepare import Whole
from nlu.pipeline.promote import Promotion, Terms, promote
from nlu.pipeline.publish import DATA_MANIFEST, manifest_of, publish
from nlu.pipeline.shown import rows_to_show
from nlu.pipeline.sketch import sketched
from nlu.pipeline.stopping import apart_for_stopping
from nlu.store.registry import Registry
from nlu.system.work_folders import work_folder
from nlu.types import LabelledUtterance
from nlu.understanding.asked_lines import AskedLines
from nlu.understanding.authored import AuthoredUtterances
from nlu.understanding.parser import UtteranceParser


@dataclass(frozen=True)
class Outcome:
    """What a training run left behind.

    Attributes:
        version: the published version.
        report: the honest measurement on the test part; None where there is none.
        seconds: how long each stage took.
        bundle_bytes: size of the bundle.
        promotion: what was decided of the version; None where it was left a candidate.
        own_lines: whether the served model understands what its author wrote.
        sections: what was measured beside the report.
    """

    version: str
    report: Report | None
    seconds: Mapping[str, float]
    bundle_bytes: int
    promotion: Promotion | None
    own_lines: OwnLines
    sections: Sections


def train(
    data: Path,
    dictionaries: Sequence[Path],
    registry: Registry,
    config: Config,
    *,
    texts: Texts | None = None,
    now: datetime | None = None,
    activate: bool = True,
    terms: Terms | None = None,
    draft: bool = False,
    listen: Listener = ignore,
    on_epoch: Hooks = NO_HOOKS,
) -> Outcome:
    """Train both networks on a data set, measure them, publish the version and promote it.

    The measured model never meets the held-out patterns and values, not even in its dictionary, and what is measured
    is what its networks understand. The served one also answers what was written as it was written, and it
    (`config.refit`) is then trained on everything, the part "refit" included, for as many epochs as served the measured
    one best.

    Args:
        data: folder of the data set.
        dictionaries: the author's CSV files.
        registry: where to publish.
        config: all settings.
        texts: unlabelled text to learn from besides.
        now: time of the version; None for the clock's.
        activate: whether the version may go live; else it is left a candidate.
        terms: on what terms it does; None for the policy that is usual.
        draft: learn from some utterances of all parts but dev, briefly, and measure nothing (`nlu.pipeline.draft`).
        listen: is told what is being done, and how far it is.
        on_epoch: for a network, is told of each epoch of the measured one, and ends its training with True.

    Raises:
        TrainingError: the data set has no training utterances, or the loss isn't finite.
    """
    texts, config = texts or Texts(), quick(config) if draft else config
    dataset = datasets.read(data, config.in_memory)
    whole = Lexicon.read(*dictionaries).with_computed(dataset.computed)
    if not dataset.part("train"):
        raise TrainingError("training.no_utterances", data=data)
    kept = (data / "manifest.json").read_bytes()
    material = _Material(data, dataset, whole, texts, provenance(data, dictionaries, config, texts), kept)
    with work_folder(registry.root / "work", fingerprint(data, dictionaries, config, texts)[:16]) as workspace:
        outcome = _train(material, registry, config, workspace, now, draft, listen, on_epoch)
    if not activate:
        return outcome
    return replace(outcome, promotion=promote(registry, outcome.version, dataset, terms, listen=listen))


def take_part(
    data: Path, dictionaries: Sequence[Path], config: Config, *, texts: Texts | None = None, draft: bool = False
) -> None:
    """Train along with the first of several processes (`nlu.training.distributed`), which publishes what is learned."""
    with TemporaryDirectory(prefix="nlu-") as place:
        train(data, dictionaries, Registry(Path(place)), config, texts=texts, activate=False, draft=draft)


@dataclass(frozen=True)
class _Material:
    """What is learned from, and where it came from."""

    folder: Path
    dataset: datasets.Dataset
    lexicon: Lexicon
    texts: Texts
    provenance: Mapping[str, str]
    manifest: bytes

    def whole(self, parts: Sequence[str], but: Collection[LabelledUtterance] = ()) -> Whole | None:
        """All utterances of some parts but a few, where the data set in memory is only a sample of them."""
        if not self.dataset.left_on_disk:
            return None
        left_out = frozenset(but)

        def utterances() -> Iterator[LabelledUtterance]:
            rows = (row for row in datasets.scan(self.folder) if row.part in parts)
            return (row.utterance for row in rows if row.utterance not in left_out)

        return Whole(utterances, sum(self.dataset.manifest["counts"][part]["utterances"] for part in parts))


def _train(
    material: _Material, registry: Registry, config: Config, workspace: Path, now: datetime | None,
    draft: bool, listen: Listener, on_epoch: Hooks,
) -> Outcome:  # fmt: skip
    dataset, whole, texts = material.dataset, material.lexicon, material.texts
    shown = rows_to_show(dataset)
    talk = to_decline([row.utterance for row in dataset.rows], whole, config.understanding.smalltalk)
    seconds: dict[str, float] = {}
    learning: list[LearningCurve] = []

    def fitted(
        learned: Sequence[LabelledUtterance], dev: Sequence[LabelledUtterance], lexicon: Lexicon, settings: Config,
        stage: str, hooks: Hooks, all_of: Whole | None = None,
    ) -> Fitted:  # fmt: skip
        started = time.perf_counter()
        made = fit(
            learned, dev, lexicon, settings, workspace / stage, corpus=texts.corpus,
            outliers=[*outliers_of(learned, texts.outside, config), *talk], listen=listen, on_epoch=hooks,
            shown=[row.utterance for row in shown], whole=all_of,
        )  # fmt: skip
        seconds[stage] = time.perf_counter() - started
        learning.extend(_curves(stage, made))
        return made

    report, tested_files, sections = None, None, Sections()
    if draft:
        listen(Notice("train.drafting"))
        learned = some([row for row in dataset.rows if row.part != "dev"], config.generator.seed)
        model = fitted([row.utterance for row in learned], (), whole, config, "draft", on_epoch).model
        model = replace(model, rule=draft_rule(model, dataset.part("dev"), config))
        unseen, held_out = model, ["dev"]
    else:
        listen(Notice("train.fitting"))
        seen = seen_lexicon(dataset, whole)
        written = [row.utterance for row in dataset.part("train") if row.slice == IMPORTED]
        first, stopping = apart_for_stopping(dataset.utterances("train"), written)
        whole_train = material.whole(("train",), but=stopping)
        measured = fitted(first, stopping or dataset.utterances("dev"), seen, config, "train", on_epoch, whole_train)
        augmenter = Augmenter(config.augmentation)
        view = HeldOutView.of(measured.model, HeldOut.among(dataset.part("dev")), augmenter)
        model = replace(measured.model, rule=view.rule(config.understanding))
        if dataset.part("test"):
            listen(Notice("train.measuring"))
            report = measure(model, dataset, listen=listen)
            every = datasets.scan(material.folder) if dataset.left_on_disk else None
            tested_files = model.files() | Learned.of(dataset, every).files()
            listen(Notice("train.examining"))
            started = time.perf_counter()
            known = Known.of_part(dataset, seen)
            effort = Effort.while_training(len(report.answered))
            sections = examine(UtteranceParser(model), report, known, effort, listen=listen)
            seconds["examine"] = time.perf_counter() - started
        unseen, held_out = model, ["dev", "test"]
        if config.refit:
            listen(Notice("train.refitting"))
            view = HeldOutView.of(model, HeldOut.among((*dataset.part("dev"), *dataset.part("test"))), augmenter)
            everything = tuple(row.utterance for row in dataset.rows)
            settings, all_of = measured.settings_for_refit(config), material.whole(PARTS)
            model = fitted(everything, (), whole, settings, "refit", NO_HOOKS, all_of).model
            model = replace(model, rule=view.rule(config.understanding))
            unseen = replace(unseen, rule=model.rule)
    listen(Notice("train.own_lines"))
    authored = _authored(material, config)
    asked = _asked([row.utterance for row in shown], authored, whole)
    model = replace(model, authored=authored, asked=asked)
    own_lines = ask_for_own_lines(model, dataset, most_for_networks=0 if draft else MOST_FOR_NETWORKS)
    tested = [row for row in shown if row.part == "test"]
    scores: dict[str, Any] = {"own_lines": own_lines.counts()}
    if report:
        utterances = shown_decisions(report, tested)
        scores |= report.to_dict() | {"examples": understood_examples(report, tested), "utterances": utterances}
    sections = replace(
        sections,
        curves=tuple(learning),
        data=DataFacts.of(dataset.manifest, material.provenance["manifest.json"]),
    )
    scores |= sections.to_keep()
    manifest = manifest_of(config, material.provenance, scores, now, draft=draft)
    beside = {DATA_MANIFEST: material.manifest, **sketched(unseen, model, dataset, held_out)}
    version = publish(model, registry, manifest, beside=beside, measured=tested_files)
    bundle = registry.open(version, verify=False)
    times = percentiles(report.seconds) if report else {}
    sections = replace(sections, costs=Costs(file_sizes(bundle), times, seconds, environment()))
    return Outcome(version, report, seconds, bundle.size(), None, own_lines, sections)


def _curves(stage: str, fitted: Fitted) -> tuple[LearningCurve, ...]:
    """How both networks learned."""
    histories = (("intents", fitted.intents), ("entities", fitted.entities))
    return tuple(LearningCurve.of(name, stage, one.losses, one.curve) for name, one in histories)


def _asked(shown: Sequence[LabelledUtterance], authored: AuthoredUtterances, lexicon: Lexicon) -> AskedLines:
    """How the bot says its intents, where it asks which is meant: in what the patterns say letter by letter."""

    def read(text: str) -> list[str]:
        return [one.intent for one in authored.find(normalize(text).text, lexicon) if one.rank[0] == 0]

    return AskedLines.build(shown, read)


def _authored(material: _Material, config: Config) -> AuthoredUtterances:
    """What was written: the patterns, and the imported rows of all parts."""
    dataset = material.dataset
    every = datasets.scan(material.folder) if dataset.left_on_disk else dataset.rows
    rows = (row.utterance for row in every if row.slice == IMPORTED)
    return AuthoredUtterances.of(dataset.patterns, rows, whole_words=config.generator.whole_words)
