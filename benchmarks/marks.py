#!/usr/bin/env python3
"""How many dictionary values that are found in real utterances are lost when a mark stands beside them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data.importers import read_any
from nlu.evaluation.marks import measure
from nlu.understanding.parser import UtteranceParser

COLUMNS = ("mark", "places", "lost", "lost_part", "intent_changed", "intent_part")

_EXAMPLES = """\
  benchmarks/marks.py --models models
  benchmarks/marks.py --models models --utterances tests/data/quickstart/test.jsonl --json marks.json
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/marks.py", "값 곁에 부호가 있을 때 사전 값을 얼마나 잃는지 잽니다.", examples=_EXAMPLES
    )
    parser.add_argument("--models", type=Path, default=Path("models"), help="학습한 모델 (기본: models)")
    parser.add_argument("--utterances", type=Path, default=Path("tests/data/quickstart/dev.jsonl"), metavar="파일")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로도 씁니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    parser = UtteranceParser.load(arguments.models)
    utterances = read_any(arguments.utterances).utterances
    answered = list(zip(utterances, parser.parse_many(one.text for one in utterances), strict=True))
    rows = [row.to_dict() for row in measure(parser, answered)]
    write_rows(arguments.json, rows, {"models": parser.version})
    print(table(rows, COLUMNS))
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
