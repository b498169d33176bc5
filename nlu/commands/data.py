"""`data`: what the author's files were when data was made of them: list, compare, put back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from nlu.commands import auditing, data_text, project
from nlu.commands.common import CommandParser, ExitCode, positive_int, run_command
from nlu.errors import SnapshotError
from nlu.pipeline.data_versions import snapshots_beside
from nlu.snapshots.author_files import Places, read_files
from nlu.snapshots.comparison import Content, compare, of_files, of_snapshot
from nlu.snapshots.restore import extract, restore
from nlu.snapshots.store import LAST, SHOWN, Snapshots
from nlu.store.registry import Registry

_EXAMPLES = """\
  nlu-data log                            언제 어떤 파일로 데이터를 만들었고, 어느 모델이 그것을 배웠는지
  nlu-data diff                           마지막으로 데이터를 만든 뒤 지금까지 고친 것
  nlu-data diff 3f2a 9c41                 두 스냅샷 사이에 바뀐 패턴, 사전 값, 설정
  nlu-data diff 20261130-122223-42207ef0  이 모델이 배운 뒤 지금까지 고친 것
  nlu-data restore 3f2a                   그때의 파일로 되돌리기 (지금 것은 먼저 스냅샷으로 남깁니다)
  nlu-data restore 3f2a --files dictionaries/dict.csv
  nlu-data restore 3f2a --to ../옛것      지금 파일은 두고 새 폴더에 꺼내 보기
  nlu-data prune --keep 20                새것 20개와 모델이 배운 것만 남기기

스냅샷은 nlu-generate와 nlu-train이 data 폴더 옆의 .nlu/snapshots에 남깁니다.
스냅샷은 해시의 앞부분(네 글자부터), 그것을 배운 모델의 이름, 또는 last(마지막)로 부릅니다.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser("nlu-data", "패턴·사전·설정이 예전에 어땠는지 보고, 견주고, 되돌립니다.", examples=_EXAMPLES)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Callable[[argparse.Namespace], int], text: str) -> CommandParser:
        made: CommandParser = verbs.add_parser(name, description=text, help=text)
        project.add_options(made, "patterns", "dictionary", "data", "models", "config")
        made.set_defaults(handle=handle)
        return made

    log = verb("log", _log, "스냅샷을 새것부터 보입니다: 때, 해시, 세어 본 것, 그것을 배운 모델.")
    log.add_argument("--most", type=positive_int, default=20, metavar="개수", help="보일 수 (기본: 20)")
    log.add_argument("--json", action="store_true", help="모두 JSON으로 보입니다")
    diff = verb("diff", _diff, "두 스냅샷을, 하나만 적으면 그것과 지금 파일을 견줍니다.")
    diff.add_argument("before", metavar="앞", nargs="?", default=LAST, help="스냅샷 (없으면 마지막 것)")
    diff.add_argument("after", metavar="뒤", nargs="?", help="스냅샷; 없으면 지금 파일")
    diff.add_argument("--all", action="store_true", help="바뀐 것을 모두 보입니다")
    diff.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    back = verb("restore", _restore, "파일을 스냅샷의 것으로 되돌립니다. 지금 것은 먼저 스냅샷으로 남깁니다.")
    back.add_argument("snapshot", metavar="스냅샷", help="되돌릴 스냅샷")
    back.add_argument("--files", nargs="+", default=[], metavar="이름", help="되돌릴 파일, 폴더, 무늬(*.csv)만")
    back.add_argument("--to", type=Path, metavar="폴더", help="지금 파일은 두고 새 폴더에 꺼냅니다")
    back.add_argument("--delete", action="store_true", help="그때 없던 파일은 지웁니다")
    back.add_argument("--force", action="store_true", help="스냅샷에 없는 것도 덮어씁니다 (스냅샷으로 남긴 뒤에)")
    verb("verify", _verify, "모든 스냅샷을 읽어 깨진 것이 없는지 확인합니다.")
    prune = verb("prune", _prune, "새 스냅샷 몇 개와 지금 있는 모델이 배운 것만 남기고 지웁니다.")
    prune.add_argument("--keep", type=positive_int, required=True, metavar="개수", help="남길 새 스냅샷의 수")
    return parser


def _handle(arguments: argparse.Namespace) -> int:
    code: int = arguments.handle(arguments)
    return code


