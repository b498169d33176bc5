"""Options that the benchmarks share, and how their tables and JSON files look."""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.bots import read_bot, without_places
from benchmarks.data import Task, Utterances, read_task, task_names
from benchmarks.ours import Recipe, with_training
from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, positive_int
from nlu.config import Config
from nlu.lexicon.lexicon import Lexicon

__all__ = ["add_options", "recipe_of", "table", "task_of", "write_json"]


def add_options(parser: CommandParser, *, data: bool = True) -> None:
    """Add where the data lies, which must be said unless `data` is false, and how our models are trained."""
    parser.add_argument("--data", type=Path, required=data, metavar="폴더", help="과제 폴더들이 든 폴더")
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
        "--epochs", type=positive_int, metavar="수", help="설정 대신 쓸 에폭 수 (발화가 적어도 늘리지 않음)"
    )
    parser.add_argument("--processes", type=positive_int, metavar="수", help="2면 두 모델을 함께 학습 (기본: 설정대로)")
    parser.add_argument("--copies", type=int, default=0, metavar="수", help="학습 발화마다 보탤 변형 발화 수 (기본: 0)")
    parser.add_argument("--gazetteer", action="store_true", help="학습 발화의 개체값으로 사전을 만들어 씁니다")
    parser.add_argument(
        "--no-refit", dest="refit", action="store_false", help="떼어 둔 발화까지 넣어 한 번 더 학습하지 않습니다"
    )
    parser.add_argument(
        "--corpus",
        nargs="*",
        metavar="과제",
        help="train의 글을 단어 벡터가 읽을 과제들; 이름 없이 쓰면 없음 (기본: 데이터 폴더의 모든 과제)",
    )
    parser.add_argument(
        "--aside", nargs="+", default=[], metavar="과제", help="train의 글을 몰라야 할 말로 배울 과제들"
    )
    parser.add_argument("--bot", type=Path, metavar="폴더", help="pattern.txt와 dict.csv로 만든 발화와 사전을 보탭니다")
    parser.add_argument(
        "--generated", type=positive_int, default=12_000, metavar="수", help="만들 발화 수 (기본: 12000)"
    )
    parser.add_argument("--weight", type=float, default=0.3, metavar="수", help="만든 발화 하나의 무게 (기본: 0.3)")


def recipe_of(arguments: argparse.Namespace) -> Recipe:
    """The recipe that the options describe."""
    config = Config.read(arguments.config) if arguments.config else Config()
    if arguments.epochs:
        config = with_training(config, epochs=arguments.epochs, epochs_for=0, least_steps=0)
    if arguments.processes:
        config = replace(config, processes=arguments.processes)
    generated: Utterances = ()
    lexicon = Lexicon(())
    if arguments.bot:
        generated, lexicon = read_bot(arguments.bot, arguments.generated, arguments.weight, arguments.seed)
    return Recipe(
        config=config,
        seed=arguments.seed,
        refit=arguments.refit,
        gazetteer=arguments.gazetteer,
        copies=arguments.copies,
        corpus=_texts(arguments.data, task_names(arguments.data) if arguments.corpus is None else arguments.corpus),
        outside=_texts(arguments.data, arguments.aside),
        generated=generated,
        dictionary=without_places(lexicon),
    )


def _texts(data: Path, names: Sequence[str]) -> tuple[str, ...]:
    """The texts of some tasks' train parts, in an order that mixes the tasks."""
    texts = sorted({utterance.text for name in names for utterance in read_task(data, name).train})
    random.Random(0).shuffle(texts)
    return tuple(texts)


def task_of(arguments: argparse.Namespace, name: str) -> Task:
    """Read a task, as much of it as the options ask for."""
    return read_task(arguments.data, name).limited_to(arguments.limit, arguments.seed)


def write_json(path: Path | None, rows: Sequence[Mapping[str, object]], recipe: Recipe) -> None:
    """Write the rows, how they came about, and with which versions; nothing when there is no path."""
    write_rows(path, rows, {"config": recipe.config.to_dict()})
