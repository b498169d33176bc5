"""`tune`: search for better settings, compare them with the present ones on dev, and measure them once on test."""

from __future__ import annotations

import argparse
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

from nlu.commands import project
from nlu.commands.common import CommandParser, positive_int, run_command
from nlu.errors import MissingPackageError

STORAGE = "NLU_TUNE_STORAGE"
"""The environment variable that says where studies are kept; a password in it is in no list of processes."""
FOLDER = Path("tuning")
_EXAMPLES = f"""\
  nlu-tune                                    15분 동안 더 나은 설정 찾기 (다시 실행하면 이어서)
  nlu-tune --minutes 60 --workers 4           프로세스 넷으로 한 시간
  nlu-tune --what intents --trials 30         의도 모델만 시험 서른 번
  nlu-tune --write-space                      시험할 값을 고칠 수 있게 search.toml을 만들기
  {STORAGE}=postgresql://nlu:…@db/nlu nlu-tune     여러 컴퓨터에서 한 탐색을 함께
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-tune", "더 나은 설정을 찾습니다. nlu.toml은 고치지 않습니다.", examples=_EXAMPLES)
    project.add_options(parser, "patterns", "dictionary", "data", "config")
    parser.add_argument("--corpus", type=Path, metavar="파일", help="단어 벡터를 익힐 글 (nlu-train과 같게)")
    parser.add_argument("--outside", type=Path, metavar="파일", help="봇이 몰라야 할 말 (nlu-train과 같게)")
    parser.add_argument("--minutes", type=_minutes, metavar="분", help="모두 합쳐 이만큼 (기본: 15)")
    parser.add_argument(
        "--trials", type=positive_int, metavar="수", help="갈래마다 시험을 모두 이만큼; 시간은 재지 않음"
    )
    parser.add_argument(
        "--workers", type=positive_int, metavar="수", default=min(2, os.cpu_count() or 1),
        help="이 컴퓨터에서 함께 시험할 프로세스 (기본: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--what", choices=("all", "intents", "entities", "shared"), default="all", metavar="갈래",
        help="intents(의도 그물), entities(개체 그물), shared(함께 쓰는 벡터와 변형), all(차례로 모두; 기본)",
    )  # fmt: skip
    parser.add_argument("--space", type=Path, metavar="파일", help="탐색 공간 (기본: search.toml, 없으면 내장된 것)")
    parser.add_argument(
        "--storage", metavar="URL", help=f"시험을 적어 둘 곳 (기본: 환경 변수 {STORAGE}, 없으면 {FOLDER}/study.db)"
    )
    parser.add_argument("--name", metavar="이름", type=_name, default="tune", help="탐색의 이름 (기본: %(default)s)")
    parser.add_argument("--new", action="store_true", help="있는 탐색에 잇지 않고 새로 시작합니다")
    parser.add_argument("--seed", type=int, metavar="수", default=0, help="씨앗 (기본: 0)")
    parser.add_argument(
        "--output", type=Path, metavar="파일", default=FOLDER / "tuned.toml",
        help="찾은 설정을 쓸 곳 (기본: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="무엇을 시험할지만 보입니다")
    parser.add_argument("--write-space", action="store_true", help="고쳐 쓸 search.toml을 만들고 끝냅니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    if importlib.util.find_spec("optuna") is None:
        raise MissingPackageError("optuna", 'pip install ".[search]"', "to search for better settings")
    # It is an extra, which whoever never tunes does without.
    from nlu.commands import tuning

    if arguments.write_space:
        return tuning.write_space()
    return tuning.run(project.read(arguments), arguments, os.environ.get(STORAGE), FOLDER)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 1e6:
        raise argparse.ArgumentTypeError(f"0보다 큰 수가 필요한데 {text!r}입니다")
    return minutes


def _name(text: str) -> str:
    if not text or len(text) > 60 or "/" in text or not text.isprintable():
        raise argparse.ArgumentTypeError("글자와 숫자로 된 이름(60자까지, / 없이)이 필요합니다")
    return text


if __name__ == "__main__":
    raise SystemExit(main())
