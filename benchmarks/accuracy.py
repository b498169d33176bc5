#!/usr/bin/env python3
"""Train our models on tasks of real utterances and score them, beside the floors on the same rows."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import Task, few, subset, without_entities, without_intents
from benchmarks.ours import Recipe
from benchmarks.scoring import Latency, Prediction, new_value_recall, predict, score, write_predictions
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.errors import InputError
from nlu.system.files import write_atomic
from nlu.types import LabelledUtterance

SHARES = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
"""The parts of train that a learning curve is measured at."""

OURS, FLOOR = "ours", "floor"
"""The systems: char-CNN and BiLSTM-CRF; SVM and CRF."""

COLUMNS = (
    *(
        "task",
        "system",
        "part",
        "share",
        "train",
        "generated",
        "intent_accuracy",
        "served_accuracy",
        "false_rejects",
        "intent_macro_f1",
        "entity_f1",
        "new_value_recall",
    ),
    *("entity_f1_any_particle", "exact_match", "seconds", "megabytes", "p50_ms", "p95_ms"),
)
_ONLY = {"intents": without_entities, "entities": without_intents}

_EXAMPLES = """\
  benchmarks/accuracy.py --data DATA --task massive_ko --floors
  benchmarks/accuracy.py --data DATA --task massive_ko 3i4k parakqc --json scores.json
  benchmarks/accuracy.py --data DATA --task massive_ko --floors --curve --json curve.json --plot curve.png
  benchmarks/accuracy.py --data DATA --task massive_ko --bot examples/assistant --real 10
  benchmarks/accuracy.py --data DATA --task massive_ko --limit 300 --epochs 2       빨리 훑어보기
"""

Row = dict[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser("benchmarks/accuracy.py", "실제 발화로 학습하고 점수를 잽니다.", examples=_EXAMPLES)
    options.add_options(parser)
    parser.add_argument("--task", nargs="+", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름들")
    parser.add_argument("--part", choices=("dev", "test"), help="점수를 잴 부분 (기본: 있는 대로 모두)")
    parser.add_argument("--only", choices=tuple(_ONLY), help="의도만 또는 개체만 학습하고 잽니다")
    parser.add_argument("--floors", action="store_true", help="SVM과 CRF도 같은 발화로 잽니다")
    parser.add_argument(
        "--shares", type=float, nargs="+", metavar="몫", help="학습 발화의 이만큼씩으로 각각 잽니다 (0–1)"
    )
    parser.add_argument("--curve", action="store_true", help="학습 발화의 1, 5, 10, 25, 50, 100 %%로 각각 잽니다")
    parser.add_argument(
        "--real",
        type=int,
        metavar="수",
        help="의도마다 진짜 발화를 이만큼만; 0이면 --bot 으로 만든 발화만 (기본: 모두)",
    )
    parser.add_argument("--predictions", type=Path, metavar="파일", help="우리 모델의 답을 남길 JSON Lines 파일")
    parser.add_argument("--plot", type=Path, metavar="파일", help="학습 곡선을 그릴 PNG 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    recipe = options.recipe_of(arguments)
    tasks = [options.task_of(arguments, name) for name in arguments.task]
    if arguments.only:
        tasks = [
            replace(task, parts={n: _ONLY[arguments.only](part) for n, part in task.parts.items()}) for task in tasks
        ]
    if arguments.real is not None:
        tasks = [replace(task, parts=task.parts | {"train": few(task.train, arguments.real)}) for task in tasks]
    if arguments.real == 0:
        if not recipe.generated:
            raise InputError("--real 0 에는 --bot 이 있어야 합니다.")
        alone = tuple(replace(utterance, weight=1.0) for utterance in recipe.generated)
        tasks = [replace(task, parts=task.parts | {"train": alone}) for task in tasks]
        recipe = replace(recipe, generated=())
    shares = SHARES if arguments.curve else arguments.shares or (1.0,)
    rows: list[Row] = []
    for task in tasks:
        parts = [arguments.part] if arguments.part else [part for part in ("dev", "test") if part in task.parts]
        for row in measure(task, parts, recipe, shares, arguments):
            rows.append(row)
            options.write_json(arguments.json, rows, recipe)
            print(options.table(rows[-1:], COLUMNS), flush=True)
    print()
    print(options.table(rows, COLUMNS))
    if arguments.plot:
        from benchmarks import plots

        arguments.plot.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(arguments.plot, plots.learning_curve(rows))
    return ExitCode.OK


def measure(
    task: Task, parts: Sequence[str], recipe: Recipe, shares: Sequence[float], arguments: argparse.Namespace
) -> Iterator[Row]:
    """Train on each share of train and score each part; yields a row a system, share and part."""
    gold = {part: task.part(part) for part in parts}
    for share in shares:
        rows = task.train if share == 1.0 else subset(task.train, share, recipe.seed)
        about = {
            "task": task.name,
            "share": share,
            "train": len(rows),
            "generated": len(recipe.generated),
        }
        trained = ours.train(rows, recipe, arguments.work / task.name)
        for part, utterances in gold.items():
            predictions, latency = predict(trained.parser.parse, utterances, progress=True)
            if arguments.predictions and share == 1.0:
                write_predictions(_named(arguments, task.name, part, len(parts)), utterances, predictions)
            scores = _row(OURS, part, utterances, rows, predictions, latency, trained.seconds)
            yield {**about, **scores, "megabytes": trained.megabytes, "epochs": trained.epochs}
        if arguments.floors:
            from benchmarks.floors import Floors

            floors = Floors.fit(rows, recipe.seed, progress=True)
            for part, utterances in gold.items():
                predictions, latency = floors.predict(utterances, progress=True)
                yield {
                    **about,
                    **_row(FLOOR, part, utterances, rows, predictions, latency, floors.seconds),
                }


def _row(
    system: str,
    part: str,
    gold: Sequence[LabelledUtterance],
    learned: Sequence[LabelledUtterance],
    predictions: Sequence[Prediction],
    latency: Latency,
    seconds: float,
) -> Row:
    scores = {**score(gold, predictions).to_dict(), "new_value_recall": new_value_recall(gold, predictions, learned)}
    times = {"seconds": seconds, "p50_ms": latency.p50, "p95_ms": latency.p95}
    return {"system": system, "part": part, **scores, **times}


def _named(arguments: argparse.Namespace, task: str, part: str, parts: int) -> Path:
    """The file of predictions; with several tasks or parts, one for each."""
    path: Path = arguments.predictions
    more = ([task] if len(arguments.task) > 1 else []) + ([part] if parts > 1 else [])
    return path.with_name("-".join([path.stem, *more]) + path.suffix)


if __name__ == "__main__":
    raise SystemExit(main())
