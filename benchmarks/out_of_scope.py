#!/usr/bin/env python3
"""Say "I don't know": which score tells utterances out of scope best, and is the confidence what it says."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import Task, Utterances, hold_out, without_entities
from benchmarks.ours import Recipe
from benchmarks.scope_scores import Array, Centres, Viewer, area, caught, scope_scores
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.confidence import choose_threshold
from nlu.errors import InputError
from nlu.files import write_atomic
from nlu.metrics import expected_calibration_error
from nlu.types import FALLBACK_INTENT, LabelledUtterance

FALSE_REJECTS = 0.05
"""The part of the utterances in scope that may be rejected."""

COLUMNS = (
    *("task", "outside", "classifier", "score", "auroc", "caught", "held_out_false_rejects", "held_out_caught"),
    *("accuracy", "ece"),
)

_EXAMPLES = """\
  benchmarks/out_of_scope.py --data DATA --task massive_ko --outside songys_chitchat
  benchmarks/out_of_scope.py --data DATA --task massive_ko --leave-out 5 --draws 3
  benchmarks/out_of_scope.py --data DATA --task massive_ko --outside songys_chitchat --limit 300 --epochs 2
"""

Row = dict[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/out_of_scope.py",
        "모르는 말을 모른다고 하는지, 어느 점수가 가장 잘 가려내는지 잽니다.",
        examples=_EXAMPLES,
    )
    options.add_options(parser)
    parser.add_argument("--task", required=True, metavar="과제", help="알아들어야 할 발화의 과제")
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


def leave_out(task: Task, part: str, count: int, rng: random.Random) -> tuple[Utterances, Utterances, Utterances]:
    """Draw intents and take them away.

    Args:
        task: what is understood.
        part: what is scored.
        count: how many intents to leave out.
        rng: draws them.

    Returns:
        The train part without them, the scored part without them, and the scored part of them alone.

    Raises:
        InputError: fewer than two intents would be left.
    """
    intents = sorted({str(utterance.intent) for utterance in task.train if utterance.intent is not None})
    if count > len(intents) - 2:
        raise InputError(f"의도 {len(intents)}개에서 {count}개를 뺄 수 없습니다.")
    gone = set(rng.sample(intents, count))

    def split(rows: Sequence[LabelledUtterance], left: bool) -> Utterances:
        return tuple(row for row in rows if (row.intent in gone) is left)

    scored = task.part(part)
    return split(task.train, False), split(scored, False), split(scored, True)


def _handle(arguments: argparse.Namespace) -> int:
    if not arguments.outside and not arguments.leave_out:
        raise InputError("--outside 와 --leave-out 가운데 하나는 있어야 합니다.")
    recipe = replace(options.recipe_of(arguments), refit=False)  # the held-out part decides here, so it stays unseen
    task = options.task_of(arguments, arguments.task)
    trials: list[tuple[str, Utterances, Utterances, Utterances]] = []
    for name in arguments.outside:
        outside = options.task_of(arguments, name).part(arguments.part)
        trials.append((name, task.train, task.part(arguments.part), outside))
    for draw in range(arguments.draws if arguments.leave_out else 0):
        rng = random.Random(f"{arguments.seed}/{draw}")
        trials.append(
            (
                f"{arguments.leave_out} intents, draw {draw + 1}",
                *leave_out(task, arguments.part, arguments.leave_out, rng),
            )
        )
    rows: list[Row] = []
    for outliers in arguments.outliers:
        for name, train, inside, outside in trials:
            about: Row = {"task": task.name, "outside": name, "classifier": f"{outliers:g} outliers an utterance"}
            trial = Trial(train, replace(recipe, outliers=outliers), arguments.work / task.name)
            rows += [{**about, **row} for row in trial.compare(inside, outside)]
            options.write_json(arguments.json, rows, recipe)
            if arguments.plot and not outliers and train is task.train:
                from nlu import plots

                arguments.plot.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(arguments.plot, plots.reliability_diagram(trial.confidences(inside)))
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


class Trial:
    """A classifier trained on some intents, and every score of what it is shown.

    Args:
        train: the utterances in scope; their entities are left aside.
        recipe: how to train.
        work: folder for what is trained.
    """

    def __init__(self, train: Sequence[LabelledUtterance], recipe: Recipe, work: Path) -> None:
        train = without_entities(train)
        self._trained = ours.train(train, recipe, work, progress=True)
        self._viewer = Viewer(self._trained.bundle, self._trained.parser)
        learned, self._held = hold_out(train, recipe.held_out, recipe.seed)
        pooled = self._viewer.view([utterance.text for utterance in learned]).pooled
        self._centres = Centres.of(pooled, [utterance.intent for utterance in learned])

    def scores(self, utterances: Sequence[LabelledUtterance]) -> dict[str, Array]:
        """Every score of every utterance."""
        views = self._viewer.view([utterance.text for utterance in utterances])
        return scope_scores(views, self._centres, self._trained.parser.rule.temperature)

    def compare(self, inside: Sequence[LabelledUtterance], outside: Sequence[LabelledUtterance]) -> list[Row]:
        """Tell how well each score parts the two; a row a score, the best first.

        `caught` lets exactly 5 % of the scored utterances be rejected; the columns `held_out_…` take the threshold
        from the held-out part of train, as a bot must.
        """
        held, known, unknown = (self.scores(utterances) for utterances in (self._held, inside, outside))
        confidences = self.confidences(inside)
        accuracy = float(np.mean([right for _, right in confidences]))
        ece = expected_calibration_error([one for one, _ in confidences], [right for _, right in confidences])
        rows: list[Row] = []
        for name in known:
            threshold = choose_threshold(held[name].tolist(), FALSE_REJECTS)
            rows.append(
                {
                    "score": name,
                    "auroc": area(known[name], unknown[name]),
                    "caught": caught(known[name], unknown[name], FALSE_REJECTS),
                    "held_out_false_rejects": float((known[name] < threshold).mean()),
                    "held_out_caught": float((unknown[name] < threshold).mean()),
                    "accuracy": accuracy,
                    "ece": ece,
                }
            )
        return sorted(rows, key=lambda row: -float(str(row["caught"])))

    def confidences(self, utterances: Sequence[LabelledUtterance]) -> list[tuple[float, bool]]:
        """The calibrated confidence of the best intent in scope, and whether it is right, of each utterance."""
        found = []
        for utterance in utterances:
            ranking = self._trained.parser.parse(utterance.text).ranking
            best = next(score for score in ranking if score.name != FALLBACK_INTENT)
            found.append((best.confidence, best.name == utterance.intent))
        return found


if __name__ == "__main__":
    raise SystemExit(main())
