"""`jobs`: put long work into the table, look at it, follow it, cancel it, and have it begin by itself."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from nlu.audit.actor import actor_of
from nlu.commands.auditing import Change, note
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.commands.job_store import add_options, opened
from nlu.commands.job_text import described, event_line, job_line, schedule_line
from nlu.commands.job_words import read_step
from nlu.database.engine import Database
from nlu.jobs.job import Job, State
from nlu.jobs.kinds import KINDS
from nlu.jobs.schedules import TIMEZONE, Schedules
from nlu.jobs.store import JobStore
from nlu.korean.particles import attach

_EXAMPLES = """\
  nlu-jobs add generate count=50000              데이터 만들기를 작업으로
  nlu-jobs add train --follow                    학습을 넣고 끝날 때까지 지켜보기
  nlu-jobs chain generate "train activate=false" compare promote     앞의 것이 끝나야 다음 것을
  nlu-jobs list                                  작업들; nlu-jobs show 12: 하나를 자세히
  nlu-jobs cancel 12                             그만두기 (하고 있으면 몇 초 안에 멈춥니다)
  nlu-jobs schedules put 밤 "0 3 * * *" generate train     매일 새벽 세 시(서울)에
"""
_SECONDS = 0.5
Handle = Callable[[JobStore, Database, argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-jobs",
        "오래 걸리는 일을 작업으로 넣고 봅니다. 작업은 nlu-worker나 nlu-serve --jobs가 합니다.\n"
        f"종류: {', '.join(KINDS)}",
        examples=_EXAMPLES,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Handle, text: str, within: Any = verbs) -> CommandParser:
        made: CommandParser = within.add_parser(name, description=text, help=text)
        add_options(made)
        made.set_defaults(handle=handle)
        return made

    adding = verb("add", _add, "작업을 넣습니다. 같은 종류, 같은 값, 같은 파일의 작업이 있으면 그것을 보입니다.")
    adding.add_argument("kind", metavar="종류", help=", ".join(KINDS))
    adding.add_argument("values", metavar="이름=값", nargs="*", help="작업의 값; 목록은 쉼표로")
    adding.add_argument("--after", type=positive_int, metavar="번호", help="이 작업이 잘 끝난 뒤에")
    adding.add_argument("--again", action="store_true", help="이미 끝난 같은 작업도 다시 합니다")
    _add_follow_and_json(adding)
    chaining = verb("chain", _chain, "작업 여럿을 차례로 넣습니다. 하나가 끝내지 못하면 뒤의 것은 하지 않습니다.")
    chaining.add_argument("steps", metavar='"종류 이름=값"', nargs="+", help="작업마다 따옴표로 묶어서")
    _add_follow_and_json(chaining)
    listing = verb("list", _list, "작업을 새것부터 보입니다.")
    listing.add_argument("--state", nargs="+", choices=[*State], default=[], metavar="상태", help=", ".join(State))
    listing.add_argument("--kind", choices=[*KINDS], metavar="종류", help="이 종류만")
    listing.add_argument("--limit", type=positive_int, default=20, metavar="수", help="몇 개까지 (기본: %(default)s)")
    listing.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    of_one: tuple[tuple[str, Handle, str], ...] = (
        ("show", _show, "작업 하나를 마지막 출력과 함께 보입니다."),
        ("follow", _follow, "작업이 끝날 때까지 지켜봅니다. 끝내지 못하면 코드 1."),
        ("cancel", _cancel, "작업을 그만둡니다. 그 뒤에 이은 작업도 하지 않습니다."),
    )
    for name, handle, text in of_one:
        made = verb(name, handle, text)
        made.add_argument("job", metavar="번호", type=positive_int, help="작업의 번호")
        made.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    scheduling = verbs.add_parser("schedules", description="때가 되면 저절로 시작할 작업.", help="저절로 시작할 작업")
    own = scheduling.add_subparsers(dest="schedule_verb", required=True, metavar="할일", title="할 일")
    verb("list", _list_schedules, "예약을 보입니다.", own).add_argument(
        "--json", action="store_true", help="JSON으로 보입니다"
    )
    putting = verb("put", _put_schedule, "예약을 넣거나 고칩니다.", own)
    putting.add_argument("name", metavar="이름", help="예약의 이름")
    putting.add_argument("cron", metavar="때", help="분 시 날 달 요일; 예: 0 3 * * * (매일 새벽 세 시)")
    putting.add_argument("steps", metavar='"종류 이름=값"', nargs="+", help="차례로 할 작업")
    putting.add_argument("--timezone", default=TIMEZONE, metavar="시간대", help="어디의 시계로 (기본: %(default)s)")
    of_schedules: tuple[tuple[str, Handle, str], ...] = (
        ("on", _switch_on, "예약을 켭니다."),
        ("off", _switch_off, "예약을 끕니다."),
        ("remove", _remove_schedule, "예약을 지웁니다."),
    )
    for name, handle, text in of_schedules:
        verb(name, handle, text, own).add_argument("name", metavar="이름", help="예약의 이름")
    return parser


def _add_follow_and_json(parser: CommandParser) -> None:
    parser.add_argument("--follow", action="store_true", help="끝날 때까지 지켜봅니다")
    parser.add_argument("--json", action="store_true", help="JSON으로 보입니다")


def _handle(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (store, database):
        handle: Handle = arguments.handle
        return handle(store, database, arguments)


def _add(store: JobStore, _: Database, arguments: argparse.Namespace) -> int:
    step = read_step(arguments.kind, arguments.values)
    job, is_new = store.add(
        step.kind, step.arguments, by=actor_of(os.environ), after=arguments.after, again=arguments.again
    )
    if is_new:
        _note(store, "job.add", [job])
    elif not arguments.json:
        print("같은 작업이 있습니다.")
    return _told(store, [job], arguments)


def _chain(store: JobStore, _: Database, arguments: argparse.Namespace) -> int:
    steps = [read_step(*_split(text)) for text in arguments.steps]
    made = store.add_chain(steps, by=actor_of(os.environ))
    _note(store, "job.add", made)
    return _told(store, made, arguments)


def _told(store: JobStore, jobs: Sequence[Job], arguments: argparse.Namespace) -> int:
    if arguments.json and not arguments.follow:
        _print_json([job.to_dict() for job in jobs] if len(jobs) > 1 else jobs[0].to_dict())
    elif not arguments.json:
        print("\n".join(map(job_line, jobs)))
    codes = [_watch(store, job.id, arguments.json) for job in jobs] if arguments.follow else []
    return max(codes, default=ExitCode.OK)


def _list(store: JobStore, _: Database, arguments: argparse.Namespace) -> int:
    found = store.list(states=arguments.state, kind=arguments.kind, limit=arguments.limit)
    if arguments.json:
        _print_json([job.to_dict() for job in found])
    else:
        print("\n".join(map(job_line, found)) or "작업이 없습니다.")
    return ExitCode.OK


def _show(store: JobStore, _: Database, arguments: argparse.Namespace) -> int:
    job = store.get(arguments.job)
    if arguments.json:
        _print_json(job.to_dict())
    else:
        print(described(job))
    return ExitCode.OK


def _follow(store: JobStore, _: Database, arguments: argparse.Namespace) -> int:
    return _watch(store, arguments.job, arguments.json)


def _watch(store: JobStore, job_id: int, as_json: bool) -> int:
    """Print what happens to a job until its end; 1 where that is no good one."""
    seen = 0
    while True:
        job = store.get(job_id)  # before its events, so that none is missed at the end
        for event in store.events(job_id, seen):
            seen = event.id
            line = json.dumps(event.to_dict(), ensure_ascii=False) if as_json else event_line(event)
            print(line, flush=True)
        if job.is_ended:
            return ExitCode.OK if job.state is State.DONE else ExitCode.MISTAKE
        time.sleep(_SECONDS)


def _cancel(store: JobStore, _: Database, arguments: argparse.Namespace) -> int:
    job = store.cancel(arguments.job)
    _note(store, "job.cancel", [job])
    if arguments.json:
        _print_json(job.to_dict())
    elif job.is_ended:
        print(f"{attach(f'작업 {job.id}', '을(를)')} 그만두었습니다.")
    else:
        print(f"{attach(f'작업 {job.id}', '을(를)')} 멈추라고 했습니다. 작업자가 몇 초 안에 멈춥니다.")
    return ExitCode.OK


def _list_schedules(store: JobStore, database: Database, arguments: argparse.Namespace) -> int:
    found, now = Schedules(database, store).list(), datetime.now(UTC)
    if arguments.json:
        _print_json([one.to_dict(now) for one in found])
    else:
        print("\n".join(schedule_line(one, now) for one in found) or "예약이 없습니다.")
    return ExitCode.OK


def _put_schedule(store: JobStore, database: Database, arguments: argparse.Namespace) -> int:
    steps = [read_step(*_split(text)) for text in arguments.steps]
    made = Schedules(database, store).put(
        arguments.name, arguments.cron, steps, by=actor_of(os.environ), timezone=arguments.timezone
    )
    _note_schedule(store, "put", made.name, cron=made.cron, timezone=made.timezone, steps=arguments.steps)
    print(schedule_line(made, datetime.now(UTC)))
    return ExitCode.OK


def _switch_on(store: JobStore, database: Database, arguments: argparse.Namespace) -> int:
    Schedules(database, store).switch(arguments.name, is_on=True)
    _note_schedule(store, "on", arguments.name)
    print(f"예약 {arguments.name}: 켰습니다.")
    return ExitCode.OK


def _switch_off(store: JobStore, database: Database, arguments: argparse.Namespace) -> int:
    Schedules(database, store).switch(arguments.name, is_on=False)
    _note_schedule(store, "off", arguments.name)
    print(f"예약 {arguments.name}: 껐습니다.")
    return ExitCode.OK


def _remove_schedule(store: JobStore, database: Database, arguments: argparse.Namespace) -> int:
    Schedules(database, store).remove(arguments.name)
    _note_schedule(store, "remove", arguments.name)
    print(f"예약 {arguments.name}: 지웠습니다.")
    return ExitCode.OK


def _note(store: JobStore, action: str, jobs: Sequence[Job]) -> None:
    """Write what was done with jobs into the audit."""
    changes = [Change(action, str(job.id), {"kind": job.kind, "after": job.after}) for job in jobs]
    note(store.place.models, "nlu-jobs", changes)


def _note_schedule(store: JobStore, verb: str, name: str, **detail: object) -> None:
    note(store.place.models, "nlu-jobs", [Change(f"schedule.{verb}", name, detail)])


def _split(text: str) -> tuple[str, list[str]]:
    kind, *values = text.split()
    return kind, values


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
