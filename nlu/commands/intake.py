"""`import`: real utterances from files, databases and the journal into a cleaned, versioned set."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from nlu.commands import auditing, progress, project
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.database.place import URL_VARIABLE, database_url
from nlu.errors import InputError, NluError
from nlu.intake.report import IntakeReport
from nlu.intake.run import intake
from nlu.intake.sets import ImportedSet
from nlu.intake.settings import IntakeSettings
from nlu.intake.sources import JOURNAL, Options, Source, open_source
from nlu.journal.store import RecordStore
from nlu.lexicon.lexicon import Lexicon
from nlu.messages import word
from nlu.pattern import read_patterns
from nlu.system.files import write_atomic
from nlu.types import FALLBACK_INTENT

IMPORTS = Path("imports")
"""Where sets lie in a project."""
REVIEWS = Path("reviews")
_ENVIRONMENT = "env:"
_TOLD = 10
"""Intents that the patterns lack which are told."""
_EXAMPLES = """\
  nlu-import 상담.xlsx                                  발화와 의도 열을 찾아 imports/상담 에 모으기
  nlu-import 로그.csv --text 고객질문 --intent 분류     열을 이름이나 번호로 고르기
  nlu-import 로그.csv --dry-run                         무엇이 걸러지는지만 보기
  nlu-import journal                                    서버가 기록한 말: 바로잡은 것은 답과 함께
  nlu-import env:TALKS_URL --table talks --watermark id   데이터베이스에서, 지난번 뒤에 쌓인 것만
  nlu-import KakaoTalk_20261130.txt --not-speaker 상담원   카카오톡 대화에서 손님이 한 말만
  nlu-import bot/ --name 옛봇                           Rasa·Dialogflow·Snips·IOB·카카오 챗봇 파일도
  nlu-import --list                                     모아 둔 묶음 보기
  nlu-import --review imports/상담                      답이 틀린 듯한 발화 찾기; 고친 표는 다시 들여오면 됩니다

모은 묶음을 학습에 쓰려면 nlu.toml에 적거나 nlu-generate에 줍니다:
  [intake]
  imports = ["imports/상담=3"]                          무게 3으로 섞기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-import", "사람이 실제로 한 말을 들여와 다듬고, 판이 있는 묶음으로 모읍니다.", examples=_EXAMPLES
    )
    parser.add_argument(
        "source", metavar="출처", nargs="?", help=f"파일, 폴더, 데이터베이스 주소(또는 env:변수), {JOURNAL}"
    )
    parser.add_argument("--name", metavar="이름", help="묶음의 이름 (기본: 출처의 이름)")
    parser.add_argument("--to", metavar="폴더", type=Path, default=IMPORTS, help=f"묶음을 둘 곳 (기본: {IMPORTS})")
    parser.add_argument("--text", metavar="열", help="발화가 있는 열의 이름이나 번호 (기본: 찾아냄)")
    parser.add_argument("--intent", metavar="열", help="의도가 있는 열; ''이면 답 없이 읽음 (기본: 찾아냄)")
    parser.add_argument("--table", metavar="표", help="데이터베이스의 표")
    parser.add_argument("--query", metavar="SQL", help="표 대신 읽을 질의")
    parser.add_argument("--watermark", metavar="열", help="쌓일수록 커지는 열; 다음에는 그 뒤만 읽음")
    parser.add_argument("--key", metavar="열", help="줄의 이름이 되는 열 (기본: id)")
    parser.add_argument("--speaker", metavar="이름", nargs="+", default=[], help="카카오톡 대화에서 이 사람의 말만")
    parser.add_argument("--not-speaker", metavar="이름", nargs="+", default=[], help="이 사람의 말은 빼고")
    parser.add_argument("--corrected", action="store_true", help=f"{JOURNAL}에서 바로잡은 것만")
    parser.add_argument("--shortest", type=positive_int, metavar="글자", help="이보다 짧으면 뺌")
    parser.add_argument("--longest", type=positive_int, metavar="글자", help="이보다 길면 뺌")
    parser.add_argument("--korean", type=_rate, metavar="비율", help="글자 가운데 한글이 이보다 적으면 뺌; 0이면 안 뺌")
    parser.add_argument("--near", type=_rate, metavar="비율", help="긴 글이 이만큼 닮으면 베낀 것으로 뺌")
    parser.add_argument("--keep-spam", action="store_true", help="광고나 뜻 없는 말도 빼지 않음")
    parser.add_argument("--no-mask", action="store_true", help="개인 정보를 가리지 않음")
    parser.add_argument("--dry-run", action="store_true", help="무엇이 어떻게 될지만 보이고 쓰지 않음")
    parser.add_argument("--report", metavar="파일", type=Path, help="센 것을 JSON으로 둘 파일")
    parser.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    parser.add_argument("--list", action="store_true", help="모아 둔 묶음을 보입니다")
    parser.add_argument("--review", metavar="묶음", type=Path, help="묶음이나 파일에서 답이 틀린 듯한 발화를 찾습니다")
    parser.add_argument(
        "--reviews", metavar="폴더", type=Path, default=REVIEWS, help=f"찾은 것을 둘 곳 (기본: {REVIEWS})"
    )
    project.add_options(parser, "models", "config")
    return parser


