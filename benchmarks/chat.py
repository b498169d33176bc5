#!/usr/bin/env python3
"""What a turn of a talk takes beside a parse of the same text: one server, whose two routes users ask in turn."""

from __future__ import annotations

import argparse
import http.client
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import load, tables
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.scenario.stories import read_stories
from server.settings import variable_of

Row = dict[str, object]

COLUMNS = ("users", "turns", "parse_p50", "parse_p99", "chat_p50", "chat_p99", "over_p50", "ratio", "failed")
_WARM_UP = 40
"""Turns of each user that are not counted: the first load what later ones find."""

_EXAMPLES = """\
  benchmarks/chat.py --models models --stories tests/stories/quickstart.yml --json chat.json
  benchmarks/chat.py --models models --stories tests/stories --users 1 16 --turns 500
"""


@dataclass
class Times:
    """What users saw, in milliseconds: of each turn the parse and the turn itself.

    Attributes:
        parses: times of `POST /parse`.
        turns: times of `POST /chat` with the same text.
        failed: requests that were answered with another status than 200.
    """

    parses: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    failed: int = 0

    def row(self, users: int) -> Row:
        """Sum it up; `over_p50` is the median turn less the median parse, `ratio` the one by the other."""
        (parse_p50, parse_p99), (chat_p50, chat_p99) = (
            np.percentile(one, (50, 99)) for one in (self.parses, self.turns)
        )
        return {
            "users": users,
            "turns": len(self.turns),
            "parse_p50": float(parse_p50),
            "parse_p99": float(parse_p99),
            "chat_p50": float(chat_p50),
            "chat_p99": float(chat_p99),
            "over_p50": float(chat_p50 - parse_p50),
            "ratio": float(chat_p50 / parse_p50),
            "failed": self.failed,
        }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark and give its exit code."""
    parser = CommandParser(
        "benchmarks/chat.py",
        "대화 한 마디(/chat)가 같은 말의 이해(/parse)보다 얼마나 더 걸리는지 잽니다.",
        examples=_EXAMPLES,
    )
    parser.add_argument("--models", type=Path, required=True, metavar="폴더", help="모델 저장소 또는 모델 하나의 폴더")
    parser.add_argument("--stories", type=Path, required=True, metavar="파일", help="이야기 파일이나 그 폴더")
    parser.add_argument(
        "--scenarios", type=Path, default=Path("patterns/scenarios.yml"), metavar="파일", help="봇의 시나리오"
    )
    parser.add_argument("--answers", type=Path, default=Path("patterns/answers.yml"), metavar="파일", help="봇의 대답")
    parser.add_argument(
        "--users",
        type=positive_int,
        nargs="+",
        default=(1, 4),
        metavar="수",
        help="함께 말하는 사람 수 (기본: 1 4)",
    )
    parser.add_argument("--turns", type=positive_int, default=1000, metavar="수", help="모두 합쳐 몇 마디 (기본: 1000)")
    parser.add_argument("--workers", type=positive_int, default=1, metavar="수", help="프로세스 수 (기본: 1)")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 JSON으로 남길 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    files = sorted(arguments.stories.glob("*.yml")) if arguments.stories.is_dir() else [arguments.stories]
    stories = [[turn.user for turn in story.turns] for path in files for story in read_stories(path)]
    rows: list[Row] = []
    with _served(arguments) as url:
        for users in arguments.users:
            rows.append(measure(url, stories, users, arguments.turns).row(users))
    print(tables.table(rows, COLUMNS))
    tables.write_rows(arguments.json, rows, {"workers": arguments.workers, "stories": len(stories)})
    return ExitCode.OK


@contextmanager
def _served(arguments: argparse.Namespace) -> Iterator[str]:
    """Run the server over an empty SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "scenarios": arguments.scenarios.resolve(),
            "answers": arguments.answers.resolve(),
            "records_url": f"sqlite:///{folder}/records.db",
            "log_level": "warning",
        }
        environment = {variable_of(name): str(value) for name, value in settings.items()}
        process = ["--port", "0", "--workers", str(arguments.workers)]
        ours = ["-m", "server.commands.serve", "--models", str(arguments.models.resolve()), *process]
        with load.serving(ours, environment) as (url, _, _):
            yield url


def measure(url: str, stories: Sequence[Sequence[str]], users: int, turns: int) -> Times:
    """Let users tell stories, each in a thread and on a connection of their own, and note how long they waited.

    Args:
        url: the server.
        stories: what is said in each, turn by turn.
        users: how many talk at once.
        turns: how many turns are taken by all of them together.
    """
    times, noting = Times(), threading.Lock()
    with ThreadPoolExecutor(users) as pool:
        for found in pool.map(lambda number: _talk(url, stories, number, turns // users), range(users)):
            with noting:
                times.parses += found.parses
                times.turns += found.turns
                times.failed += found.failed
    return times


def _talk(url: str, stories: Sequence[Sequence[str]], number: int, turns: int) -> Times:
    """Tell stories in a drawn order, each as somebody new; before or after each turn its text is parsed alone."""
    rng, times, place = random.Random(number), Times(), urlsplit(url)
    with closing(http.client.HTTPConnection(str(place.hostname), place.port, timeout=60)) as connection:
        taken = 0
        while taken < turns + _WARM_UP:
            user = f"{number}-{taken}-{time.time_ns()}"
            for text in rng.choice(stories):
                asked = [("/parse", times.parses), ("/chat", times.turns)]
                for route, into in asked if rng.random() < 0.5 else reversed(asked):
                    status, milliseconds = _ask(connection, route, {"text": text, "user": user})
                    times.failed += status != 200
                    if taken >= _WARM_UP:
                        into.append(milliseconds)
                taken += 1
    return times


def _ask(connection: http.client.HTTPConnection, route: str, body: dict[str, str]) -> tuple[int, float]:
    sent = json.dumps(body, ensure_ascii=False).encode()
    began = time.perf_counter()
    connection.request("POST", route, sent, {"Content-Type": "application/json"})
    with connection.getresponse() as response:
        response.read()
    return response.status, (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    raise SystemExit(main())
