#!/usr/bin/env python3
"""How rightly spaces are put back where all are missing, by what a bot learned alone and from what reviews tell."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks.data import read_task
from benchmarks.tables import table, write_rows
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.features.spacing import Spacer, SpacingSettings
from nlu.korean.normalization import normalize

COLUMNS = ("task", "share", "texts", "prior", "precision", "recall", "f1", "kept", "seconds")

_EXAMPLES = """\
  benchmarks/spacing.py --data DATA --task massive_ko home_assistant_ko
  benchmarks/spacing.py --data DATA --task songys_chitchat --share 0 1
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/spacing.py", "띄어쓰기를 모두 뺀 글에 얼마나 바르게 되살리는지 잽니다.", examples=_EXAMPLES
    )
    parser.add_argument("--data", type=Path, required=True, metavar="폴더", help="과제 폴더들이 든 폴더")
    parser.add_argument("--task", nargs="+", required=True, metavar="과제", help="데이터 폴더 안의 폴더 이름들")
    parser.add_argument(
        "--share", nargs="+", type=float, default=[0.0, 0.01, 0.05, 1.0], metavar="몫", help="배울 train의 몫"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="난수 씨앗 (기본: 0)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로도 씁니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows: list[dict[str, object]] = []
    for name in arguments.task:
        task = read_task(arguments.data, name)
        train, dev = ([normalize(one.text).text for one in task.part(part)] for part in ("train", "dev"))
        for share in arguments.share:
            some = random.Random(arguments.seed).sample(train, round(share * len(train)))
            for prior in (False, True):
                settings, start = replace(SpacingSettings(), prior=prior), time.perf_counter()
                spacer = Spacer.fit(some, settings, arguments.seed)
                about = {"task": name, "share": share, "texts": len(some), "prior": prior}
                rows.append(about | {"seconds": time.perf_counter() - start} | measure(spacer, dev))
    write_rows(arguments.json, rows, {"seed": arguments.seed})
    print(table(rows, COLUMNS))
    return ExitCode.OK


def measure(spacer: Spacer, texts: Sequence[str]) -> dict[str, float]:
    """Precision, recall and F1 of the spaces put back, and how many texts stay as they are when nothing is missing."""
    found = wanted = right = 0
    for text in texts:
        given, restored = (_spaces(one) for one in (text, spacer.restore(normalize(text.replace(" ", ""))).text))
        found, wanted, right = found + len(restored), wanted + len(given), right + len(given & restored)
    kept = sum(spacer.restore(one).text == one.text for one in map(normalize, texts))
    return {
        "precision": right / max(1, found),
        "recall": right / max(1, wanted),
        "f1": 2 * right / max(1, found + wanted),
        "kept": kept / max(1, len(texts)),
    }


def _spaces(text: str) -> set[int]:
    """After how many characters, spaces not counted, a space stands."""
    spaces = [at for at, char in enumerate(text) if char == " "]
    return {at - number for number, at in enumerate(spaces)}


if __name__ == "__main__":
    raise SystemExit(main())
