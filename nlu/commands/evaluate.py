"""`evaluate`: measure the active model on labelled utterances."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from nlu.commands import progress, project
from nlu.commands.common import CommandParser, ExitCode, run_command
from nlu.data import dataset as datasets
from nlu.data.importers import read_all
from nlu.evaluation.files import write_report
from nlu.evaluation.report import evaluate
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-evaluate                                  data 폴더의 test 부분으로
  nlu-evaluate real.jsonl                       사람이 쓴 발화로 (JSON Lines, Rasa YAML, IOB)
  nlu-evaluate real.jsonl --least 0.9           의도 정확도가 90 % 밑이면 코드 1로 끝내기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-evaluate", "쓰는 모델이 얼마나 맞히는지 잽니다.", examples=_EXAMPLES)
    parser.add_argument(
        "files", metavar="파일", type=Path, nargs="*", help="답이 달린 발화; 없으면 데이터 폴더의 test 부분"
    )
    project.add_options(parser, "data", "models")
    parser.add_argument(
        "--reports", type=Path, metavar="폴더", default=Path("reports"), help="결과를 둘 곳 (기본: reports)"
    )
    parser.add_argument("--json", action="store_true", help="결과를 JSON으로 보입니다")
    parser.add_argument("--least", type=float, metavar="비율", help="의도 정확도가 이보다 낮으면 코드 1로 끝냅니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    parser = UtteranceParser.load(arguments.models)
    slices = None
    if arguments.files:
        with progress.shown(notices=sys.stderr) as listen:
            gold = list(read_all([(path, 1.0) for path in arguments.files], listen)[0])
    else:
        dataset = datasets.read(arguments.data)
        gold = list(dataset.utterances("test"))
        slices = [row.slice.name for row in dataset.part("test")]
    if not gold:
        print("잴 발화가 없습니다.", file=sys.stderr)
        return ExitCode.MISTAKE
    with progress.shown() as listen:
        report = evaluate(parser.parse, gold, slices, listen=listen)
    written = write_report(report, arguments.reports)
    if arguments.json:
        print(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(f"모델 {parser.version}, 발화 {len(gold)}개")
        print(report.to_text())
        print(f"발화 하나에 {report.milliseconds(50):.2f} ms (가운데), {report.milliseconds(95):.2f} ms (95 %)")
        print("파일: " + ", ".join(str(path) for path in written))
    accuracy = report.overall.intent_accuracy
    if arguments.least is not None and (accuracy is None or accuracy < arguments.least):
        return ExitCode.MISTAKE
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
