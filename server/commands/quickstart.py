"""`quickstart`: generate, train, evaluate and serve in one go; whatever is up to date is used again."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from nlu.commands import generate, project, promotion, train
from nlu.commands.common import CommandParser, ExitCode, port_number, run_command
from nlu.store.registry import Registry
from nlu.store.served import ACTIVE_NAME
from server.production.serve import ProcessSettings, free_port

_EXAMPLES = """\
  ./scripts/quickstart                  처음부터 서버까지
  ./scripts/quickstart --fresh          만들어 둔 데이터와 모델을 버리고 처음부터
  ./scripts/quickstart --no-serve       서버는 켜지 않기
  ./scripts/quickstart --from 휠하우스  인터넷 없이, ./scripts/wheelhouse로 모은 폴더에서 설치하기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("quickstart", "빠른 시작 봇을 만들고 127.0.0.1에서 서비스합니다.", examples=_EXAMPLES)
    project.add_options(parser, "patterns", "dictionary", "data", "models", "config")
    parser.add_argument(
        "--reports", type=Path, metavar="폴더", default=Path("reports"), help="평가 결과를 둘 곳 (기본: reports)"
    )
    parser.add_argument("--port", default=8000, type=port_number, metavar="번호", help="서버 포트 (기본: 8000)")
    parser.add_argument("--fresh", action="store_true", help="data와 models 폴더를 지우고 처음부터")
    parser.add_argument("--no-serve", action="store_true", help="학습과 평가까지만")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    place = project.read(arguments)
    if not arguments.no_serve:
        free_port(ProcessSettings(port=arguments.port))  # rather now than after minutes of training
    if arguments.fresh:
        _remove(place.data, {"manifest.json"})
        _remove(place.models, {ACTIVE_NAME, "versions", "work"})
    print("[1/3] 데이터 만들기", flush=True)
    if code := generate.run(place):
        return code
    print("[2/3] 학습과 평가", flush=True)
    code = train.run(place, arguments.reports, promotion.terms_of(arguments))
    if code and (code != ExitCode.MISTAKE or Registry(place.models).active() is None):
        return code  # where a new model is held back, the one before is served
    if not arguments.no_serve:
        print("[3/3] 서버: 다른 터미널에서 아래의 curl 줄로 물어보세요", flush=True)
        _become_server(place.models, arguments.port)
    return ExitCode.OK


def _become_server(models: Path, port: int) -> None:
    # In place of this process, so that the server starts without the memory and the threads of training.
    serve = ["-m", "server.commands.serve", "--models", str(models), "--port", str(port)]
    os.execv(sys.executable, [sys.executable, *serve])


def _remove(folder: Path, marks: set[str]) -> None:
    """Remove a folder that holds one of our marks; another one is left alone."""
    if not folder.is_dir():
        return
    if marks.isdisjoint(path.name for path in folder.iterdir()):
        print(f"{folder}: 이 도구가 만든 폴더가 아니어서 지우지 않았습니다.")
    else:
        shutil.rmtree(folder)


if __name__ == "__main__":
    raise SystemExit(main())
