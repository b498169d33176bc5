"""The verb `differences` of `models`: what a shadow understood otherwise than the served version."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.adjustment.shadowing import ShadowCounts, Shadowing
from nlu.commands.common import CommandParser, ExitCode, positive_int
from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.store.registry import Registry

DESCRIPTION = (
    "그림자로 시험한 후보가 쓰는 모델과 다르게 알아들은 발화를 새것부터 보입니다. 발화의 개인 정보는 가린 그대로이고, "
    "기록이 지워지면 함께 사라집니다."
)


def add_arguments(parser: CommandParser) -> None:
    """Add what the verb takes."""
    parser.add_argument("version", metavar="버전", nargs="?", help="후보 모델; 없으면 지금의 그림자, 없으면 모두")
    parser.add_argument("--limit", type=positive_int, default=20, metavar="수", help="많아야 몇 개 (기본: %(default)s)")
    parser.add_argument("--json", action="store_true", help="JSON으로 보입니다")


def handle(arguments: argparse.Namespace) -> int:
    """List differences."""
    version, since = arguments.version, None
    running = Registry(arguments.models).trials().shadow
    if running is not None and version in (None, running.version):
        version, since = running.version, datetime.fromisoformat(running.since)
    with closing(Database(_place(arguments.models))) as database:
        database.prepare()
        shadowing = Shadowing(database)
        counts = shadowing.counts(version, since) if version else None
        rows = shadowing.page(version, arguments.limit)
    if arguments.json:
        print(json.dumps({"version": version, "differences": rows}, ensure_ascii=False, indent=2, default=_plain))
        return ExitCode.OK
    if counts is not None:
        print(f"{version}: {_counted(counts)}")
    print("\n".join(_line(row) for row in rows) or "다르게 알아들은 발화가 없습니다.")
    return ExitCode.OK


def _place(models: Path) -> str:
    return database_url(models, os.environ.get(URL_VARIABLE, "").strip())


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _counted(counts: ShadowCounts) -> str:
    shares = [
        f"{name} {number}개({number / counts.compared:.1%})" if counts.compared else f"{name} {number}개"
        for name, number in (("의도가 다름", counts.other_intents), ("개체만 다름", counts.other_entities))
    ]
    lost = f"답하지 못함 {counts.failed}개, 자리가 없어 묻지 못함 {counts.dropped}개"
    time = f", 발화 하나에 {1000 * counts.seconds / counts.compared:.1f} ms" if counts.compared else ""
    return f"견준 발화 {counts.compared}개, {', '.join(shares)}, {lost}{time}, 따로 쓰는 메모리 {counts.memory} MiB"


def _line(row: Mapping[str, Any]) -> str:
    served, candidate = _understood(row, "served_"), _understood(row, "")
    return f"{row['time']:%m-%d %H:%M} {row['text']}\n    {served} → {candidate}  ({row['record_id']})"


def _understood(row: Mapping[str, Any], prefix: str) -> str:
    entities = [f"{_label(one)}={one['value']}" for one in row[f"{prefix}entities"]]
    return " ".join([f"{row[f'{prefix}intent']} {row[f'{prefix}confidence']:.2f}", *entities])


def _label(entity: Mapping[str, Any]) -> str:
    return f"{entity['entity']}:{entity['role']}" if entity.get("role") else str(entity["entity"])
