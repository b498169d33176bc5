#!/usr/bin/env python3
"""When is it noticed that people say something new, and how often is there an alarm for nothing?"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import options, ours, plots
from benchmarks.drift_replay import Bot, Row, changes_of, costs, noticed, quiet_months
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.drift.reading import Reader
from nlu.errors import InputError
from nlu.system.files import write_atomic

COLUMNS = ("change", "share", "runs", "noticed", "median", "before", "movers")
_LEAST = 100
"""Utterances of an intent that is left out."""
_EXAMPLES = """\
  benchmarks/drift.py --data DATA --task massive_ko --outside songys_chitchat --json drift.json --plot drift.png
  benchmarks/drift.py --data DATA --task massive_ko --leave-out 2 --runs 3 --months 2     잠깐 보기
  benchmarks/drift.py --from benchmarks/recorded/drift/massive_ko.json --plot drift.png   기록을 다시 그리기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    about = "새로운 말이 섞이면 몇 발화 만에 아는지, 아무 일이 없을 때 얼마나 자주 잘못 알리는지 잽니다."
    parser = CommandParser("benchmarks/drift.py", about, examples=_EXAMPLES)
    options.add_options(parser, data=False)
    parser.set_defaults(refit=False, corpus=())
    parser.add_argument("--task", metavar="과제", default="massive_ko", help="발화의 과제 (기본: massive_ko)")
    parser.add_argument("--outside", metavar="과제", help="섞어 볼 딴 세상 말의 과제")
    parser.add_argument(
        "--leave-out", type=positive_int, default=6, metavar="수", help="배우지 않을 의도의 수 (기본: 6)"
    )
    parser.add_argument("--intents", nargs="+", default=[], metavar="의도", help="뽑지 않고 뺄 의도들")
    parser.add_argument("--draws", type=positive_int, default=2, metavar="수", help="의도를 뽑을 횟수 (기본: 2)")
    parser.add_argument("--runs", type=positive_int, default=20, metavar="수", help="바뀜마다 되풀이할 횟수 (기본: 20)")
    parser.add_argument("--months", type=positive_int, default=100, metavar="수", help="조용한 달의 수 (기본: 100)")
    parser.add_argument("--a-day", type=positive_int, default=1_000, metavar="수", help="하루의 발화 (기본: 1000)")
    parser.add_argument("--from", type=Path, dest="recorded", metavar="파일", help="재지 않고 기록된 결과를 씁니다")
    parser.add_argument("--plot", type=Path, metavar="파일", help="그림을 그릴 PNG 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    if arguments.recorded:
        found = json.loads(arguments.recorded.read_text(encoding="utf-8"))
    elif not arguments.data:
        raise InputError("--data 나 --from 이 있어야 합니다.")
    else:
        found = _measured(arguments)
    print(options.table(found["changes"], COLUMNS))
    for name in ("quiet", "costs"):
        print(json.dumps(found[name], ensure_ascii=False))
    if arguments.plot:
        arguments.plot.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(arguments.plot, plots.drift_replay(found["changes"]))
    return ExitCode.OK


def _measured(arguments: argparse.Namespace) -> Mapping[str, Any]:
    rows: list[Row] = []
    first: Bot | None = None
    for draw in range(arguments.draws):
        bot = _bot(arguments, draw)
        first = first or bot
        for change in changes_of(bot, arguments.seed + draw):
            if draw and change.name == arguments.outside:
                continue
            rows.append({"draw": draw, **noticed(bot, change, arguments.runs, arguments.seed + draw)})
            _tell(options.table(rows[-1:], COLUMNS).splitlines()[-1])
    assert first is not None
    found = {
        "changes": rows,
        "quiet": quiet_months(first, arguments.months, arguments.a_day, arguments.seed, _tell),
        "costs": costs(first),
    }
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(arguments.json, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return found


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _bot(arguments: argparse.Namespace, draw: int) -> Bot:
    """Train on half of train without some intents; the other half and dev are what people say."""
    task = options.task_of(arguments, arguments.task)
    rng = random.Random(f"{arguments.seed}/{draw}")
    counts = Counter(row.intent for row in task.train)
    often = sorted(str(name) for name, count in counts.items() if name is not None and count >= _LEAST)
    if len(often) < arguments.leave_out + 2:
        raise InputError(f"발화가 {_LEAST}개 넘는 의도가 {len(often)}개라 {arguments.leave_out}개를 뺄 수 없습니다.")
    gone = arguments.intents or rng.sample(often, arguments.leave_out)
    rows = list(task.train)
    rng.shuffle(rows)
    half = len(rows) // 2
    learned = tuple(row for row in rows[:half] if row.intent not in gone)
    recipe = options.recipe_of(arguments)
    tagger = replace(recipe.config.tagger, members=1)
    recipe = replace(recipe, refit=False, config=replace(recipe.config, tagger=tagger))
    trained = ours.train(learned, recipe, arguments.work / task.name)
    said = [*rows[half:], *task.part("dev")]
    strange = {name: tuple(row for row in said if row.intent == name) for name in gone}
    if arguments.outside:
        strange[arguments.outside] = options.task_of(arguments, arguments.outside).part("dev")
    quiet = tuple(row for row in said if row.intent not in gone)
    return Bot(trained.parser, Reader.open(trained.bundle), tuple(row.text for row in learned), quiet, strange)


if __name__ == "__main__":
    raise SystemExit(main())
