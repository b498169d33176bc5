"""`models share` and `models follow`: this host's copy of a store that several hosts share."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading

from nlu.commands.common import CommandParser, ExitCode, positive_int
from nlu.store.following import STORE_VARIABLE, keep_following, share_as_told
from nlu.store.registry import Registry
from nlu.system.parents import stop_with_parent

SHARE = (
    "모델 폴더를, 여러 컴퓨터가 함께 쓰는 저장소(S3와 호환되는 것이나 공유 폴더)의 사본으로 씁니다. "
    "그 뒤로 학습하고 고르는 모델은 저장소에도 가고, 다른 컴퓨터에서 고른 모델은 여기로도 옵니다. "
    "S3의 주소와 열쇠는 AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY 환경 변수로 줍니다."
)
FOLLOW = (
    "함께 쓰는 저장소를 지켜보다가 다른 컴퓨터에서 고른 모델을 받아 확인하고 그 모델로 바꿉니다. "
    f"{STORE_VARIABLE}를 주고 켠 nlu-serve와 작업자는 이것을 스스로 곁에 둡니다."
)


def add_arguments(share_parser: CommandParser, follow_parser: CommandParser) -> None:
    """Add the options of both verbs."""
    share_parser.add_argument("url", metavar="주소", help="s3://버킷/폴더 또는 file:///공유/폴더")
    follow_parser.add_argument("--seconds", type=float, default=2.0, metavar="초", help="살피는 사이 (기본: 2)")
    follow_parser.add_argument("--once", action="store_true", help="한 번만 살핍니다")
    follow_parser.add_argument(
        "--with-parent", type=positive_int, metavar="번호", help="이 프로세스가 끝나면 함께 끝납니다"
    )


def share(arguments: argparse.Namespace) -> int:
    """Make the folder a copy of a store."""
    registry = Registry(arguments.models)
    registry.share(arguments.url)
    print(f"{arguments.models}: 이제 {arguments.url} 의 사본입니다. 쓰는 모델: {registry.active() or '없음'}")
    return ExitCode.OK


def follow(arguments: argparse.Namespace) -> int:
    """Take over what other hosts activate, until told to stop."""
    registry = Registry(arguments.models)
    share_as_told(arguments.models, os.environ)
    if arguments.once:
        registry.follow()
        print(f"쓰는 모델: {registry.active() or '없음'}")
        return ExitCode.OK
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.with_parent:
        stop_with_parent(arguments.with_parent, stop)
    keep_following(registry, stop, arguments.seconds, lambda line: print(line, file=sys.stderr, flush=True))
    return ExitCode.OK
