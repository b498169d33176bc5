#!/usr/bin/env python3
"""Tag morphemes, or tag syllables that carry their morpheme's features: which finds entities better."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours
from benchmarks.data import Task, without_intents
from benchmarks.ours import Recipe
from benchmarks.scoring import predict, score
from nlu import tokenizers
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data.alignment import normalize_utterance
from nlu.features.encoder import Level
from nlu.types import LabelledUtterance

LEVELS: tuple[Level, ...] = ("morpheme", "syllable")

COLUMNS = (
    *("task", "level", "part", "inside", "entity_precision", "entity_recall", "entity_f1", "seconds", "epochs"),
    *("p50_ms", "p95_ms"),
)

_EXAMPLES = """\
  benchmarks/tagging_level.py --data DATA --task massive_ko_rejoined klue_ner
  benchmarks/tagging_level.py --data DATA --task klue_ner --limit 300 --epochs 2
"""

Row = dict[str, object]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/tagging_level.py", "개체를 형태소로 가를 때와 음절로 가를 때를 견줍니다.", examples=_EXAMPLES
    )
    options.add_options(parser)
    parser.add_argument("--task", nargs="+", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름들")
    parser.add_argument("--part", default="dev", choices=("dev", "test"), help="점수를 잴 부분 (기본: dev)")
    return run_command(parser, _handle, argv)


def edges_inside_morphemes(utterances: Sequence[LabelledUtterance]) -> float:
    """The part of the entities with an edge inside a morpheme, which tagging morphemes can never find.

    Example:
        >>> from nlu.types import Span
        >>> edges_inside_morphemes([LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc"), Span(3, 4, "x")))])
        0.5
    """
    tokenizer = tokenizers.create("mecab")
    inside = count = 0
    for utterance in map(normalize_utterance, utterances):
        tokens = tokenizer.tokenize(utterance.text)
        starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
        count += len(utterance.spans)
        inside += sum(span.start not in starts or span.end not in ends for span in utterance.spans)
    return inside / count if count else 0.0


def _handle(arguments: argparse.Namespace) -> int:
    recipe = options.recipe_of(arguments)
    rows: list[Row] = []
    for name in arguments.task:
        task = options.task_of(arguments, name)
        rows += [_measure(task, level, arguments.part, recipe, arguments.work) for level in LEVELS]
        options.write_json(arguments.json, rows, recipe)
    print(options.table(rows, COLUMNS))
    return ExitCode.OK


def _measure(task: Task, level: Level, part: str, recipe: Recipe, work: Path) -> Row:
    recipe = replace(recipe, config=replace(recipe.config, features=replace(recipe.config.features, level=level)))
    gold = without_intents(task.part(part))
    trained = ours.train(without_intents(task.train), recipe, work / task.name, progress=True)
    predictions, latency = predict(trained.parser.parse, gold, progress=True)
    return {
        "task": task.name,
        "level": level,
        "part": part,
        "inside": edges_inside_morphemes(gold),
        **score(gold, predictions).to_dict(),
        "seconds": trained.seconds,
        "epochs": trained.epochs[1],
        "p50_ms": latency.p50,
        "p95_ms": latency.p95,
    }


if __name__ == "__main__":
    raise SystemExit(main())
