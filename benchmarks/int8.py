#!/usr/bin/env python3
"""How many answers change when tables and convolutions are bytes: two bundles of one training, the same utterances."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from benchmarks.scoring import Prediction, predict
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data.importers import read_any
from nlu.understanding.parser import UtteranceParser

COLUMNS = ("utterances", "other_intent", "other_tags")

_EXAMPLES = """\
  benchmarks/int8.py --models work/floats/bundle work/bytes/bundle --texts DATA/massive_ko/dev.jsonl
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/int8.py", "표와 합성곱을 바이트로 두면 답이 얼마나 달라지는지 셉니다.", examples=_EXAMPLES
    )
    parser.add_argument(
        "--models", type=Path, nargs=2, required=True, metavar="폴더", help="같은 학습의 모델 둘: int8 = false, true"
    )
    parser.add_argument("--texts", type=Path, required=True, metavar="파일", help="물어볼 발화 (JSON Lines)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def changes(before: Sequence[Prediction], after: Sequence[Prediction]) -> tuple[int, int]:
    """Count the utterances whose intent changes, and those whose entities do.

    Example:
        >>> changes([Prediction("weather"), Prediction("greet")], [Prediction("greet"), Prediction("greet")])
        (1, 0)
    """
    pairs = list(zip(before, after, strict=True))
    return sum(a.intent != b.intent for a, b in pairs), sum(a.spans != b.spans for a, b in pairs)


def _handle(arguments: argparse.Namespace) -> int:
    utterances = read_any(arguments.texts).utterances
    before, after = (
        predict(UtteranceParser.load(folder).parse, utterances, progress=True)[0] for folder in arguments.models
    )
    intents, tags = changes(before, after)
    rows = [{"utterances": len(utterances), "other_intent": intents, "other_tags": tags}]
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {"models": list(map(str, arguments.models))})
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
