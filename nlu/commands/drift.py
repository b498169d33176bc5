"""`drift`: whether people still say what the model was made for, from the records or from a file."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nlu.audit.actor import actor_of
from nlu.audit.store import note
from nlu.commands import project
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.commands.drift_text import passed_text, replayed_text
from nlu.commands.said import read_said
from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.drift.check import WINDOW
from nlu.drift.passing import BASELINE, pass_over, rebase
from nlu.drift.reading import Reader
from nlu.drift.recorded import answer_texts, read_lines
from nlu.drift.replay import STEP, replay
from nlu.drift.sample import Heard
from nlu.drift.sketch import Sketch
from nlu.drift.store import DriftStore
from nlu.errors import InputError
from nlu.store.bundle import Bundle
from nlu.store.registry import Registry, locate
from nlu.types import Parse
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-drift                            서버가 기록한 마지막 발화 500개를 기준과 견줍니다 (경보면 코드 1)
  nlu-drift --rebase                   마지막 발화 2,000개를 이제부터의 기준으로 삼습니다
  nlu-drift 발화.jsonl                 파일의 발화를 차례로 보며 100개마다 견줍니다
  nlu-drift 문의.csv                   표나 글의 발화도: 발화가 있는 열을 찾아 지금 답해 봅니다
  nlu-drift 오늘.jsonl --reference 지난달.jsonl   다른 파일을 기준으로
  nlu-drift --every 600                10분마다 되풀이합니다 (서버 곁에서)
"""
_TABLES = (".csv", ".tsv", ".xlsx", ".txt")
_ABOUT = """\
사람들이 하는 말이 모델을 만든 때와 달라졌는지 봅니다. 의도, 개체, 확신, 길이, 낯선 낱말 등을 기준과 견주어
우연으로 보기 어려운 것만 경보로 알리고, 그렇게 만든 발화 열 개를 보입니다.
기준은 학습할 때 떼어 둔 발화입니다. 패턴에서 만든 발화뿐이면 실제 말과 본디 다르므로, 처음 받은 발화
2,000개가 모이면 그것을 기준으로 삼습니다."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    parser = CommandParser("nlu-drift", _ABOUT, examples=_EXAMPLES)
    parser.add_argument(
        "file", metavar="파일", type=Path, nargs="?", help="발화 파일(JSON Lines, CSV, 엑셀, 글); 없으면 기록을 봅니다"
    )
    project.add_options(parser, "models")
    parser.add_argument("--version-of", metavar="버전", dest="model_version", help="볼 모델의 버전; 없으면 쓰는 모델")
    parser.add_argument("--reference", metavar="파일", type=Path, help="기준으로 삼을 발화 파일 (발화 파일과 함께)")
    parser.add_argument(
        "--window", metavar="수", type=positive_int, default=WINDOW, help=f"함께 볼 발화의 수 (기본: {WINDOW})"
    )
    parser.add_argument(
        "--step", metavar="수", type=positive_int, default=STEP, help=f"파일을 볼 때 건너뛸 수 (기본: {STEP})"
    )
    parser.add_argument(
        "--baseline",
        metavar="수",
        type=positive_int,
        default=BASELINE,
        help=f"기준을 만들 발화의 수 (기본: {BASELINE})",
    )
    parser.add_argument("--rebase", action="store_true", help="마지막 발화들을 새 기준으로 삼습니다")
    parser.add_argument("--every", metavar="초", type=positive_int, help="이만큼 쉬고 되풀이합니다")
    parser.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    return run_command(parser, _handle, argv)


def _handle(arguments: argparse.Namespace) -> int:
    if arguments.file is not None:
        if arguments.rebase or arguments.every:
            raise InputError("drift.not_with_file")
        return _file(arguments)
    if arguments.reference is not None:
        raise InputError("drift.reference_alone")
    while arguments.every:
        _records(arguments)
        time.sleep(arguments.every)
    return _records(arguments)


def _bundle(arguments: argparse.Namespace) -> Bundle:
    if arguments.model_version:
        return Registry(arguments.models).open(arguments.model_version, verify=False)
    return Bundle.open(locate(arguments.models), verify=False)


def _records(arguments: argparse.Namespace) -> int:
    bundle, now = _bundle(arguments), datetime.now(UTC)
    database = Database(database_url(arguments.models, os.environ.get(URL_VARIABLE, "")))
    with closing(database):
        database.prepare()
        if arguments.rebase:
            return _rebase(database, bundle, now, arguments.baseline)
        passed = pass_over(database, bundle, now, window=arguments.window, baseline=arguments.baseline)
    if arguments.json:
        print(json.dumps({"version": bundle.version, **passed.to_dict(with_text=True)}, ensure_ascii=False, indent=2))
    else:
        print(passed_text(bundle.version, passed), flush=True)
    return ExitCode.MISTAKE if passed.is_alarm else ExitCode.OK


def _rebase(database: Database, bundle: Bundle, now: datetime, size: int) -> int:
    served = DriftStore(database, bundle.version).count()
    if served < 2:
        raise InputError("drift.nothing_served", version=bundle.version)
    sketch = rebase(database, bundle, now, size)
    actor = actor_of(os.environ)
    note(database, actor=actor, action="drift.rebase", subject=bundle.version, detail={"size": sketch.size},
         source="nlu-drift")  # fmt: skip
    print(f"{bundle.version}: 마지막 발화 {sketch.size:,}개를 이제부터의 기준으로 삼습니다.")
    return ExitCode.OK


def _file(arguments: argparse.Namespace) -> int:
    bundle = _bundle(arguments)
    answers, reader = _Answers(bundle), Reader.open(bundle)
    heard = list(_heard(arguments.file, answers))
    if not heard:
        raise InputError("drift.empty", path=arguments.file)
    if arguments.reference is not None:
        before = list(_heard(arguments.reference, answers))
        if len(before) < 2:
            raise InputError("drift.empty", path=arguments.reference)
        sketch: Sketch | None = Sketch.of(reader.read(before), "served")
    else:
        sketch = Sketch.read(bundle)
    if sketch is None:
        raise InputError("drift.no_sketch", version=bundle.version)
    replayed = replay(heard, sketch, reader, window=arguments.window, step=arguments.step)
    if arguments.json:
        values = {
            "version": bundle.version,
            "utterances": len(heard),
            "alarm": replayed.first_alarm is not None,
            "first_alarm": replayed.first_alarm,
            "alarms": replayed.alarms,
            "windows": [{"end": end, **found.to_dict(with_text=True)} for end, found in replayed.checks],
        }
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        print(replayed_text(bundle.version, len(heard), replayed))
    return ExitCode.OK if replayed.first_alarm is None else ExitCode.MISTAKE


def _heard(path: Path, answers: _Answers) -> Iterator[Heard]:
    """Read recorded answers as they are, and answer what a table or a text file holds."""
    if path.suffix.lower() not in _TABLES:
        return read_lines(path, answers)
    return answer_texts(((one.text, one.label or None) for one in read_said(path)), answers)


@dataclass
class _Answers:
    """Answers with a model that is read when the first text asks for it."""

    bundle: Bundle
    parser: UtteranceParser | None = None

    def __call__(self, texts: Sequence[str]) -> list[Parse]:
        self.parser = self.parser or UtteranceParser.from_bundle(self.bundle)
        return self.parser.parse_many(texts, top_n=1)


if __name__ == "__main__":
    raise SystemExit(main())