def _handle(arguments: argparse.Namespace) -> int:
    if arguments.list:
        return _list(arguments.to)
    if arguments.review:
        # It brings scikit-learn and cleanlab, which nothing else of this needs.
        from nlu.commands import reviewing

        return reviewing.run(arguments.review, arguments.reviews, as_json=arguments.json)
    if not arguments.source:
        raise InputError("intake.no_source")
    source = open_source(_given(arguments.source), _options(arguments), lambda: _records(arguments.models))
    name = arguments.name or source.name
    if not re.fullmatch(r"[^\W_][\w.\- ]{0,99}", name):
        raise InputError("intake.name", name=name)
    settings = _settings(project.read(arguments).config.intake, arguments)
    target = ImportedSet(arguments.to / name)
    before = target.version
    report = _run(source, target, settings, arguments)
    _tell_unknown(report.intents, sys.stderr if arguments.json else sys.stdout)
    if report.changed:
        auditing.note(arguments.models, "nlu-import", [_change(report, target, before)])
    written = json.dumps(report.to_dict(), ensure_ascii=False, indent=2)
    if arguments.report:
        write_atomic(arguments.report, written + "\n")
    print(written if arguments.json else report.to_text())
    if not arguments.json and report.total.get("rows") and not arguments.dry_run:
        print(f'  학습에 섞으려면: nlu-generate --import "{(arguments.to / name).as_posix()}"')
    return ExitCode.OK


def _run(source: Source, target: ImportedSet, settings: IntakeSettings, arguments: argparse.Namespace) -> IntakeReport:
    with progress.shown(notices=sys.stderr if arguments.json else sys.stdout) as listen:
        return intake(source, target, settings, is_dry=arguments.dry_run, listen=listen)


def _tell_unknown(intents: Mapping[str, int], stream: TextIO) -> None:
    """Tell which labels the project's patterns lack, where it has patterns that can be read."""
    try:
        lexicon = Lexicon.read(*project.dictionaries())
        known = read_patterns(project.PATTERNS, lexicon=lexicon).intents
    except (OSError, NluError):
        return
    own = sorted({*known} - {FALLBACK_INTENT})
    for name in [one for one in intents if own and one not in known and one != FALLBACK_INTENT][:_TOLD]:
        values = {"name": name, "count": intents[name], "choices": own}
        print(f"· {word('import.set_intent_unknown', values, 'ko')}", file=stream)


def _change(report: IntakeReport, target: ImportedSet, before: str) -> auditing.Change:
    """What the audit keeps of a run."""
    detail = {
        "before": before or None, "after": report.version or None, "from": report.source, "read": report.read,
        "added": report.added, "relabelled": report.relabelled, "refused": report.refused,
    }  # fmt: skip
    return auditing.Change("data.import", target.folder.as_posix(), detail)


def _given(source: str) -> str:
    """A source as it was given; `env:NAME` is what the environment says, so that no password stands in a command."""
    if not source.startswith(_ENVIRONMENT):
        return source
    name = source.removeprefix(_ENVIRONMENT)
    if not (found := os.environ.get(name)):
        raise InputError("intake.no_variable", name=name)
    return found


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        arguments.text, arguments.intent, arguments.table, arguments.query, arguments.watermark, arguments.key,
        tuple(arguments.speaker), tuple(arguments.not_speaker), not arguments.corrected,
    )  # fmt: skip


def _settings(settings: IntakeSettings, arguments: argparse.Namespace) -> IntakeSettings:
    given = {name: getattr(arguments, name) for name in ("shortest", "longest", "korean", "near")}
    chosen = {name: value for name, value in given.items() if value is not None}
    return replace(
        settings, spam=settings.spam and not arguments.keep_spam, mask=settings.mask and not arguments.no_mask, **chosen
    )


def _records(models: Path) -> RecordStore:
    store = RecordStore(database_url(models, os.environ.get(URL_VARIABLE, "")))
    store.prepare()
    return store


def _list(folder: Path) -> int:
    sets = sorted(path for path in folder.glob("*") if path.is_dir() and not path.name.startswith("."))
    for path in sets:
        manifest = ImportedSet(path).manifest
        counts = manifest["counts"]
        print(
            f"{path.as_posix()}  판 {manifest['version'] or '-'}  답이 달린 것 {counts.get('rows', 0):,}, "
            f"안 달린 것 {counts.get('unlabelled', 0):,}, 뺀 것 {counts.get('refused', 0):,}  "
            f"({', '.join(manifest['sources'])})"
        )
    if not sets:
        print(f"{folder.as_posix()}: 모아 둔 묶음이 없습니다.")
    return ExitCode.OK


def _rate(text: str) -> float:
    if re.fullmatch(r"[01]|[01]?\.[0-9]{1,9}", text) and float(text) <= 1:
        return float(text)
    raise argparse.ArgumentTypeError(f"'{text}': 0부터 1까지의 비율을 적어 주세요.")


if __name__ == "__main__":
    raise SystemExit(main())
