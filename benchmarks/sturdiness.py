#!/usr/bin/env python3
"""How far the scores fall on copies of real utterances that were typed in a hurry, entity spans carried along."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.scoring import predict, score
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.evaluation.sturdiness import COPIES, Copy, points_below, roughen
from nlu.types import LabelledUtterance
from nlu.understanding.parser import UtteranceParser

COLUMNS = (
    *("task", "system", "part", "copy", "changed", "intent_accuracy", "intent_fall", "entity_f1", "entity_fall"),
    *("entity_f1_any_particle", "any_particle_fall", "exact_match"),
)

_EXAMPLES = """\
  benchmarks/sturdiness.py --data DATA --task massive_ko                  고르게 다듬은 발화로만 학습
  benchmarks/sturdiness.py --data DATA --task massive_ko --copies 1       변형 발화를 한 벌 보태어 학습
  benchmarks/sturdiness.py --data DATA --task massive_ko --limit 300 --epochs 2
"""

Row = dict[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/sturdiness.py",
        "서둘러 친 것처럼 바꾼 발화에서 점수가 얼마나 떨어지는지 잽니다.",
        examples=_EXAMPLES,
    )
    options.add_options(parser)
    parser.add_argument("--task", nargs="+", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름들")
    parser.add_argument("--part", default="dev", choices=("dev", "test"), help="바꾸어 볼 부분 (기본: dev)")
    parser.add_argument("--floors", action="store_true", help="SVM과 CRF도 같은 발화로 잽니다")
    return run_command(parser, _handle, argv)


def falls(rows: Sequence[Row]) -> list[Row]:
    """Add how many points each row lies below the first."""
    return [
        {
            **row,
            "intent_fall": _points(rows[0], row, "intent_accuracy"),
            "entity_fall": _points(rows[0], row, "entity_f1"),
            "any_particle_fall": _points(rows[0], row, "entity_f1_any_particle"),
        }
        for row in rows
    ]


def _handle(arguments: argparse.Namespace) -> int:
    recipe = options.recipe_of(arguments)
    rows: list[Row] = []
    for name in arguments.task:
        task = options.task_of(arguments, name)
        gold = task.part(arguments.part)
        about: Row = {"task": name, "part": arguments.part}
        trained = ours.train(task.train, recipe, arguments.work / name)
        rows += [{**about, "system": "ours", **row} for row in _ours(trained.parser, gold, arguments.seed)]
        if arguments.floors:
            rows += [{**about, "system": "floor", **row} for row in _floors(task.train, gold, arguments.seed)]
        options.write_json(arguments.json, rows, recipe)
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _ours(parser: UtteranceParser, gold: Sequence[LabelledUtterance], seed: int) -> list[Row]:
    rows = []
    for copy in COPIES:
        rough = roughen(gold, copy, seed)
        predictions, _ = predict(parser.parse, rough, progress=True)
        rows.append(_about(copy, gold, rough) | score(rough, predictions).to_dict())
    return falls(rows)


def _floors(train: Sequence[LabelledUtterance], gold: Sequence[LabelledUtterance], seed: int) -> list[Row]:
    from benchmarks.floors import Floors

    floors = Floors.fit(train, seed, progress=True)
    rows = []
    for copy in COPIES:
        rough = roughen(gold, copy, seed)
        predictions, _ = floors.predict(rough, progress=True)
        rows.append(_about(copy, gold, rough) | score(rough, predictions).to_dict())
    return falls(rows)


def _about(copy: Copy, gold: Sequence[LabelledUtterance], rough: Sequence[LabelledUtterance]) -> Row:
    changed = sum(before.text != after.text for before, after in zip(gold, rough, strict=True)) / len(gold)
    return {"copy": copy.name, "changed": changed}


def _points(before: Row, after: Row, measure: str) -> float | None:
    high, low = before.get(measure), after.get(measure)
    return points_below(high if isinstance(high, float) else None, low if isinstance(low, float) else None)


if __name__ == "__main__":
    raise SystemExit(main())
