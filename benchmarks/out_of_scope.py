#!/usr/bin/env python3
"""Say "I don't know": which score tells utterances out of scope best, and is the confidence what it says."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, tables
from benchmarks.bots import Project
from benchmarks.data import Utterances
from benchmarks.ours import Recipe
from benchmarks.scope_models import Row, Scored, Served, Trial, compare
from nlu.commands import progress
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.data.importers import read_any
from nlu.errors import InputError
from nlu.system.files import write_atomic
from nlu.types import FALLBACK_INTENT, LabelledUtterance

COLUMNS = (
    *("task", "outside", "classifier", "score", "auroc", "caught", "caught_beside_right"),
    *("held_out_false_rejects", "held_out_caught", "accuracy", "ece"),
)

_EXAMPLES = """\
  benchmarks/out_of_scope.py --data DATA --task massive_ko --outside songys_chitchat
  benchmarks/out_of_scope.py --data DATA --task massive_ko --leave-out 5 --draws 3
  benchmarks/out_of_scope.py --data DATA --task massive_ko --outside songys_chitchat --limit 300 --epochs 2
  benchmarks/out_of_scope.py --data DATA --models models --inside dev.jsonl --outside songys_chitchat
  benchmarks/out_of_scope.py --project . --inside dev.jsonl --leave-out 5 --draws 3
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/out_of_scope.py",
        "모르는 말을 모른다고 하는지, 어느 점수가 가장 잘 가려내는지 잽니다.",
        examples=_EXAMPLES,
    )
    options.add_options(parser, data=False)
    parser.set_defaults(corpus=())  # the word vectors must not have read the worlds that are to be strange
    known = parser.add_mutually_exclusive_group(required=True)
    known.add_argument("--task", metavar="과제", help="학습해서 알아들어야 할 발화의 과제")
    known.add_argument(
        "--project", type=Path, metavar="폴더", help="의도를 빼고 학습할 봇: patterns와 dictionaries가 든 폴더"
    )
    known.add_argument("--models", type=Path, metavar="폴더", help="학습하지 않고 잴 모델 저장소 또는 모델 하나의 폴더")
    parser.add_argument("--inside", type=Path, metavar="파일", help="--models나 --project가 알아들어야 할 발화")
    parser.add_argument("--part", default="dev", choices=("dev", "test"), help="점수를 잴 부분 (기본: dev)")
    parser.add_argument("--outside", nargs="+", default=[], metavar="과제", help="몰라야 할 발화의 과제들")
    parser.add_argument("--leave-out", type=int, default=0, metavar="수", help="학습에서 빼고 몰라야 할 의도의 수")
    parser.add_argument("--draws", type=positive_int, default=1, metavar="수", help="뺄 의도를 몇 번 뽑을지 (기본: 1)")
    parser.add_argument(
        "--outliers",
        type=float,
        nargs="+",
        default=[0.0, 0.5],
        metavar="수",
        help="학습 발화마다 보탤 가짜 발화(nlu_fallback)의 수; 여럿이면 견줍니다 (기본: 0 0.5)",
    )
    parser.add_argument("--plot", type=Path, metavar="파일", help="신뢰도 그림을 그릴 PNG 파일")
    return run_command(parser, _handle, argv)


def draw_intents(intents: Iterable[str], count: int, rng: random.Random) -> frozenset[str]:
    """Draw the intents that are left out of training.

    Raises:
        InputError: fewer than two intents would be left.
    """
    names = sorted(set(intents))
    if count > len(names) - 2:
        raise InputError(f"의도 {len(names)}개에서 {count}개를 뺄 수 없습니다.")
    return frozenset(rng.sample(names, count))


def part_by_intent(rows: Iterable[LabelledUtterance], gone: Collection[str]) -> tuple[Utterances, Utterances]:
    """Part utterances into those that are still in scope and those of intents that are left out."""
    rows = tuple(rows)
    return tuple(row for row in rows if row.intent not in gone), tuple(row for row in rows if row.intent in gone)


def _handle(arguments: argparse.Namespace) -> int:
    if not arguments.outside and not arguments.leave_out:
        raise InputError("--outside 와 --leave-out 가운데 하나는 있어야 합니다.")
    if not arguments.data and (arguments.task or arguments.outside):
        raise InputError("--task 와 --outside 에는 --data 가 있어야 합니다.")
    if arguments.models:
        return _served(arguments)
    return _project(arguments) if arguments.project else _task(arguments)


