"""`keys`: make, list and take back the keys of authors."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from nlu.audit.actor import actor_of
from nlu.commands.common import CommandParser, ExitCode, day_count, run_command
from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.keys.author_key import AuthorKey
from nlu.keys.roles import ROLES, Role
from nlu.keys.store import KeyStore

_EXAMPLES = """\
  nlu-keys add 김저자 --role label          피드백을 주고 받은함을 가릴 수 있는 열쇠 (한 번만 보입니다)
  nlu-keys add 야간작업 --role operate --days 90   90일 뒤에 저절로 닫히는 열쇠
  nlu-keys list                            누가 어떤 열쇠를 가졌고 언제 마지막으로 썼는지
  nlu-keys revoke 김저자                    거두기 (서버마다 2초 안에 닫힙니다)
"""
_ROLES: dict[Role, str] = {
    "read": "보기",
    "label": "보기, 피드백과 받은함 가리기",
    "edit": "앞의 것, 패턴과 사전 고치기",
    "operate": "모두: 작업, 모델, 카나리",
}
_NAME = re.compile(r"[^\W_][\w .@-]{0,99}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-keys",
        "사람마다 할 수 있는 일을 정한 API 열쇠를 만들고 거둡니다. NLU_API_KEY는 따로 있고 무엇이든 할 수 있습니다.",
        examples=_EXAMPLES,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Callable[[KeyStore, argparse.Namespace], int], text: str) -> CommandParser:
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

    add = verb("add", _add, "열쇠를 만들어 한 번 보입니다. 데이터베이스에는 해시만 남습니다.")
    add.add_argument("name", metavar="이름", type=_name, help="누구의 열쇠인지; 감사에 이 이름으로 남습니다")
    roles = "; ".join(f"{role}: {text}" for role, text in _ROLES.items())
    add.add_argument("--role", choices=ROLES, required=True, help=roles)
    add.add_argument("--days", type=day_count, metavar="일", help="며칠 뒤에 닫힐지 (없으면 닫히지 않음)")
    listing = verb("list", _list, "열쇠를 모두 보입니다. 열쇠 자체는 보이지 않습니다.")
    listing.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    revoke = verb("revoke", _revoke, "열쇠를 거둡니다.")
    revoke.add_argument("name", metavar="이름", help="누구의 열쇠인지")
    return parser


def _name(text: str) -> str:
    if not _NAME.fullmatch(text.strip()):
        raise argparse.ArgumentTypeError(f"글자나 숫자로 시작하는 100자까지의 이름이어야 합니다: {text}")
    return text.strip()


def _handle(arguments: argparse.Namespace) -> int:
    with closing(Database(database_url(arguments.models, os.environ.get(URL_VARIABLE, "")))) as database:
        database.prepare()
        code: int = arguments.handle(KeyStore(database), arguments)
    return code


def _add(store: KeyStore, arguments: argparse.Namespace) -> int:
    by = actor_of(os.environ)
    key, kept = store.add(arguments.name, arguments.role, by=by, days=arguments.days, source="nlu-keys add")
    until = f"{kept.expires:%Y-%m-%d %H:%M} UTC까지" if kept.expires else "거둘 때까지"
    print(f"{kept.name}의 열쇠({_ROLES[kept.role]}; {until}). 다시 보이지 않으니 지금 전해 주세요.", file=sys.stderr)
    print(key)
    return ExitCode.OK


def _list(store: KeyStore, arguments: argparse.Namespace) -> int:
    found = store.all()
    if arguments.json:
        shown = [{**asdict(key), "hash": key.hash[:12], "is_open": key.opens(datetime.now(UTC))} for key in found]
        print(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(map(_line, found)) or "열쇠가 없습니다. 만들려면: nlu-keys add 이름 --role label")
    return ExitCode.OK


def _line(key: AuthorKey) -> str:
    state = "거둠" if key.revoked else "열림" if key.opens(datetime.now(UTC)) else "기한 지남"
    until = f"{key.expires:%Y-%m-%d}까지" if key.expires else "기한 없음"
    used = f"마지막 씀 {key.last_used:%Y-%m-%d %H:%M} UTC" if key.last_used else "쓴 적 없음"
    return f"{key.name}  {key.role}  {state}  {until}  {used}  ({key.created_by}, {key.created:%Y-%m-%d})"


def _revoke(store: KeyStore, arguments: argparse.Namespace) -> int:
    store.revoke(arguments.name, by=actor_of(os.environ), source="nlu-keys revoke")
    print(f"{arguments.name}의 열쇠를 거두었습니다.")
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