def _log(arguments: argparse.Namespace) -> int:
    store = snapshots_beside(arguments.data)
    rows = data_text.rows_of(store, Registry(arguments.models))
    if arguments.json:
        print(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=2))
    elif not rows:
        print(f"{store.root}: 스냅샷이 아직 없습니다. nlu-generate 를 실행하면 그때의 패턴·사전·설정이 남습니다.")
    else:
        print("\n".join(data_text.line(row) for row in rows[: arguments.most]))
        if len(rows) > arguments.most:
            print(f"… 이전 스냅샷 {len(rows) - arguments.most}개 (--most {len(rows)})")
    return ExitCode.MISTAKE if any(row.problem for row in rows) else ExitCode.OK


def _diff(arguments: argparse.Namespace) -> int:
    store = snapshots_beside(arguments.data)
    before, name = _side(store, arguments.before)
    if arguments.after is None:
        after, other = of_files(read_files(_places(arguments, store))), "지금 파일"
    else:
        after, other = _side(store, arguments.after)
    found = compare(before, after)
    if arguments.json:
        print(json.dumps(data_text.comparison_as_json(found), ensure_ascii=False, indent=2))
    else:
        print(f"{name} → {other}\n{data_text.comparison(found, everything=arguments.all)}")
    return ExitCode.MISTAKE if found.unread else ExitCode.OK


def _side(store: Snapshots, wanted: str) -> tuple[tuple[Content, ...], str]:
    name = _found(store, wanted)
    return of_snapshot(store.open(name), store.objects), name[:SHOWN]


def _found(store: Snapshots, wanted: str) -> str:
    if not store.names():
        raise SnapshotError("snapshot.none", folder=store.root)
    return store.find(wanted)


def _restore(arguments: argparse.Namespace) -> int:
    store = snapshots_beside(arguments.data)
    name = _found(store, arguments.snapshot)
    if arguments.to is not None:
        names = extract(store, name, arguments.to, arguments.files)
        print("\n".join([*(f"  {one}" for one in names), f"{name[:SHOWN]}의 파일 {len(names)}개: {arguments.to}/"]))
        return ExitCode.OK
    places = _places(arguments, store)
    done = restore(store, name, places, only=arguments.files, force=arguments.force, delete=arguments.delete)
    _audit(arguments, auditing.Change("data.restore", name, {"only": arguments.files}), places)
    print(data_text.restored(done, name))
    return ExitCode.OK


def _verify(arguments: argparse.Namespace) -> int:
    store = snapshots_beside(arguments.data)
    broken = store.broken()
    for name, error in broken:
        print(f"{name[:SHOWN]}: {error.worded('ko')}")
    print(
        f"스냅샷 {len(store.names())}개를 읽었습니다. " + ("깨진 것이 있습니다." if broken else "깨진 것이 없습니다.")
    )
    return ExitCode.MISTAKE if broken else ExitCode.OK


def _prune(arguments: argparse.Namespace) -> int:
    store = snapshots_beside(arguments.data)
    if not store.names():
        print("지울 스냅샷이 없습니다.")
        return ExitCode.OK
    versions = [info.version for info in Registry(arguments.models).list()]
    done = store.prune(arguments.keep, versions)
    _audit(arguments, auditing.Change("snapshot.prune", str(store.root), {"snapshots": len(done.snapshots)}))
    freed = f"아무도 쓰지 않는 내용 {done.contents}개({done.size / 1e6:.1f} MB)"
    print(f"스냅샷 {len(done.snapshots)}개와 {freed}를 지웠습니다.")
    return ExitCode.OK


def _audit(arguments: argparse.Namespace, change: auditing.Change, places: Places | None = None) -> None:
    auditing.note(auditing.around(arguments.data), f"nlu-data {arguments.verb}", [change], places)


def _places(arguments: argparse.Namespace, store: Snapshots) -> Places:
    """Where the author's files lie: around the data folder where no option says so."""
    around = arguments.data.parent
    if arguments.patterns is None and (around / project.PATTERNS).exists():
        arguments.patterns = [around / project.PATTERNS]
        arguments.config = around / project.CONFIG if arguments.config == project.CONFIG else arguments.config
        arguments.dictionary = arguments.dictionary or project.dictionaries(around)
    place = project.locate(arguments)
    return replace(place.sources, imported=_imported(store, place.sources.project))


def _imported(store: Snapshots, folder: Path) -> tuple[Path, ...]:
    """The files of utterances that were mixed in the last time."""
    for name in reversed(store.names()):
        try:
            files = store.open(name).files
        except SnapshotError:
            continue
        return tuple(folder / one.name for one in files if one.kind == "imported")
    return ()


if __name__ == "__main__":
    raise SystemExit(main())
