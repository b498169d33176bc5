#!/usr/bin/env python3
"""Say "I don't know": which score tells utterances out of scope best, and is the confidence what it says."""

from __future__ import annotations

import argparse
import random
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours, tables
from benchmarks.data import Task, Utterances, hold_out, without_entities
from benchmarks.ours import Recipe
from benchmarks.scope_scores import PRODUCT, Array, Centres, Viewer, area, caught, scope_scores
from nlu.bundle import Bundle
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.confidence import choose_threshold
from nlu.errors import InputError
from nlu.files import write_atomic
from nlu.importers import read_any
from nlu.metrics import expected_calibration_error
from nlu.parser import UtteranceParser
from nlu.registry import locate
from nlu.types import FALLBACK_INTENT, LabelledUtterance

FALSE_REJECTS = 0.05
"""The part of the utterances in scope that may be rejected."""

COLUMNS = (
    *("task", "outside", "classifier", "score", "auroc", "caught", "caught_beside_right"),
    *("held_out_false_rejects", "held_out_caught", "accuracy", "ece"),
)

_EXAMPLES = """\
  benchmarks/out_of_scope.py --data DATA --task massive_ko --outside songys_chitchat
  benchmarks/out_of_scope.py --data DATA --task massive_ko --leave-out 5 --draws 3
  benchmarks/out_of_scope.py --data DATA --task massive_ko --outside songys_chitchat --limit 300 --epochs 2
  benchmarks/out_of_scope.py --data DATA --models models --inside dev.jsonl --outside songys_chitchat
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
    parser.set_defaults(corpus=())  # the word vectors must not have read the worlds that are to be strange
    known = parser.add_mutually_exclusive_group(required=True)
    known.add_argument("--task", metavar="과제", help="학습해서 알아들어야 할 발화의 과제")
    known.add_argument("--models", type=Path, metavar="폴더", help="학습하지 않고 잴 모델 저장소 또는 모델 하나의 폴더")
    parser.add_argument("--inside", type=Path, metavar="파일", help="--models가 알아들어야 할 발화 (JSON Lines)")
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
    if arguments.models:
        return _served(arguments)
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
            rows += [{**about, **row} for row in compare(trial, inside, outside)]
            options.write_json(arguments.json, rows, recipe)
            if arguments.plot and not outliers and train is task.train:
                _plot(arguments.plot, trial, inside)
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _served(arguments: argparse.Namespace) -> int:
    """Measure a model that is there, on utterances of a file."""
    if not arguments.inside or arguments.leave_out:
        raise InputError("--models에는 --inside와 --outside가 있어야 하고, --leave-out은 쓸 수 없습니다.")
    served = Served(arguments.models)
    inside = [row for row in read_any(arguments.inside).utterances if row.intent != FALLBACK_INTENT]
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


def _plot(path: Path, scored: Scored, inside: Sequence[LabelledUtterance]) -> None:
    from nlu import plots

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, plots.reliability_diagram(scored.confidences(inside)))


def compare(scored: Scored, inside: Sequence[LabelledUtterance], outside: Sequence[LabelledUtterance]) -> list[Row]:
    """Tell how well each score parts the two; a row a score, the best first.

    `caught` lets exactly 5 % of the scored utterances be rejected, `caught_beside_right` 5 % of those whose intent is
    right: to reject one that would be misunderstood does no harm. The columns `held_out_…` take a threshold that was
    chosen on other utterances, as a bot must.
    """
    known, unknown = (scored.scores(utterances) for utterances in (inside, outside))
    thresholds, confidences = scored.thresholds(), scored.confidences(inside)
    is_right = np.array([right for _, right in confidences])
    ece = expected_calibration_error([one for one, _ in confidences], [right for _, right in confidences])
    rows: list[Row] = []
    for name in known:
        row: Row = {
            "score": name,
            "auroc": area(known[name], unknown[name]),
            "caught": caught(known[name], unknown[name], FALSE_REJECTS),
            "caught_beside_right": caught(known[name][is_right], unknown[name], FALSE_REJECTS),
        }
        if name in thresholds:
            row["held_out_false_rejects"] = float((known[name] < thresholds[name]).mean())
            row["held_out_caught"] = float((unknown[name] < thresholds[name]).mean())
        rows.append({**row, "accuracy": float(is_right.mean()), "ece": ece})
    return sorted(rows, key=lambda row: -float(str(row["caught"])))


class Scored(ABC):
    """A model, and every score of what it is shown.

    Args:
        parser: the model.
        bundle: what it was loaded from.
    """

    def __init__(self, parser: UtteranceParser, bundle: Bundle) -> None:
        self._parser = parser
        self._viewer = Viewer(bundle, parser)

    def scores(self, utterances: Sequence[LabelledUtterance]) -> dict[str, Array]:
        """Every score of every utterance."""
        views = self._viewer.view([utterance.text for utterance in utterances])
        return scope_scores(views, self._centres(), self._parser.rule.temperature)

    @abstractmethod
    def thresholds(self) -> dict[str, float]:
        """The thresholds that were chosen on other utterances, by score."""

    def confidences(self, utterances: Sequence[LabelledUtterance]) -> list[tuple[float, bool]]:
        """The calibrated confidence of the best intent in scope, and whether it is right, of each utterance."""
        found = []
        for utterance in utterances:
            ranking = self._parser.parse(utterance.text).ranking
            best = next(score for score in ranking if score.name != FALLBACK_INTENT)
            found.append((best.confidence, best.name == utterance.intent))
        return found

    def _centres(self) -> Centres | None:
        """Where the intents lie among the training utterances, where those are known."""
        return None


class Served(Scored):
    """A model that was trained before.

    Args:
        models: a registry's folder, or a bundle's.
    """

    def __init__(self, models: Path) -> None:
        bundle = Bundle.open(locate(models))
        super().__init__(UtteranceParser.from_bundle(bundle), bundle)
        self.version = bundle.version

    def thresholds(self) -> dict[str, float]:
        """The product's own, of the one score it judges by."""
        return {PRODUCT: self._parser.rule.threshold}


class Trial(Scored):
    """A classifier trained on some intents.

    Args:
        train: the utterances in scope; their entities are left aside.
        recipe: how to train.
        work: folder for what is trained.
    """

    def __init__(self, train: Sequence[LabelledUtterance], recipe: Recipe, work: Path) -> None:
        train = without_entities(train)
        trained = ours.train(train, recipe, work, progress=True)
        super().__init__(trained.parser, trained.bundle)
        learned, self._held = hold_out(train, recipe.held_out, recipe.seed)
        pooled = self._viewer.view([utterance.text for utterance in learned]).pooled
        self._means = Centres.of(pooled, [utterance.intent for utterance in learned])

    def thresholds(self) -> dict[str, float]:
        """Those that reject 5 % of the held-out part of train."""
        held = self.scores(self._held)
        return {name: choose_threshold(scores.tolist(), FALSE_REJECTS) for name, scores in held.items()}

    def _centres(self) -> Centres:
        return self._means


if __name__ == "__main__":
    raise SystemExit(main())