def _task(arguments: argparse.Namespace) -> int:
    """Measure classifiers that are trained on a task."""
    recipe = replace(options.recipe_of(arguments), refit=False)  # the held-out part decides here, so it stays unseen
    task = options.task_of(arguments, arguments.task)
    scored = task.part(arguments.part)
    trials: list[tuple[str, Utterances, Utterances, Utterances]] = []
    for name in arguments.outside:
        trials.append((name, task.train, scored, options.task_of(arguments, name).part(arguments.part)))
    intents = [row.intent for row in task.train if row.intent is not None]
    for name, gone in _draws(arguments, intents):
        trials.append((name, part_by_intent(task.train, gone)[0], *part_by_intent(scored, gone)))
    rows: list[Row] = []
    for outliers in arguments.outliers:
        for name, train, inside, outside in trials:
            about: Row = {"task": task.name, "outside": name, "classifier": f"{outliers:g} outliers an utterance"}
            trial = Trial(train, _exposed(recipe, outliers), arguments.work / task.name)
            rows += [{**about, **row} for row in compare(trial, inside, outside)]
            options.write_json(arguments.json, rows, recipe)
            if arguments.plot and not outliers and train is task.train:
                _plot(arguments.plot, trial, inside)
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _exposed(recipe: Recipe, outliers: float) -> Recipe:
    """The recipe with so many outliers an utterance; with none, it learns no talk to decline either."""
    if outliers:
        return replace(recipe, outliers=outliers)
    understanding = replace(recipe.config.understanding, smalltalk=0.0)
    return replace(recipe, outliers=0.0, config=replace(recipe.config, understanding=understanding))


def _project(arguments: argparse.Namespace) -> int:
    """Measure a bot that is generated and trained without some of its intents."""
    if not arguments.inside or not arguments.leave_out or arguments.outside:
        raise InputError("--project에는 --inside와 --leave-out이 있어야 하고, --outside는 --models에 주세요.")
    if arguments.plot:
        raise InputError("--plot은 --task나 --models와 함께 쓰세요.")
    project = Project.read(arguments.project)
    arguments.config = arguments.config or project.settings
    recipe = options.recipe_of(arguments)
    config = replace(recipe.config, refit=recipe.config.refit and recipe.refit)
    said = _in_scope(arguments.inside)
    rows: list[Row] = []
    for name, gone in _draws(arguments, [str(row.intent) for row in said]):
        with progress.shown() as listen:
            served = Served(project.train_without(gone, config, arguments.work / "projects", listen=listen))
        about: Row = {"task": str(arguments.inside), "classifier": served.version, "outside": name}
        rows += [{**about, **row} for row in compare(served, *part_by_intent(said, gone))]
        options.write_json(arguments.json, rows, recipe)
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _served(arguments: argparse.Namespace) -> int:
    """Measure a model that is there, on utterances of a file."""
    if not arguments.inside or arguments.leave_out:
        raise InputError("--models에는 --inside와 --outside가 있어야 하고, --leave-out은 쓸 수 없습니다.")
    served = Served(arguments.models)
    inside = _in_scope(arguments.inside)
    about: Row = {"task": str(arguments.inside), "classifier": served.version}
    rows: list[Row] = []
    for name in arguments.outside:
        outside = options.task_of(arguments, name).part(arguments.part)
        rows += [{**about, "outside": name, **row} for row in compare(served, inside, outside)]
    tables.write_rows(arguments.json, rows, {})
    if arguments.plot:
        _plot(arguments.plot, served, inside)
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _draws(arguments: argparse.Namespace, intents: Sequence[str]) -> list[tuple[str, frozenset[str]]]:
    """The intents to leave out, draw by draw, each under a name."""
    count = arguments.leave_out
    return [
        (f"{count} intents, draw {draw + 1}", draw_intents(intents, count, random.Random(f"{arguments.seed}/{draw}")))
        for draw in range(arguments.draws if count else 0)
    ]


def _in_scope(path: Path) -> Utterances:
    return tuple(row for row in read_any(path).utterances if row.intent != FALLBACK_INTENT)


def _plot(path: Path, scored: Scored, inside: Sequence[LabelledUtterance]) -> None:
    from nlu.evaluation import plots

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, plots.reliability_diagram(scored.confidences(inside)))


if __name__ == "__main__":
    raise SystemExit(main())
