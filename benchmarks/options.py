"""Options that the benchmarks share, and how their tables and JSON files look."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.data import Task, read_task
from benchmarks.ours import Recipe
from nlu.commands.common import CommandParser, positive_int
from nlu.config import Config
from nlu.files import write_atomic
from nlu.version import VERSION

_LIBRARIES = ("torch", "gensim", "onnxruntime", "numpy", "python-mecab-ko", "scikit-learn", "sklearn-crfsuite")


def add_options(parser: CommandParser) -> None:
    """Add where the data lies and how our models are trained."""
    parser.add_argument("--data", type=Path, required=True, metavar="폴더", help="과제 폴더들이 든 폴더")
    parser.add_argument("--config", type=Path, metavar="파일", help="설정 파일(TOML); 없으면 기본값")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    parser.add_argument(
        "--work",
        type=Path,
        metavar="폴더",
        default=Path("reports/benchmarks"),
        help="학습한 모델을 두는 곳; 같은 학습은 다시 하지 않습니다 (기본: reports/benchmarks)",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="난수 씨앗 (기본: 0)")
    parser.add_argument("--limit", type=positive_int, metavar="수", help="부분마다 발화를 이만큼만 (빨리 훑어보기)")
    parser.add_argument(
        "--epochs", type=positive_int, metavar="수", help="설정 대신 쓸 최대 에폭 수 (발화가 적어도 늘리지 않음)"
    )
    parser.add_argument("--processes", type=positive_int, metavar="수", help="2면 두 모델을 함께 학습 (기본: 설정대로)")
    parser.add_argument("--copies", type=int, default=0, metavar="수", help="학습 발화마다 보탤 변형 발화 수 (기본: 0)")
    parser.add_argument("--gazetteer", action="store_true", help="학습 발화의 개체값으로 사전을 만들어 씁니다")
    parser.add_argument("--refit", action="store_true", help="떼어 둔 발화까지 넣어 한 번 더 학습합니다")
    parser.add_argument("--corpus", nargs="+", default=[], metavar="과제", help="train의 글을 단어 벡터에 보탤 과제들")


def recipe_of(arguments: argparse.Namespace) -> Recipe:
    """The recipe that the options describe."""
    config = Config.read(arguments.config) if arguments.config else Config()
    if arguments.epochs:
        classifier, tagger = config.classifier, config.tagger
        config = replace(
            config,
            classifier=replace(classifier, training=replace(classifier.training, epochs=arguments.epochs)),
            tagger=replace(tagger, training=replace(tagger.training, epochs=arguments.epochs)),
        )
    if arguments.processes:
        config = replace(config, processes=arguments.processes)
    corpus = [utterance.text for name in arguments.corpus for utterance in read_task(arguments.data, name).train]
    return Recipe(
        config=config,
        least_steps=0 if arguments.epochs else Recipe.least_steps,
        seed=arguments.seed,
        refit=arguments.refit,
        gazetteer=arguments.gazetteer,
        copies=arguments.copies,
        corpus=tuple(corpus),
    )


def task_of(arguments: argparse.Namespace, name: str) -> Task:
    """Read a task, as much of it as the options ask for."""
    return read_task(arguments.data, name).limited_to(arguments.limit, arguments.seed)


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Lay rows out for the terminal.

    Example:
        >>> print(table([{"task": "weather", "f1": 0.5}, {"task": "food"}], ["task", "f1"]))
        task       f1
        weather 0.500
        food        -
    """
    cells = [list(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return "\n".join(
        " ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def write_json(path: Path | None, rows: Sequence[Mapping[str, object]], recipe: Recipe) -> None:
    """Write the rows, how they came about, and with which versions; nothing when there is no path."""
    if path is None:
        return
    document: dict[str, Any] = {
        "rows": list(rows),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "product": VERSION,
        "libraries": {name: metadata.version(name) for name in _installed()} | {"python": platform.python_version()},
        "machine": platform.machine(),
        "config": recipe.config.to_dict(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _installed() -> list[str]:
    there = {distribution.metadata["Name"] for distribution in metadata.distributions()}
    return [name for name in _LIBRARIES if name in there]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)
