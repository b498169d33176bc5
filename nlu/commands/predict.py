"""`predict`: answers to every row of a table."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from nlu.commands import progress
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.pipeline.predict import Loader, predict
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-predict 문의.csv 결과.csv                       문의마다 의도, 확신, 개체, 못 알아들은 까닭을 붙이기
  nlu-predict 문의.xlsx 결과.xlsx --text 문의내용      발화가 있는 열을 이름이나 번호로 고르기
  nlu-predict 로그.jsonl 결과.csv                      다른 형식으로 쓰기

끊기면 같은 명령을 다시 내리세요. 하던 데서 이어서 하고, 결과는 끊기지 않았을 때와 같습니다.
덧붙는 열: intent, confidence, entities(JSON), fallback(못 알아들은 까닭; 알아들었으면 빈칸).
"""


def main(argv: Sequence[str] | None = None, load: Loader = UtteranceParser.load) -> int:
    """Run the command and give its exit code; `load` makes the parser from a bundle."""
    parser = CommandParser("nlu-predict", "표의 모든 줄을 알아봅니다: CSV, TSV, XLSX, JSON Lines.", examples=_EXAMPLES)
    parser.add_argument("source", metavar="파일", type=Path, help="알아볼 표")
    parser.add_argument("target", metavar="결과", type=Path, help="쓸 파일; 있으면 바꿉니다")
    parser.add_argument("--text", metavar="열", help="발화가 있는 열의 이름이나 번호 (기본: 찾아냄)")
    parser.add_argument(
        "--models", type=Path, metavar="폴더", default=Path(os.environ.get("NLU_MODELS") or "models"),
        help="모델 저장소 또는 모델 하나의 폴더 (처음 값: 환경 변수 NLU_MODELS, 없으면 models)",
    )  # fmt: skip
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    parser.add_argument(
        "--processes", type=positive_int, metavar="수", default=cores, help=f"함께 일할 프로세스의 수 (기본: {cores})"
    )
    parser.add_argument("--json", action="store_true", help="끝난 일을 JSON으로 보입니다")
    return run_command(parser, partial(_handle, load=load), argv)


def _handle(arguments: argparse.Namespace, load: Loader) -> int:
    with progress.shown() as listen:
        found = predict(
            arguments.source, arguments.target, arguments.models, text=arguments.text,
            processes=arguments.processes, load=load, listen=listen,
        )  # fmt: skip
    if arguments.json:
        told = {
            "rows": found.rows, "resumed": found.resumed, "version": found.version,
            "seconds": round(found.seconds, 3), "columns": found.columns,
        }  # fmt: skip
        print(json.dumps(told, ensure_ascii=False))
    else:
        speed = (found.rows - found.resumed) / max(found.seconds, 1e-9)
        print(f"{arguments.target}: {found.rows:,}줄 (모델 {found.version}; {found.seconds:.0f}초, {speed:,.0f}줄/초)")
        print(f"덧붙인 열: {', '.join(found.columns)}")
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
