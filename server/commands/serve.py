"""`serve`: answer utterances over HTTP."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from nlu.commands.common import CommandParser, ExitCode, describe, port_number, positive_int, run_command
from nlu.dialogue.responses import read_answers
from nlu.errors import NluError
from nlu.store.bundle import MANIFEST_NAME, Bundle
from nlu.store.following import following
from nlu.store.registry import Registry, locate
from server import create_app
from server.commands.settings import read_settings
from server.parser import Loader
from server.production.jobs import worker_beside
from server.production.serve import ProcessSettings, app_from_environment, serve
from server.settings import ServerSettings
from server.web import logging_setup as logs

_EXAMPLES = """\
  nlu-serve                                    이 컴퓨터 안에서만 (127.0.0.1:8000)
  nlu-serve --host 0.0.0.0 --workers 4         다른 컴퓨터에서도
  nlu-serve --jobs                             학습 같은 작업도 곁에서 (답하는 프로세스와 따로)
  curl -d '{"text": "판교에서 피자 주문해줘"}' http://127.0.0.1:8000/parse
"""


def main(argv: Sequence[str] | None = None, load: Loader | None = None) -> int:
    """Run the command and give its exit code; `load` makes the parser from a bundle, `UtteranceParser.load` if None."""
    return run_command(_parser(), partial(_handle, load=load), argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-serve",
        "HTTP로 물음에 답합니다. 다른 모델을 활성화하면 멈추지 않고 그 모델로 바꿉니다. 멈추려면 Ctrl+C.\n"
        "환경 변수로도 정할 수 있습니다:\n"
        "NLU_MODELS, NLU_ANSWERS, NLU_MAX_TEXT_LENGTH, NLU_MAX_TEXTS, NLU_MAX_COST, NLU_MAX_BODY_BYTES.\n"
        "기록(NLU_RECORD …)과 API 열쇠(NLU_API_KEY)는 server/README.md 에 있습니다.",
        examples=_EXAMPLES,
    )
    process = ProcessSettings()
    parser.add_argument(
        "--models", type=Path, metavar="폴더", help="모델 저장소 또는 모델 하나의 폴더 (처음 값: models)"
    )
    parser.add_argument(
        "--answers", type=Path, metavar="파일", help="카카오 스킬의 대답 파일 (처음 값: patterns/answers.yml)"
    )
    parser.add_argument("--host", default=process.host, metavar="주소", help="받을 주소 (처음 값: %(default)s)")
    parser.add_argument(
        "--port",
        default=process.port,
        type=port_number,
        metavar="번호",
        help="포트; 0이면 빈 것 (처음 값: %(default)s)",
    )
    parser.add_argument(
        "--workers", default=process.workers, type=positive_int, metavar="수", help="프로세스 수 (처음 값: %(default)s)"
    )
    parser.add_argument(
        "--threads",
        default=process.threads,
        type=positive_int,
        metavar="수",
        help="프로세스마다 함께 다룰 요청 수 (처음 값: %(default)s)",
    )
    parser.add_argument("--max-text-length", type=positive_int, metavar="글자수", help="발화 하나의 최대 글자 수")
    parser.add_argument("--max-texts", type=positive_int, metavar="수", help="한 요청의 최대 발화 수")
    parser.add_argument(
        "--jobs", action="store_true", help="작업(nlu-jobs, POST /jobs/…)을 하는 프로세스를 곁에 둡니다"
    )
    return parser


def _handle(arguments: argparse.Namespace, load: Loader | None) -> int:
    given = {
        f"NLU_{name.upper()}": str(value)
        for name in ("models", "answers", "max_text_length", "max_texts")
        if (value := getattr(arguments, name)) is not None
    }
    settings = read_settings(given)
    with following(settings.models, os.environ):
        return _serve(arguments, settings, load)


def _serve(arguments: argparse.Namespace, settings: ServerSettings, load: Loader | None) -> int:
    _check_models(settings.models)
    _warn_of_answers(settings.answers)
    logs.configure(settings)
    process = ProcessSettings(arguments.host, arguments.port, arguments.workers, arguments.threads)
    make_app = partial(create_app, settings, load) if load else app_from_environment
    with worker_beside(settings.models) if arguments.jobs else nullcontext():
        serve(make_app, process, _announce, settings.to_environment())
    return ExitCode.OK


def _check_models(models: Path) -> None:
    """Say at once that there is nothing to serve, or that it will be a version from before."""
    try:
        Bundle.open(locate(models), verify=False)
    except NluError as error:
        earlier = () if (models / MANIFEST_NAME).exists() else Registry(models).earlier()
        if not earlier:
            raise
        print(f"{describe(error)[1]}\n쓸 수 있는 앞 모델을 찾아 그것으로 답합니다.", file=sys.stderr)


def _warn_of_answers(path: Path) -> None:
    """Say at the start what the first user of the Kakao skill would find out; the rest is served without answers."""
    try:
        read_answers(path)
    except FileNotFoundError:
        problem = f"{path}: 대답 파일이 없습니다. --answers 나 NLU_ANSWERS 로 어디 있는지 알려 주세요."
    except (NluError, OSError) as error:
        problem = describe(error)[1]
    else:
        return
    print(f"{problem}\n그때까지 카카오 스킬(/kakao/skill)은 503으로 답하고, 나머지는 그대로 답합니다.", file=sys.stderr)


def _announce(url: str) -> None:
    print(f"{url} 에서 답합니다. 멈추려면 Ctrl+C.", flush=True)
    print(f"""curl -d '{{"text": "판교에서 피자 주문해줘"}}' {url}/parse""", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
