"""A search on the tiny bot that takes a second a trial, for tests."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from nlu.data import dataset as datasets
from nlu.generation.plan import GeneratorSettings
from nlu.pipeline.generate import generate
from nlu.search.bench import Bench, Source
from nlu.search.search import SearchPlan, task_of
from nlu.search.space import Space, Target
from nlu.search.storage import StudyStorage
from nlu.search.worker import Task, run_task
from tests.projects import config_of, dictionaries_of, patterns_of, write_project

SPACE = """\
[classifier]
label_smoothing = { low = 0.0, high = 0.2 }
[classifier.cnn]
filters = [8, 16]
[classifier.training]
learning_rate = { low = 0.003, high = 0.03, log = true }
[tagger]
word_dropout = [0.0, 0.05, 0.1]
[vectors]
width = [8, 4]
"""


def a_source(folder: Path, epochs: int = 1) -> Source:
    """Where the bot in a folder lies."""
    config = config_of(folder)
    shorter = replace(config.classifier, training=replace(config.classifier.training, epochs=epochs))
    config = replace(config, classifier=shorter, spacing=replace(config.spacing, texts=0))
    return Source(folder / "data", tuple(dictionaries_of(folder)), tuple(patterns_of(folder)), (), config)


def write_bot(folder: Path) -> None:
    """A tiny bot with its data."""
    write_project(folder)
    small = replace(config_of(folder), generator=GeneratorSettings(count=120))
    generate(patterns_of(folder), dictionaries_of(folder), folder / "data", small)


def a_plan(
    folder: Path, url: str, work: Path, *, text: str = SPACE, seed: int = 0, trials: int = 3, epochs: int = 1
) -> SearchPlan:
    """A plan for the bot in a folder."""
    space = work / "search.toml"
    space.write_text(text, encoding="utf-8")
    source = a_source(folder, epochs)
    return SearchPlan(
        space=Space.read(space, source.config),
        source=source,
        storage=StudyStorage(url, heartbeat=1, grace=4),
        name="tune",
        targets=("intents",),
        seconds=600.0,
        trials=trials,
        workers=1,
        seed=seed,
        workspace=work / "work",
        dev=len(datasets.read(source.data).part("dev")),
    )


def a_task(plan: SearchPlan, target: Target = "intents", least: Mapping[Target, float] | None = None) -> Task:
    """The task of one study."""
    return task_of(plan, target, {}, least or {}, time.time() + plan.seconds, time.time() + plan.seconds)


def run(plan: SearchPlan, bench: Bench, target: Target = "intents", stop: Callable[[], bool] = lambda: False) -> Task:
    """Run the trials of one study in this process."""
    task = a_task(plan, target)
    run_task(task, plan.storage, bench, str(os.getpid()), stop)
    return task
