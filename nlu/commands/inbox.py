"""`inbox`: what was not understood, grouped by meaning, with proposals; decisions, and labels of several people."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from nlu.audit.actor import actor_of
from nlu.commands import inbox_text, project
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command, share
from nlu.commands.inbox_files import look_at, take_in
from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.errors import InputError
from nlu.inbox import label_studio
from nlu.inbox.agreement import agreements
from nlu.inbox.bot import Bot
from nlu.inbox.collecting import LEAST_MARGIN
from nlu.inbox.decisions import Action, Author
from nlu.inbox.desk import Desk
from nlu.inbox.labels import all_labels
from nlu.inbox.store import STATES
from nlu.inbox.utterances import REASONS
from nlu.inbox.views import decision_view, plain
from nlu.store.registry import locate
from nlu.system.files import read_text, write_atomic
from nlu.types import FALLBACK_INTENT, Span
from nlu.understanding.parser import UtteranceParser

_EXAMPLES = """\
  nlu-inbox list                           새로 쌓인 말까지 모아 묶음을 급한 차례로 보이기
  nlu-inbox list --reason complained       잘못 답했다고 한 것만
  nlu-inbox show 17                        17번 묶음의 말과 제안: 무엇을 알아듣고 무엇을 빼앗는지
  nlu-inbox accept 17 1                    1번 제안을 패턴 파일에 쓰기 (먼저 바뀔 곳을 보이고 묻습니다)
  nlu-inbox edit 17 refund                 17번 묶음은 refund라는 뜻
  nlu-inbox hold 17                        나중에 보기; exclude 다시 안 보기, answer 봇의 답이 맞음
  nlu-inbox undo 5                         5번 결정 되돌리기 (번호는 nlu-inbox log)
  nlu-inbox list --file 상담.csv           파일의 말을 기록하지 않고 묶어만 보기
  nlu-inbox add 상담.csv                   파일의 말을 받은함에 넣기
  nlu-inbox export 과제.json               Label Studio에서 여럿이 답을 달도록 내보내기
  nlu-inbox import 답.json                 Label Studio에서 단 답 들이기
  nlu-inbox agreement                      사람들의 답이 얼마나 같은지 (코헨의 κ)
