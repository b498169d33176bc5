#!/usr/bin/env python3
"""How many labels that were made wrong `nlu-import --review` finds, and how many it doubts that were not."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import tables
from benchmarks.data import read_task
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.evaluation.label_errors import Suspect, review

COLUMNS = ("listed", "rows", "precision", "recall")
_EXAMPLES = """\
  benchmarks/label_errors.py --data DATA --task massive_ko
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    about = "답을 일부러 틀리게 해 두고, 답 살피기가 얼마나 찾아내는지 잽니다."
    parser = CommandParser("benchmarks/label_errors.py", about, examples=_EXAMPLES)
    parser.add_argument("--data", type=Path, required=True, metavar="폴더", help="과제 폴더들이 든 폴더")
    parser.add_argument("--task", default="massive_ko", metavar="과제")
    parser.add_argument("--flipped", type=float, default=0.05, metavar="비율", help="틀리게 할 답의 비율 (기본: 0.05)")
    parser.add_argument("--seed", type=int, default=0, metavar="수")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows = [one for one in read_task(arguments.data, arguments.task).train if one.intent is not None]
    rng, intents = random.Random(arguments.seed), sorted({str(one.intent) for one in rows})
    flipped = set(rng.sample(range(len(rows)), round(arguments.flipped * len(rows))))
    noisy = [
        replace(one, intent=rng.choice([name for name in intents if name != one.intent])) if at in flipped else one
        for at, one in enumerate(rows)
    ]
    started = time.monotonic()
    found = review(noisy, seed=arguments.seed)
    seconds = time.monotonic() - started
    sure = [one for one in found.suspects if one.is_sure]
    several = {"all": found.suspects, "sure": sure, "as many as are wrong": found.suspects[: len(flipped)]}
    scores = [_score(name, some, flipped) for name, some in several.items()]
    print(f"{len(rows):,} rows, {len(flipped):,} flipped, {seconds:.0f} s")
    print(tables.table(scores, COLUMNS))
    tables.write_rows(arguments.json, scores, {"rows": len(rows), "flipped": len(flipped), "seconds": seconds})
    return ExitCode.OK


def _score(name: str, some: Sequence[Suspect], flipped: set[int]) -> dict[str, Any]:
    right = sum(one.row in flipped for one in some)
    return {
        "listed": name, "rows": len(some), "precision": right / max(1, len(some)), "recall": right / len(flipped),
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
