"""`records`: export what was corrected, delete what is old, make the tables, and count what was recorded."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nlu.audit.actor import actor_of
from nlu.commands import auditing
from nlu.commands.common import CommandParser, ExitCode, day_count, run_command
from nlu.data.json_lines import encode_row
from nlu.data.rows import DatasetRow
from nlu.erasure.forget import Ground, as_json, forget
from nlu.erasure.said import said_by
from nlu.jobs.retention import prune as prune_jobs
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.journal.exporting import export
from nlu.journal.store import RecordStore
from nlu.scenario.store import TalkStore
from nlu.system.files import write_atomic
from server.commands.forgetting import forgotten
from server.commands.settings import read_settings
from server.talks.talks import open_store

_EXAMPLES = """\
  nlu-records stats                        얼마나, 무엇이 기록되었는지
  nlu-records export real.jsonl            바로잡은 발화를 파일로
  nlu-generate --import real.jsonl=3       그 발화를 세 배 무게로 섞어 데이터 만들기
  nlu-records export --user 아이디 그사람.json   한 사람이 한 말과 그에 딸린 것을 모두
  nlu-records forget --user 아이디          그 사람의 기록과, 거기서 나온 것을 모두 지우기
  nlu-records prune --days 30              30일이 지난 기록 지우기
  nlu-records migrate                      PostgreSQL에 표를 만들거나 새 판으로 고치기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-records",
        "서버가 기록한 발화를 다룹니다. 기록은 NLU_RECORDS_URL의 데이터베이스,\n"
        "없으면 모델 폴더(NLU_MODELS) 곁의 records/records.db에 있습니다.",
        examples=_EXAMPLES,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Callable[[RecordStore, argparse.Namespace], int], text: str) -> CommandParser:
        made: CommandParser = verbs.add_parser(name, description=text, help=text)
        made.set_defaults(handle=handle)
        return made

    exporting = verb("export", _export, "피드백으로 바로잡은 발화를 JSON Lines로 씁니다.")
    exporting.add_argument("file", metavar="파일", type=Path, nargs="?", help="쓸 파일; 없으면 화면에")
    exporting.add_argument("--user", type=_user, metavar="아이디", help="이 사람의 것을 모두, JSON으로")
    exporting.add_argument("--days", type=day_count, metavar="일", help="최근 며칠의 발화만")
    exporting.add_argument("--with-masked", action="store_true", help="개인 정보를 가린 발화도 씁니다")
    pruning = verb(
        "prune", _prune, "오래된 기록과 그 피드백, 끝난 지 오래된 작업과 그 로그를 지웁니다. 감사는 남습니다."
    )
    pruning.add_argument("--days", type=day_count, metavar="일", help="이보다 오래된 것 (처음 값: NLU_RECORD_DAYS)")
    forgetting = verb(
        "forget",
        _forget,
        "한 사람의 기록과 피드백을 지우고, 거기서 나온 것(받은함, 들여온 발화, 내보낸 파일, 데이터, 스냅샷, 보고서와 "
        "작업의 기록)에서도 지웁니다. 되돌릴 수 없습니다. 다 지우지 못했으면 1로 끝납니다.",
    )
    forgetting.add_argument("--user", type=_user, metavar="아이디", required=True, help="말한 사람의 아이디")
    forgetting.add_argument("--project", type=Path, metavar="폴더", default=Path(), help="프로젝트 폴더 (기본: 여기)")
    verb("migrate", _migrate, "표를 만들거나 새 판으로 고칩니다. SQLite는 서버가 스스로 합니다.")
    stats = verb("stats", _stats, "기록의 수, 알아듣지 못한 수, 피드백의 수, 의도별 수를 보입니다.")
    stats.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    return parser


def _handle(arguments: argparse.Namespace) -> int:
    arguments.settings = settings = read_settings()
    with closing(RecordStore(settings.records_place, settings.user_key.get_secret_value())) as store:
        if arguments.verb != "migrate":
            store.prepare()
        code: int = arguments.handle(store, arguments)
    return code


