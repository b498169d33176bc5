#!/usr/bin/env python3
"""What each part of the models is worth: train without it, or with another in its place, and score again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import subset
from benchmarks.ours import Recipe
from benchmarks.scoring import predict, score
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.config import build
from nlu.errors import UnknownChoiceError

COLUMNS = ("variant", "task", "train", "intent_accuracy", "intent_change", "entity_f1", "entity_change", "seconds")

_EXAMPLES = """\
  benchmarks/ablation.py --data DATA --task massive_ko --share 0.25
  benchmarks/ablation.py --data DATA --task massive_ko --variants "no n-grams" "no jamo"
"""

Row = dict[str, object]


@dataclass(frozen=True)
class Variant:
    """A change to the recipe.

    Attributes:
        settings: what changes in the config, as nested tables.
        recipe: what changes in the recipe.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)

    def of(self, recipe: Recipe) -> Recipe:
        """The changed recipe."""
        return replace(recipe, config=build(recipe.config, self.settings), **self.recipe)


def _widths(**widths: int) -> Variant:
    return Variant({"classifier": {"widths": widths}, "tagger": {"widths": widths}})


def _both(**settings: Any) -> Variant:
    return Variant({"classifier": settings, "tagger": settings})


AS_IT_IS = "as it is"

VARIANTS: dict[str, Variant] = {
    AS_IT_IS: Variant(),
    "no syllables": _widths(syllable=0),
    "no jamo": _widths(jamo=0),
    "no syllable pairs": _widths(bigram=0),
    "no word vectors": _widths(word=0),
    "no parts of speech": _widths(pos=0),
    "no spacing": _widths(spacing=0),
    "no n-grams": Variant({"classifier": {"cnn": {"ngram_width": 0}}}),
    "kernels 1 to 3": Variant({"classifier": {"cnn": {"kernels": (1, 2, 3)}}}),
    "kernels 1 to 7": Variant({"classifier": {"cnn": {"kernels": (1, 2, 3, 4, 5, 6, 7)}}}),
    "twice as wide": Variant({"classifier": {"cnn": {"filters": 192}}, "tagger": {"lstm": {"hidden": 256}}}),
    "two LSTM layers": Variant({"tagger": {"lstm": {"layers": 2}}}),
    "no label smoothing": Variant({"classifier": {"label_smoothing": 0.0}}),
    "twice the label smoothing": Variant({"classifier": {"label_smoothing": 0.1}}),
    "no word dropout": _both(word_dropout=0.0),
    "no value dropout": Variant({"tagger": {"value_dropout": 0.0}}),
    "no averaging of weights": _both(training={"averaging": 0.0}),
    "tag morphemes": Variant({"features": {"level": "morpheme"}}),
    "dictionary from train": Variant(recipe={"gazetteer": True}),
    "a roughened copy of each": Variant(recipe={"copies": 1}),
}
"""What is tried; the others are compared with the first."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/ablation.py", "모델의 부분을 하나씩 빼거나 바꾸어 점수가 어떻게 되는지 잽니다.", examples=_EXAMPLES
    )
    options.add_options(parser)
    parser.add_argument("--task", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름")
    parser.add_argument("--part", default="dev", choices=("dev", "test"), help="점수를 잴 부분 (기본: dev)")
    parser.add_argument("--share", type=float, default=1.0, metavar="수", help="학습 발화 가운데 쓸 몫 (기본: 1)")
    parser.add_argument("--variants", nargs="+", metavar="이름", help=f"이것만 (기본: 모두): {', '.join(VARIANTS)}")
    return run_command(parser, _handle, argv)


def changes(rows: Sequence[Row]) -> list[Row]:
    """Add how many points each row lies above the first."""
    return [
        {
            **row,
            "intent_change": _points(rows[0], row, "intent_accuracy"),
            "entity_change": _points(rows[0], row, "entity_f1"),
        }
        for row in rows
    ]


def _handle(arguments: argparse.Namespace) -> int:
    wanted = arguments.variants or list(VARIANTS)
    for name in wanted:
        if name not in VARIANTS:
            raise UnknownChoiceError("variant", name, list(VARIANTS))
    recipe = options.recipe_of(arguments)
    task = options.task_of(arguments, arguments.task)
    train = subset(task.train, arguments.share, arguments.seed)
    gold = task.part(arguments.part)
    rows: list[Row] = []
    for name in dict.fromkeys([AS_IT_IS, *wanted]):
        trained = ours.train(train, VARIANTS[name].of(recipe), arguments.work / task.name, progress=True)
        predictions, _ = predict(trained.parser.parse, gold, progress=True)
        scores = score(gold, predictions).to_dict()
        rows.append({"variant": name, "task": task.name, "train": len(train), **scores, "seconds": trained.seconds})
        options.write_json(arguments.json, changes(rows), recipe)
    print(options.table(changes(rows), COLUMNS))
    return ExitCode.OK


def _points(before: Row, after: Row, measure: str) -> float | None:
    low, high = before.get(measure), after.get(measure)
    return 100 * (high - low) if isinstance(high, float) and isinstance(low, float) else None


if __name__ == "__main__":
    raise SystemExit(main())
