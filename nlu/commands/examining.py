"""What `evaluate` measures beside the scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nlu.commands import progress
from nlu.data import dataset as datasets
from nlu.evaluation.costs import Costs, environment, percentiles
from nlu.evaluation.curves import LearningCurve
from nlu.evaluation.data_facts import DataFacts
from nlu.evaluation.report import Report, evaluate
from nlu.evaluation.sections import Sections
from nlu.pipeline.examine import Effort, Known, examine, file_sizes, is_refit
from nlu.pipeline.fingerprint import learned_from
from nlu.store.bundle import Bundle
from nlu.store.registry import Registry
from nlu.system.files import sha256
from nlu.understanding.parser import UtteranceParser


@dataclass(frozen=True)
class Place:
    """Where a bundle's data and reports lie.

    Attributes:
        bundle: it.
        data: folder of the data set.
        reports: folder of what was measured before.
    """

    bundle: Bundle
    data: Path
    reports: Path

    @property
    def has_data(self) -> bool:
        """Whether the data set that the model learned from lies there."""
        return (self.data / "manifest.json").is_file() and learned_from(self.bundle.manifest, self.data)


def examine_served(place: Place, parser: UtteranceParser, report: Report) -> Sections:
    """Examine the model that answers on utterances of files; baselines learn what it has learned."""
    if place.has_data:
        everything = is_refit(place.bundle.manifest)
        known = Known.of_part(datasets.read(place.data), parser.model.encoder.lexicon, everything=everything)
    else:
        known = Known.of_bundle(parser.model)
    return _examined(place, parser, report, known)


def examine_measured(place: Place, models: Path, dataset: datasets.Dataset) -> tuple[Report, Sections] | None:
    """Measure and examine again the model that never learned the test part; None where it is not kept."""
    kept = Registry(models).measured(place.bundle.version) if place.has_data else None
    test = dataset.part("test")
    if kept is None or not test:
        return None
    parser = UtteranceParser.from_bundle(kept)
    names = [row.slice.name for row in test]
    with progress.shown() as listen:
        report = evaluate(parser.parse, dataset.utterances("test"), names if any(names) else None, listen=listen)
    return report, _examined(place, parser, report, Known.of_part(dataset, parser.model.encoder.lexicon))


def _examined(place: Place, parser: UtteranceParser, report: Report, known: Known) -> Sections:
    with progress.shown() as listen:
        effort = Effort.when_asked(len(report.answered))
        sections = examine(parser, report, known, effort, listen=listen)
    times, seconds = percentiles(report.seconds), _training_seconds(place)
    return replace(
        sections,
        curves=tuple(LearningCurve.read(one) for one in place.bundle.manifest.scores.get("curves", ())),
        data=_facts(place) if place.has_data else None,
        costs=Costs(file_sizes(place.bundle), times, seconds, environment()),
    )


def _facts(place: Place) -> DataFacts:
    return DataFacts.of(datasets.read_manifest(place.data), sha256(place.data / "manifest.json"))


def _training_seconds(place: Place) -> Mapping[str, float]:
    """How long the training took, from the report of it where it lies there still: no bundle keeps times."""
    try:
        before: Any = json.loads((place.reports / "report.json").read_text(encoding="utf-8"))
        is_same = before["about"]["version"] == place.bundle.version
        return dict(before["costs"]["training_seconds"]) if is_same else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
