"""`audit`: who did what to data, dictionary, models and policy; whether a row was altered; where a model comes from."""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from nlu.audit.chain import AuditRow, Fault, FaultKind, Head, faults
from nlu.audit.store import head_of, rows
from nlu.commands import project, provenance
from nlu.commands.audit_text import done
from nlu.commands.common import CommandParser, ExitCode, day_count, positive_int, run_command
from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.jobs.job import Job
from nlu.jobs.tables import jobs
from nlu.store.registry import Registry
from nlu.system.files import write_atomic

_EXAMPLES = """\
  nlu-audit list                                     무엇이 바뀌었는지, 새것부터
  nlu-audit list --action model --actor 김저자 --days 7   김저자가 이레 동안 모델에 한 일
  nlu-audit export audit.csv --since 2026-11-01      표로 (.jsonl이면 JSON Lines)
  nlu-audit verify                                   고치거나 지운 줄이 없는지
  nlu-audit head                                     맨 끝 줄의 표식; 다른 곳에 적어 두면 통째로 바꿔도 드러납니다
  nlu-audit verify --head 128:3f2a…                  그때 적어 둔 표식과도 견주기
  nlu-audit version 20261121-143015-ab12cd34         이 모델은 어떤 데이터로, 누가
"""
_FAULTS: dict[FaultKind, str] = {
    "altered": "{number}번 줄이 고쳐졌습니다.",
    "missing": "{number}번부터 {last}번까지의 줄이 없습니다.",
    "unchained": "{number}번 줄이 앞 줄과 이어지지 않습니다. 앞 줄이 바뀌었거나 새로 쓰였습니다.",
    "cut": "끝의 {number}번부터 {last}번까지의 줄이 없습니다.",
}
_COLUMNS = ("number", "time", "actor", "action", "subject", "detail", "source", "request_id", "previous", "hash")
_SHOWN = 12
"""Digits of a hash that people read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-audit",
        "누가 언제 무엇을 바꾸었는지 봅니다. 사람들이 한 말은 들어 있지 않습니다.\n"
        "NLU_RECORDS_URL의 데이터베이스, 없으면 모델 폴더 곁의 records/records.db에 있습니다.",
        examples=_EXAMPLES,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Callable[[Database, argparse.Namespace], int], text: str) -> CommandParser:
        made: CommandParser = verbs.add_parser(name, description=text, help=text)
        made.add_argument(
            "--models",
            type=Path,
            metavar="폴더",
            default=Path(os.environ.get("NLU_MODELS") or "models"),
            help="모델이 있는 폴더 (처음 값: 환경 변수 NLU_MODELS, 없으면 models)",
        )
        made.set_defaults(handle=handle)
        return made

    listing = verb("list", _list, "바뀐 것을 새것부터 보입니다.")
    _add_filters(listing)
    listing.add_argument("--most", type=positive_int, default=50, metavar="개수", help="보일 수 (기본: 50)")
    listing.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    exporting = verb("export", _export, "모두, 또는 고른 줄을 파일로 씁니다: .csv는 표로, 그 밖에는 JSON Lines로.")
    exporting.add_argument("file", metavar="파일", type=Path, help="쓸 파일")
    _add_filters(exporting)
    verifying = verb("verify", _verify, "고치거나 지운 줄이 없는지 확인합니다. 있으면 1로 끝납니다.")
    verifying.add_argument("--head", type=_head, metavar="표식", action="append", default=[], help="적어 둔 표식")
    verb("head", _show_head, "맨 끝 줄의 표식을 보입니다.")
    version = verb("version", _version, "모델이 어떤 데이터로 학습되었고 누가 쓰게 했는지 보입니다.")
    version.add_argument("version", metavar="버전", help="모델")
    project.add_options(version, "data")
    version.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    return parser


def _add_filters(parser: CommandParser) -> None:
    parser.add_argument("--since", type=_day, metavar="날짜", help="이때부터: 2026-11-21, 2026-11-21T14:30:00+09:00")
    parser.add_argument("--until", type=_day, metavar="날짜", help="이때까지 (그 날짜는 빼고)")
    parser.add_argument("--days", type=day_count, metavar="일", help="최근 며칠만")
    parser.add_argument("--actor", metavar="이름", help="이 사람이 한 일만")
    parser.add_argument("--action", metavar="한일", help="이 일만: model.activate, 또는 그 앞부분 model")
    parser.add_argument("--subject", metavar="대상", help="이 버전, 파일, 열쇠의 것만")


def _day(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError(f"2026-11-21 같은 날짜여야 합니다: {text}") from None


def _head(text: str) -> Head:
    try:
        return Head.read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"nlu-audit head 가 보인 표식(번호:해시)이어야 합니다: {text}") from None


def _handle(arguments: argparse.Namespace) -> int:
    with closing(Database(database_url(arguments.models, os.environ.get(URL_VARIABLE, "")))) as database:
        if database.is_sqlite and not database.path.exists() and arguments.verb != "version":
            print(f"{database.place}: 아직 아무것도 적히지 않았습니다.", file=sys.stderr)
            return ExitCode.OK
        database.prepare()
        code: int = arguments.handle(database, arguments)
    return code


def _chosen(database: Database, arguments: argparse.Namespace, newest: int | None = None) -> Iterable[AuditRow]:
    since = arguments.since or (datetime.now(UTC) - timedelta(days=arguments.days) if arguments.days else None)
    return rows(
        database,
        since=since,
        until=arguments.until,
        actor=arguments.actor,
        action=arguments.action,
        subject=arguments.subject,
        newest=newest,
    )


def _list(database: Database, arguments: argparse.Namespace) -> int:
    found = list(_chosen(database, arguments, arguments.most + 1))
    newest = found[: arguments.most]
    if arguments.json:
        print(json.dumps([provenance.as_json(row) for row in newest], ensure_ascii=False, indent=2))
        return ExitCode.OK
    print("\n".join(map(_line, newest)) or "그런 줄이 없습니다.")
    if len(found) > len(newest):
        print("… 앞의 줄이 더 있습니다 (--most 로 더 보거나 nlu-audit export)")
    return ExitCode.OK


def _line(row: AuditRow) -> str:
    detail = json.loads(row.detail)
    shown = ", ".join(f"{name}={_short(value)}" for name, value in detail.items() if value)
    line = f"{row.number:>5}  {row.time:%Y-%m-%d %H:%M:%S} UTC  {row.actor}  {done(row.action, detail)}  {row.subject}"
    return f"{line}  [{row.source}]" + (f"\n       {shown}" if shown else "")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_SHOWN] + "…" if re.fullmatch(r"[0-9a-f]{64}", text) else text


def _export(database: Database, arguments: argparse.Namespace) -> int:
    found = [provenance.as_json(row) for row in _chosen(database, arguments)]
    is_table = arguments.file.suffix.lower() == ".csv"
    write_atomic(arguments.file, _table(found) if is_table else _json_lines(found))
    print(f"{arguments.file}: {len(found):,}줄을 썼습니다.")
    return ExitCode.OK


def _json_lines(found: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)


def _table(found: Sequence[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in found:
        detail = json.dumps(row["detail"], ensure_ascii=False)
        writer.writerow([_cell(detail if name == "detail" else row[name]) for name in _COLUMNS])
    return "\ufeff" + file.getvalue()  # by which a spreadsheet knows UTF-8


def _cell(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _verify(database: Database, arguments: argparse.Namespace) -> int:
    head, count = head_of(database), 0

    def counted() -> Iterable[AuditRow]:
        nonlocal count
        for row in rows(database):
            count += 1
            yield row

    found = list(faults(counted(), *([head] if head else []), *arguments.head))
    lines = [_FAULTS[fault.kind].format(number=fault.number, last=fault.last) for fault in _without_repeats(found)]
    if head is None:
        lines.append("맨 끝 줄의 표식(audit_head)이 없습니다. 누가 지웠습니다.")
    print(
        "\n".join(
            [*lines, f"{count:,}줄을 확인했습니다. " + ("고친 곳이 있습니다." if lines else "모두 그대로입니다.")]
        )
    )
    return ExitCode.MISTAKE if lines else ExitCode.OK


def _without_repeats(found: Sequence[Fault]) -> list[Fault]:
    return list(dict.fromkeys(found))


def _show_head(database: Database, _: argparse.Namespace) -> int:
    print(head_of(database) or "맨 끝 줄의 표식이 없습니다.")
    return ExitCode.OK


def _version(database: Database, arguments: argparse.Namespace) -> int:
    about, registry = list(rows(database, subject=arguments.version)), Registry(arguments.models)
    found = provenance.provenance(
        registry, arguments.version, arguments.data, about, _jobs_of(database, arguments.version)
    )
    print(json.dumps(found, ensure_ascii=False, indent=2) if arguments.json else provenance.to_text(found))
    return ExitCode.OK


def _jobs_of(database: Database, version: str) -> list[Job]:
    """The jobs that made a version, or were asked about it."""
    with database.connect() as connection:
        found = map(Job.from_row, connection.execute(select(jobs).order_by(jobs.c.id)).mappings())
        return [job for job in found if version in (job.result.get("version"), *map(str, job.arguments.values()))]


if __name__ == "__main__":
    raise SystemExit(main())
