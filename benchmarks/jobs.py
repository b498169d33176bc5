#!/usr/bin/env python3
"""What becomes of jobs when workers are killed or stand still, the database goes away, a disk is full: all counted."""

from __future__ import annotations

import argparse
import pwd
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # so that it also runs as a file

from benchmarks import jobs_faults as faults
from benchmarks.jobs_faults import Outcome
from benchmarks.tables import table, write_rows
from deploy import loopback_postgresql
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command

COLUMNS = ("fault", "database", "times", "jobs", "lost", "failed", "twice", "retried", "longest", "limit")
_EXAMPLES = """\
  benchmarks/jobs.py                                     일꾼을 100번 죽이고, 데이터베이스를 끄고, 디스크를 채우고 …
  benchmarks/jobs.py --kills 10 --database sqlite        잠깐 보기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("benchmarks/jobs.py", "작업이 고장을 견디는지 셉니다.", examples=_EXAMPLES)
    parser.add_argument("--kills", type=positive_int, default=100, metavar="수", help="일꾼을 죽일 횟수 (기본: 100)")
    parser.add_argument("--times", type=positive_int, default=5, metavar="수", help="다른 고장의 횟수 (기본: 5)")
    parser.add_argument("--adds", type=positive_int, default=500, metavar="수", help="넣어 볼 작업의 수 (기본: 500)")
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite", "postgresql"], metavar="종류",
        help="sqlite, postgresql (기본: 둘 다)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="수", help="언제 죽일지 정하는 씨앗")
    parser.add_argument("--json", type=Path, metavar="파일", help="결과를 쓸 파일")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    rows: list[Outcome] = []
    for database in arguments.database:
        for fault in _faults(arguments):
            with ExitStack() as stack:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nlu-jobs-")))
                where = stack.enter_context(_sqlite(folder) if database == "sqlite" else _postgresql(folder))
                rows.append(fault(*where))
            print(table([asdict(rows[-1])], COLUMNS) if len(rows) == 1 else _line(rows[-1]), flush=True)
    print(f"\n{table([asdict(row) for row in rows], COLUMNS)}")
    write_rows(arguments.json, [asdict(row) for row in rows], {"seed": arguments.seed})
    return ExitCode.OK if all(row.is_survived for row in rows) else ExitCode.MISTAKE


def _line(row: Outcome) -> str:
    return table([asdict(row)], COLUMNS).splitlines()[1]


Where = tuple[str, Path, Callable[[], None], Callable[[], None]]
"""The database's URL, the project, and what takes the database away and brings it back."""


def _faults(arguments: argparse.Namespace) -> Iterator[Callable[..., Outcome]]:
    def without(fault: Callable[[str, Path], Outcome]) -> Callable[..., Outcome]:
        return lambda url, folder, *_: fault(url, folder)

    yield without(partial(faults.add_quickly, times=arguments.adds))
    yield without(partial(faults.end_twice, times=20))
    yield without(partial(faults.kill_workers, times=arguments.kills, seed=arguments.seed))
    yield without(partial(faults.stop_workers, times=arguments.times))
    yield lambda url, folder, stop, start: faults.stop_database(url, folder, arguments.times, stop, start)
    yield without(partial(faults.fill_disk, times=arguments.times))
    yield without(partial(faults.cancel, times=2 * arguments.times))


@contextmanager
def _sqlite(folder: Path) -> Iterator[Where]:
    path = folder / "jobs.db"
    with ExitStack() as held:
        yield f"sqlite:///{path}", folder, partial(_hold, held, path), held.close


def _hold(held: ExitStack, path: Path) -> None:
    held.enter_context(faults.locked(path))


@contextmanager
def _postgresql(folder: Path) -> Iterator[Where]:
    folder.chmod(0o755)  # another user runs it
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    database = loopback_postgresql.Database(folder, port)
    database.prepare()
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        group = pwd.getpwnam(database.user).pw_gid if database.user else None
        extra: list[int] | None = [] if database.user else None
        quiet = subprocess.DEVNULL
        running.append(
            subprocess.Popen(
                database.command, user=database.user, group=group, extra_groups=extra, stdout=quiet, stderr=quiet
            )
        )
        while not database.is_ready():
            time.sleep(0.1)

    def stop() -> None:
        process = running.pop()
        process.send_signal(signal.SIGQUIT)
        process.wait()

    start()
    try:
        yield database.url, folder, stop, start
    finally:
        stop()


if __name__ == "__main__":
    raise SystemExit(main())