"""
_DECISIONS: tuple[tuple[Action, str], ...] = (
    ("hold", "나중에 보도록 미룹니다."),
    ("exclude", "다시 보이지 않게 합니다. 닮은 새 말도 함께 빠집니다."),
    ("reopen", "다시 볼 것으로 되돌려 놓습니다."),
    ("answer", "봇의 답이 맞았다고 적습니다."),
)
Loader = Callable[[Path], UtteranceParser]


def main(argv: Sequence[str] | None = None, load: Loader = UtteranceParser.load) -> int:
    """Run the command and give its exit code; `load` makes the parser from a bundle."""
    return run_command(_parser(), partial(_handle, load=load), argv)


def _parser() -> CommandParser:
    parser = CommandParser(
        "nlu-inbox",
        "봇이 알아듣지 못했거나, 겨우 알아들었거나, 잘못 답했다는 말을 뜻으로 묶어 보이고,\n"
        "패턴을 제안합니다. 봇의 폴더에서 쓰세요.",
        examples=_EXAMPLES,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Callable[[Desk, argparse.Namespace], int], text: str) -> CommandParser:
        made: CommandParser = verbs.add_parser(name, description=text, help=text)
        made.set_defaults(handle=handle)
        project.add_options(made, "models")
        return made

    _add_looking(verb)
    _add_deciding(verb)
    _add_labelling(verb)
    return parser


def _add_looking(verb: Callable[..., CommandParser]) -> None:
    listing = verb("list", _list, "새로 쌓인 말을 모으고 묶음을 급한 차례로 보입니다.")
    listing.add_argument("--state", choices=STATES, default="open", help="어떤 묶음을 (처음 값: open)")
    listing.add_argument("--reason", choices=REASONS, help="못 알아들음, 겨우 알아들음, 불만 가운데 하나만")
    listing.add_argument("--limit", type=positive_int, default=20, metavar="수", help="몇 묶음까지 (처음 값: 20)")
    listing.add_argument("--file", type=Path, metavar="파일", help="기록 대신 이 파일의 말을 묶어만 봅니다")
    listing.add_argument("--text", metavar="열", help="그 파일에서 발화가 있는 열 (처음 값: 찾아냄)")
    listing.add_argument("--no-gather", action="store_true", help="새로 쌓인 말을 모으지 않습니다")
    gathering = verb("gather", _gather, "새로 쌓인 말을 묶음에 넣습니다.")
    gathering.add_argument("--anew", action="store_true", help="정하지 않은 묶음을 풀어 처음부터 다시 묶습니다")
    adding = verb("add", _add, "파일의 말을 기록에 넣고 묶습니다. 같은 파일을 다시 넣어도 한 번만 들어갑니다.")
    adding.add_argument("file", type=Path, metavar="파일", help="CSV, XLSX, JSON Lines, 글")
    adding.add_argument("--text", metavar="열", help="발화가 있는 열의 이름이나 번호 (처음 값: 찾아냄)")
    adding.add_argument("--user", metavar="열", help="누가 말했는지 적힌 열: JSON Lines나 CSV")
    for one in (listing, gathering, adding):
        text = f"의도가 다음 의도를 이만큼 못 앞서면 겨우 알아들은 것 (처음 값: {LEAST_MARGIN})"
        one.add_argument("--margin", type=share, default=LEAST_MARGIN, metavar="차이", help=text)
    showing = verb("show", _show, "한 묶음의 말과 제안을 보입니다.")
    showing.add_argument("group", type=positive_int, metavar="묶음")
    showing.add_argument("--intent", metavar="의도", help="이 의도로 제안합니다 (처음 값: 가까운 것)")
    reviewed = verb("log", _log, "무엇을 언제 누가 정했는지 보입니다.")
    reviewed.add_argument("--limit", type=positive_int, default=50, metavar="수", help="몇 줄까지 (처음 값: 50)")
    for one in (listing, gathering, adding, showing, reviewed):
        one.add_argument("--json", action="store_true", help="JSON으로 보입니다")


def _add_deciding(verb: Callable[..., CommandParser]) -> None:
    accepting = verb("accept", _accept, "제안을 패턴과 사전 파일에 씁니다. 바뀔 곳을 먼저 보입니다.")
    accepting.add_argument("group", type=positive_int, metavar="묶음")
    accepting.add_argument("proposal", type=positive_int, metavar="제안", help="nlu-inbox show가 붙인 번호")
    accepting.add_argument("--intent", metavar="의도", help="이 의도로 제안한 것 (show와 같게)")
    accepting.add_argument("--dry-run", action="store_true", help="바뀔 곳만 보이고 쓰지 않습니다")
    undoing = verb("undo", _undo, "결정을 되돌립니다. 파일에 쓴 제안도 빼냅니다.")
    undoing.add_argument("decision", type=positive_int, metavar="결정", help="nlu-inbox log에 있는 번호")
    for one in (accepting, undoing):
        one.add_argument("--yes", action="store_true", help="묻지 않습니다")
    editing = verb("edit", _edit, "묶음이나 그 가운데 몇 마디가 무슨 뜻인지 적습니다.")
    editing.add_argument("group", type=positive_int, metavar="묶음")
    editing.add_argument("intent", metavar="의도", help=f"맞는 의도; 몰라야 할 말이면 {FALLBACK_INTENT}")
    editing.add_argument("--entities", metavar="JSON", help='[{"start": 0, "end": 2, "entity": "loc"}] (한 마디만)')
    for name, text in _DECISIONS:
        deciding = verb(name, _decide, text)
        deciding.add_argument("group", type=positive_int, metavar="묶음")
        _add_records(deciding)
    _add_records(editing)


def _add_records(parser: CommandParser) -> None:
    parser.add_argument("--record", nargs="+", default=[], metavar="기록", help="이 기록만 (처음 값: 묶음 모두)")


def _add_labelling(verb: Callable[..., CommandParser]) -> None:
    exporting = verb("export", _export, "Label Studio의 과제로 씁니다. 화면 설정도 곁에 .xml로 씁니다.")
    exporting.add_argument("file", type=Path, metavar="파일")
    exporting.add_argument("--state", choices=STATES, default="open", help="어떤 묶음을 (처음 값: open)")
    importing = verb("import", _import, "Label Studio에서 단 답을 들입니다.")
    importing.add_argument("file", type=Path, metavar="파일")
    agreeing = verb("agreement", _agreement, "같은 말에 단 답이 사람끼리 얼마나 같은지 보입니다.")
    agreeing.add_argument("--json", action="store_true", help="JSON으로 보입니다")


def _handle(arguments: argparse.Namespace, load: Loader) -> int:
    parser = load(locate(arguments.models))
    if getattr(arguments, "file", None) is not None and arguments.verb == "list":
        return _look(parser, arguments)
    with closing(Database(database_url(arguments.models, os.environ.get(URL_VARIABLE, "")))) as database:
        database.prepare()
        arguments.database, arguments.parser = database, parser
        code: int = arguments.handle(Desk(database, parser, Bot.in_folder(Path())), arguments)
    return code


def _look(parser: UtteranceParser, arguments: argparse.Namespace) -> int:
    views = look_at(parser, arguments.file, arguments.text, arguments.margin)
    chosen = [one for one in views if not arguments.reason or arguments.reason in one["reasons"]][: arguments.limit]
    _print(arguments, {"groups": chosen}, inbox_text.groups(chosen))
    return ExitCode.OK


def _list(desk: Desk, arguments: argparse.Namespace) -> int:
    if not arguments.no_gather:
        desk.gather(least_margin=arguments.margin)
    found = desk.groups(arguments.state, reason=arguments.reason, limit=arguments.limit)
    counts = desk.store.counts()
    _print(arguments, {"counts": counts, "groups": found}, inbox_text.listing(found, counts, arguments.state))
    return ExitCode.OK


def _gather(desk: Desk, arguments: argparse.Namespace) -> int:
    found = desk.gather(least_margin=arguments.margin, anew=arguments.anew)
    _print(arguments, inbox_text.gathered_view(found), inbox_text.gathered(found))
    return ExitCode.OK


def _add(desk: Desk, arguments: argparse.Namespace) -> int:
    added = take_in(arguments.database, arguments.parser, arguments.file, arguments.text, arguments.user)
    found = desk.gather(least_margin=arguments.margin)
    view = {"read": added.read, "added": added.added, **inbox_text.gathered_view(found)}
    _print(arguments, view, f"{inbox_text.added(added)}\n{inbox_text.gathered(found)}")
    return ExitCode.OK


def _show(desk: Desk, arguments: argparse.Namespace) -> int:
    group, proposals = desk.group(arguments.group), desk.proposals(arguments.group, arguments.intent)
    view = {"group": group, "proposals": plain(proposals)}
    _print(arguments, view, inbox_text.whole_group(group, proposals))
    return ExitCode.OK


def _log(desk: Desk, arguments: argparse.Namespace) -> int:
    found = [decision_view(one) for one in desk.decisions.log(arguments.limit)]
    _print(arguments, {"decisions": found}, inbox_text.log(found))
    return ExitCode.OK


def _accept(desk: Desk, arguments: argparse.Namespace) -> int:
    proposals = desk.proposals(arguments.group, arguments.intent)
    if arguments.proposal > len(proposals):
        raise InputError("inbox.no_proposal", number=arguments.proposal, count=len(proposals))
    proposal = proposals[arguments.proposal - 1]
    print(desk.preview(proposal))
    if arguments.dry_run or not _agrees(arguments.yes, "이렇게 쓸까요?"):
        return ExitCode.OK
    made = desk.accept(arguments.group, proposal, _author("accept"))
    print(f"썼습니다. 되돌리려면 nlu-inbox undo {made.id}, 배우게 하려면 nlu-generate와 nlu-train.")
    return ExitCode.OK


def _undo(desk: Desk, arguments: argparse.Namespace) -> int:
    if diff := desk.preview_undo(arguments.decision):
        print(diff)
        if not _agrees(arguments.yes, "이렇게 되돌릴까요?"):
            return ExitCode.OK
    print(f"되돌렸습니다: {inbox_text.decision(decision_view(desk.undo(arguments.decision, _author('undo'))))}")
    return ExitCode.OK


def _edit(desk: Desk, arguments: argparse.Namespace) -> int:
    spans = None if arguments.entities is None else _spans(arguments.entities)
    made = desk.edit(arguments.group, arguments.intent, _author("edit"), arguments.record, spans)
    print(inbox_text.decision(decision_view(made)))
    return ExitCode.OK


def _decide(desk: Desk, arguments: argparse.Namespace) -> int:
    made = desk.decide(arguments.group, arguments.verb, _author(arguments.verb), arguments.record)
    print(inbox_text.decision(decision_view(made)))
    return ExitCode.OK


def _export(desk: Desk, arguments: argparse.Namespace) -> int:
    groups, parser = desk.store.groups(arguments.state), arguments.parser
    utterances = [(group.id, one) for group in groups for one in group.members]
    tasks = label_studio.tasks(utterances, all_labels(desk.store))
    write_atomic(arguments.file, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    view, intents = arguments.file.with_suffix(".xml"), dict.fromkeys((*parser.intents, FALLBACK_INTENT))
    write_atomic(view, label_studio.config(intents, dict.fromkeys(parser.model.entities.labels)))
    print(f"{arguments.file}: 과제 {len(tasks):,}개, 화면 설정 {view}")
    return ExitCode.OK


def _import(desk: Desk, arguments: argparse.Namespace) -> int:
    try:
        content = json.loads(read_text(arguments.file)[0])
    except ValueError:
        raise InputError("inbox.no_export", str(arguments.file), place=str(arguments.file)) from None
    taken = desk.take_labels(label_studio.read(content), "nlu-inbox import")
    print(f"{arguments.file}: 새 답 {taken.taken:,}개, 이미 있던 답 {taken.unchanged:,}개")
    if taken.unknown:
        print(f"받은함에 없는 기록의 답 {taken.unknown:,}개는 뺐습니다.", file=sys.stderr)
    return ExitCode.OK


def _agreement(desk: Desk, arguments: argparse.Namespace) -> int:
    found = agreements(all_labels(desk.store))
    texts = {one.id: one.text for group in desk.store.groups(None) for one in group.members}
    _print(arguments, {"pairs": inbox_text.agreement_views(found)}, inbox_text.agreement(found, texts))
    return ExitCode.OK


def _print(arguments: argparse.Namespace, view: Any, text: str) -> None:
    print(json.dumps(view, ensure_ascii=False, indent=2) if arguments.json else text)


def _author(verb: str) -> Author:
    return Author(actor_of(os.environ), f"nlu-inbox {verb}")


def _agrees(is_sure: bool, question: str) -> bool:
    if is_sure:
        return True
    if not sys.stdin.isatty():
        print("쓰지 않았습니다. 묻지 않고 쓰려면 --yes 를 붙이세요.", file=sys.stderr)
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "예", "네", "ㅇ")


def _spans(written: str) -> list[Span]:
    try:
        rows = json.loads(written)
        return [Span(row["start"], row["end"], row["entity"], row.get("role")) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError("inbox.no_entities", "entities") from None


if __name__ == "__main__":
    raise SystemExit(main())