def _user(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("아이디가 비어 있습니다")
    return text


def _export(store: RecordStore, arguments: argparse.Namespace) -> int:
    if arguments.user is not None:
        return _export_user(store, arguments)
    found = export(store.corrected(_ago(arguments.days)), with_masked=arguments.with_masked)
    lines = "".join(f"{encode_row(DatasetRow(utterance))}\n" for utterance in found.utterances)
    if arguments.file is None:
        print(lines, end="")
    else:
        write_atomic(arguments.file, lines)
        print(f"{arguments.file}: 발화 {len(found.utterances)}개를 썼습니다.")
        detail = {"after": auditing.hash_of(arguments.file), "utterances": len(found.utterances)}
        _audit(arguments, "records.export", os.path.abspath(arguments.file), detail)
    if found.masked:
        print(f"개인 정보를 가린 발화 {found.masked}개는 뺐습니다 (--with-masked 로 함께 씁니다).", file=sys.stderr)
    if found.unknown_intents:
        print(f"모델이 모르던 의도: {', '.join(found.unknown_intents)}", file=sys.stderr)
    return ExitCode.OK


def _prune(store: RecordStore, arguments: argparse.Namespace) -> int:
    before = _ago(arguments.days or arguments.settings.record_days)
    if before is None:
        print("얼마나 오래된 것을 지울지 --days 로 정해 주세요 (NLU_RECORD_DAYS가 0입니다).", file=sys.stderr)
        return ExitCode.USAGE
    count = store.prune_all(before)
    jobs = prune_jobs(
        JobStore(store.database, _place(arguments, Path())), arguments.days or arguments.settings.record_days
    )
    print(f"기록 {count}개를 지웠습니다." + (f" 끝난 작업 {jobs}개와 그 로그도 지웠습니다." if jobs else ""))
    _audit(arguments, "records.prune", f"{before:%Y-%m-%dT%H:%M:%SZ}", {"records": count, "jobs": jobs})
    return ExitCode.OK


def _place(arguments: argparse.Namespace, project: Path) -> Place:
    return Place.of(arguments.settings.models, project.absolute())


def _audit(arguments: argparse.Namespace, action: str, subject: str, detail: dict[str, Any]) -> None:
    change = auditing.Change(action, subject, detail)
    auditing.note(arguments.settings.models, f"nlu-records {arguments.verb}", [change])


def _export_user(store: RecordStore, arguments: argparse.Namespace) -> int:
    said = said_by(store.database, store.people.hidden(arguments.user), _elsewhere(store, arguments))
    if arguments.file is None:
        print(as_json(said), end="")
    else:
        write_atomic(arguments.file, as_json(said))
        print(f"{arguments.file}: 기록 {len(said.records)}개와 그에 딸린 것을 썼습니다. 다 쓴 뒤에는 지워 주세요.")
    _audit(arguments, "records.export_user", said.user_hash, {"records": len(said.records)})
    return ExitCode.MISTAKE if said.is_nothing else ExitCode.OK


def _forget(store: RecordStore, arguments: argparse.Namespace) -> int:
    elsewhere = _elsewhere(store, arguments)
    said = said_by(store.database, store.people.hidden(arguments.user), elsewhere)
    if said.is_nothing:
        print(
            "그 아이디로 남은 기록이 없습니다. NLU_USER_KEY를 바꾼 적이 있으면 그 앞의 기록은 찾지 못합니다.",
            file=sys.stderr,
        )
        return ExitCode.MISTAKE
    place = _place(arguments, arguments.project)
    project = place.project
    ground = Ground(project, project / "data", place.models, project / "reports", place.logs)
    actor = actor_of(os.environ)
    done = forget(store.database, said, ground, elsewhere, actor=actor, source="nlu-records forget")
    print(forgotten(done))
    return ExitCode.OK if done.is_clean and not done.left else ExitCode.MISTAKE


def _elsewhere(store: RecordStore, arguments: argparse.Namespace) -> TalkStore | None:
    """Where talks stand, if not in the database."""
    settings = arguments.settings
    return open_store(settings, store.database) if settings.talks_url.get_secret_value() else None


def _migrate(store: RecordStore, _: argparse.Namespace) -> int:
    print(f"{store.place}: {'표를 새로 고쳤습니다.' if store.migrate() else '고칠 것이 없습니다.'}")
    return ExitCode.OK


def _stats(store: RecordStore, arguments: argparse.Namespace) -> int:
    found = store.statistics()
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, indent=2, default=datetime.isoformat))
        return ExitCode.OK
    print(f"{store.place}: 기록 {found['records']}개")
    if found["records"]:
        print(f"{found['first']:%Y-%m-%d %H:%M} UTC부터 {found['last']:%Y-%m-%d %H:%M} UTC까지")
        print(f"알아듣지 못함 {_share(found['fallbacks'], found)}, 피드백 있음 {_share(found['with_feedback'], found)}")
        print("\n".join(f"  {name}  {_share(count, found)}" for name, count in found["intents"].items()))
    return ExitCode.OK


def _share(count: int, found: dict[str, Any]) -> str:
    return f"{count}개({count / found['records']:.1%})"


def _ago(days: int | None) -> datetime | None:
    return datetime.now(UTC) - timedelta(days=days) if days else None


if __name__ == "__main__":
    raise SystemExit(main())
