"""`worker`: take jobs of the table and run them, one after the other, until it is told to stop."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence

from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.commands.job_store import add_options, opened
from nlu.commands.job_text import STATES
from nlu.commands.loop import turn_on
from nlu.jobs.job import Job, State
from nlu.jobs.leases import QUEUES
from nlu.jobs.retention import days_kept, pruning
from nlu.jobs.schedules import Schedules
from nlu.jobs.worker import queues_here, work
from nlu.store.following import following
from nlu.system.parents import stop_with_parent

_EXAMPLES = """\
  nlu-worker                       여기 프로젝트의 작업을 차례로 합니다 (멈추려면 Ctrl+C)
  nlu-worker --queues gpu          GPU가 있는 컴퓨터에서 gpu 작업만
  nlu-worker --once                쌓인 작업을 다 하고 끝내기
  NLU_RECORDS_URL=postgresql://nlu:…@db/nlu nlu-worker     여러 컴퓨터가 한 표의 작업을 나누어
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser(
        "nlu-worker",
        "작업(nlu-jobs, POST /jobs/…)을 하나씩 하고, 때가 된 예약을 울립니다. 여럿을 켜면 나누어 합니다.\n"
        "하다가 꺼지면 임대(NLU_JOB_LEASE_SECONDS, 기본 30초)가 지난 뒤 다른 작업자가 다시 합니다.",
        examples=_EXAMPLES,
    )
    add_options(parser)
    parser.add_argument(
        "--queues",
        nargs="+",
        choices=QUEUES,
        default=None,
        metavar="줄",
        help="맡을 줄: cpu, gpu (기본: cpu, 그래픽 카드가 있으면 gpu도)",
    )
    parser.add_argument("--once", action="store_true", help="할 것이 없으면 끝냅니다; 못 한 것이 있으면 코드 1")
    parser.add_argument("--no-schedules", action="store_true", help="예약을 울리지 않습니다")
    parser.add_argument("--with-parent", type=positive_int, metavar="번호", help="이 프로세스가 끝나면 함께 끝납니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.with_parent:
        stop_with_parent(arguments.with_parent, stop)
    queues, failed = arguments.queues or queues_here(), list[Job]()

    def ended(job: Job) -> None:
        print(f"작업 {job.id} {job.kind}: {STATES[job.state]}", flush=True)
        if job.state is not State.DONE:
            failed.append(job)

    with opened(arguments) as (store, database), following(store.place.models, os.environ):
        if not (arguments.once or arguments.no_schedules):
            threading.Thread(target=turn_on, args=(store, stop), name="loop", daemon=True).start()
        schedules, clear = Schedules(database, store), pruning(store, days_kept())
        print(f"{store.place.project}: 작업을 기다립니다 ({', '.join(queues)}).", flush=True)
        work(
            store,
            queues=queues,
            once=arguments.once,
            told_to_stop=lambda: stop.is_set() or database.is_gone(),
            ring=lambda: (clear(), None if arguments.no_schedules else schedules.ring()),
            when_ended=ended,
        )
        is_gone = database.is_gone()
    if is_gone and not stop.is_set():
        print(f"{database.place}: 파일이 없어졌거나 바뀌어 처음부터 다시 엽니다.", file=sys.stderr, flush=True)
        os.execv(sys.executable, sys.orig_argv)
    return ExitCode.MISTAKE if arguments.once and failed else ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
