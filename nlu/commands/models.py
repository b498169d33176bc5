"""`models`: list, add, activate, roll back, delete and export the versions of a model; change the dictionary of one."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from nlu.commands import auditing, comparing, differing, export_browser, project, promotion, sharing, tracking, trying
from nlu.commands.common import CommandParser, ExitCode, describe, positive_int, run_command, share
from nlu.errors import BundleFormatError, RegistryError
from nlu.evaluation.comparison import MARGIN
from nlu.evaluation.report import ALL
from nlu.pipeline.dictionary_update import update_dictionary
from nlu.store.bundle import MANIFEST_NAME
from nlu.store.notes import LABELS
from nlu.store.registry import Registry, VersionInfo
from nlu.store.trials import Trials
from nlu.understanding.json_form import to_json
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.trial import try_model

_NOTE = 100
"""Characters of a note that are listed at most; all of it stands in the JSON."""

_EXAMPLES = """\
  nlu-models list                                  어떤 모델이 있고 무엇이 쓰이는지
  nlu-models activate 20261121-143015-ab12cd34     이 모델로 답하기 (서버를 다시 켜지 않아도 됩니다)
  nlu-models promote 20261121-143015-ab12cd34      쓰는 모델과 견주어, promotion.toml을 지키면 이 모델로 답하기
  nlu-models compare 20261121-143015-ab12cd34 20261122-090000-0f1e2d3c   두 모델 가운데 누가 나은지
  nlu-models canary 20261122-090000-0f1e2d3c --share 5%   사용자의 5%에게 이 모델로 (shadow: 안 보이게)
  nlu-models rollback                              바로 앞에 쓰던 모델로 되돌리기 (redo: 되돌린 것을 다시 쓰기)
  nlu-models note 20261121-143015-ab12cd34 "추석 메뉴"   메모를 적어 두기
  nlu-models update-dictionary dictionaries/dict.csv   다시 학습하지 않고 고친 사전만 쓰기
  nlu-models export-browser web                    쓰는 모델을 서버 없이 브라우저에서 답하는 폴더로
  nlu-models share s3://models/pizza-bot           여러 컴퓨터가 함께 쓰는 저장소의 사본으로 쓰기
  nlu-models prune --keep 5                        새 모델 다섯과 쓰는 모델만 남기기
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and give its exit code."""
    return run_command(_parser(), _handle, argv)


def _parser() -> CommandParser:
    parser = CommandParser("nlu-models", "학습한 모델을 관리합니다.", examples=_EXAMPLES)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="할일", title="할 일")

    def verb(name: str, handle: Callable[[argparse.Namespace], int], text: str) -> CommandParser:
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

    listing = verb(
        "list",
        _list,
        "모든 모델을 오래된 것부터 보입니다. 쓰는 모델에는 * 표를 하고, 쓴 적이 없으면 (후보), "
        "시험 삼아 학습했으면 (초안)이라고 적습니다.",
    )
    listing.add_argument("--verify", action="store_true", help="모든 파일을 읽어 바뀐 곳이 없는지 확인합니다")
    listing.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    show = verb("show", _show, "한 모델의 설명(설정, 점수, 파일 등)을 JSON으로 보입니다.")
    show.add_argument("version", metavar="버전", nargs="?", help="보일 모델; 없으면 쓰는 모델")
    add = verb("add", _add, "다른 곳에 있는 모델 폴더를 확인하고 복사해 넣습니다.")
    add.add_argument("folder", metavar="모델폴더", type=Path, help="manifest.json이 든 폴더")
    add.add_argument("--activate", action="store_true", help="넣은 모델로 바로 답합니다")
    activate = verb(
        "activate",
        _activate,
        "이 모델로 답하게 합니다. 여기서 읽을 수 없으면 거절하고 쓰던 모델을 그대로 씁니다.",
    )
    activate.add_argument("version", metavar="버전", help="쓸 모델")
    promoting = verb(
        "promote",
        _promote,
        "모델을 쓰는 모델과 같은 발화로 견주고, 승격 정책을 지키면 이 모델로 답하게 합니다. "
        "끝날 때의 코드: 0 바꿈, 1 바꾸지 않음, 2 견줄 수 없음(쓰던 모델이 그대로 답합니다).",
    )
    promoting.add_argument("version", metavar="버전", help="후보 모델")
    promoting.add_argument("--force", action="store_true", help="정책이 막아도 이 모델로 답합니다")
    promoting.add_argument("--no-activate", action="store_true", help="바꾸지 않고 판정만 합니다")
    project.add_options(promoting, "data")
    promoting.add_argument("--reports", type=Path, metavar="폴더", default=Path("reports"), help="판정을 둘 곳")
    promotion.add_options(promoting)
    both = verb("compare", comparing.run, "두 모델을 같은 발화로 견줍니다 (nlu-evaluate --compare와 같습니다).")
    both.add_argument("compare", metavar="모델", nargs=2, help="두 모델(버전이나 폴더); 뒤의 것이 새 모델")
    both.add_argument(
        "--files", metavar="파일", type=Path, nargs="+", default=[], help="답이 달린 발화 (없으면 데이터의 test)"
    )
    project.add_options(both, "data")
    both.add_argument("--reports", type=Path, metavar="폴더", default=Path("reports"), help="결과를 둘 곳")
    both.add_argument("--json", action="store_true", help="JSON으로 보입니다")
    both.add_argument(
        "--margin", type=share, metavar="비율", default=MARGIN, help=f"괜찮다고 볼 손실 (기본: {MARGIN:g})"
    )
    trying.add_arguments(verb("shadow", trying.shadow, trying.SHADOW), "shadow")
    trying.add_arguments(verb("canary", trying.canary, trying.CANARY), "canary")
    differing.add_arguments(verb("differences", differing.handle, differing.DESCRIPTION))
    verb("rollback", _roll_back, "바로 앞에 쓰던 모델로 되돌립니다.")
    verb("redo", _redo, "되돌리기 전의 모델로 다시 답합니다. 되돌린 뒤에 다른 모델을 골랐으면 할 수 없습니다.")
    note = verb("note", _note, "모델에 메모를 적습니다. list와 함께 보입니다. 모델 자체는 바뀌지 않습니다.")
    note.add_argument("version", metavar="버전", help="적을 모델")
    note.add_argument("text", metavar="메모", help="적을 말; 빈 말이면 지웁니다")
    label = verb("label", _label, "모델에 이름표를 붙입니다. 다른 모델에 붙어 있으면 옮겨 붙입니다.")
    label.add_argument("version", metavar="버전", help="붙일 모델")
    label.add_argument("label", metavar="이름표", choices=LABELS, help=f"{', '.join(LABELS)} 가운데 하나")
    sharing.add_arguments(verb("share", sharing.share, sharing.SHARE), verb("follow", sharing.follow, sharing.FOLLOW))
    update = verb(
        "update-dictionary",
        _update_dictionary,
        "쓰는 모델의 사전만 바꾼 새 모델을 만들어 그 모델로 답합니다. 다시 학습하지 않습니다.",
    )
    update.add_argument("files", metavar="사전", type=Path, nargs="+", help="사전 CSV 전부")
    export_browser.add_arguments(verb("export-browser", export_browser.handle, export_browser.DESCRIPTION))
    delete = verb("delete", _delete, "쓰지 않는 모델을 지웁니다.")
    delete.add_argument("version", metavar="버전", help="지울 모델")
    prune = verb("prune", _prune, "새 모델 몇 개와 쓰는 모델만 남기고 지웁니다.")
    prune.add_argument("--keep", type=positive_int, required=True, metavar="개수", help="남길 새 모델의 수")
    return parser


def _handle(arguments: argparse.Namespace) -> int:
    registry, arguments.changes = Registry(arguments.models), []
    before = _answering(registry)
    try:
        code: int = arguments.handle(arguments)
    finally:
        auditing.note(registry.root, f"nlu-models {arguments.verb}", arguments.changes)
    if (version := _answering(registry)) is not None and version != before:
        tracking.track_activation(registry, version)
    return code


def _changed(arguments: argparse.Namespace, action: str, subject: str, **detail: Any) -> None:
    """Remember what was done, for the audit."""
    arguments.changes.append(auditing.Change(action, subject, detail))


def _activated(arguments: argparse.Namespace, how: str, before: str | None, version: str) -> None:
    _changed(arguments, f"model.{how}", version, before=before)


def _answering(registry: Registry) -> str | None:
    with contextlib.suppress(RegistryError):  # which the verb says better
        return registry.active()
    return None


def _list(arguments: argparse.Namespace) -> int:
    versions = Registry(arguments.models).list(arguments.verify)
    if arguments.json:
        trials = _trials(Registry(arguments.models))
        print(json.dumps([_as_json(info, trials) for info in versions], ensure_ascii=False, indent=2))
    elif versions:
        trials = _trials(Registry(arguments.models))
        print("\n".join(_line(info, trials) for info in versions))
    else:
        print(f"{arguments.models}: 모델이 없습니다.")
    return ExitCode.MODEL if any(info.broken for info in versions) else ExitCode.OK


def _trials(registry: Registry) -> Trials:
    with contextlib.suppress(RegistryError):  # a damaged file is no reason not to list what there is
        return registry.trials()
    return Trials()


def _show(arguments: argparse.Namespace) -> int:
    registry = Registry(arguments.models)
    if (version := arguments.version or registry.active()) is None:
        print(f"{arguments.models}: 쓰는 모델이 없습니다.")
        return ExitCode.MODEL
    print(registry.open(version).manifest.to_json())
    return ExitCode.OK


def _add(arguments: argparse.Namespace) -> int:
    registry = Registry(arguments.models)
    version, before = registry.publish_folder(arguments.folder), _answering(registry)
    manifest = auditing.hash_of(registry.path(version) / MANIFEST_NAME)
    _changed(arguments, "model.add", version, after=manifest, source=str(arguments.folder))
    print(f"{version} 모델을 넣었습니다.")
    if arguments.activate:
        registry.activate(version, _try)
        _activated(arguments, "activate", before, version)
        print(f"이제 {version} 모델로 답합니다.")
    return ExitCode.OK


def _try(folder: Path) -> None:
    try_model(UtteranceParser.load, folder)


def _activate(arguments: argparse.Namespace) -> int:
    registry = Registry(arguments.models)
    before = _answering(registry)
    registry.activate(arguments.version, _try)
    _activated(arguments, "activate", before, arguments.version)
    print(f"이제 {arguments.version} 모델로 답합니다.")
    return ExitCode.OK


def _roll_back(arguments: argparse.Namespace) -> int:
    registry = Registry(arguments.models)
    before, version = _answering(registry), registry.roll_back(_try)
    _activated(arguments, "rollback", before, version)
    print(f"{version} 모델로 되돌렸습니다.")
    return ExitCode.OK


def _redo(arguments: argparse.Namespace) -> int:
    registry = Registry(arguments.models)
    before, version = _answering(registry), registry.redo(_try)
    _activated(arguments, "redo", before, version)
    print(f"다시 {version} 모델로 답합니다.")
    return ExitCode.OK


def _promote(arguments: argparse.Namespace) -> int:
    terms = promotion.terms_of(arguments)
    registry = Registry(arguments.models)
    activate = not arguments.no_activate
    return promotion.run(registry, arguments.version, terms, arguments.data, arguments.reports, activate=activate)


def _note(arguments: argparse.Namespace) -> int:
    text = _one_line(arguments.text)
    Registry(arguments.models).note(arguments.version, text)
    _changed(arguments, "model.note", arguments.version, characters=len(text))
    print(f"{arguments.version}: " + (f"메모 '{text}'" if text else "메모를 지웠습니다."))
    return ExitCode.OK


def _one_line(text: str) -> str:
    """A note as one line that any terminal and file can hold: no control characters, no halves of characters."""
    words = " ".join(text.split())
    return "".join(char for char in words if unicodedata.category(char) not in ("Cc", "Cs"))


def _label(arguments: argparse.Namespace) -> int:
    Registry(arguments.models).label(arguments.version, arguments.label)
    _changed(arguments, "model.label", arguments.version, label=arguments.label)
    print(f"{arguments.version}: 이름표 {arguments.label}")
    return ExitCode.OK


def _update_dictionary(arguments: argparse.Namespace) -> int:
    registry = Registry(arguments.models)
    before, update = _answering(registry), update_dictionary(registry, arguments.files)
    files = {str(path): auditing.hash_of(path) for path in arguments.files}
    counts = {"added": update.added, "removed": update.removed}
    _changed(arguments, "model.dictionary", update.version, before=before, files=files, **counts)
    print(f"표현 {update.added}개를 더하고 {update.removed}개를 뺐습니다. 이제 {update.version} 모델로 답합니다.")
    if update.untrained:
        print(f"새 개체 {', '.join(update.untrained)}: 패턴에 쓰고 nlu-generate, nlu-train 을 해야 알아듣습니다.")
    if update.ambiguous:
        print(f"여러 개체의 값이라 학습해야 가려 듣는 표현: {', '.join(update.ambiguous)}")
    return ExitCode.OK


def _delete(arguments: argparse.Namespace) -> int:
    Registry(arguments.models).delete(arguments.version)
    _changed(arguments, "model.delete", arguments.version)
    print(f"{arguments.version} 모델을 지웠습니다.")
    return ExitCode.OK


def _prune(arguments: argparse.Namespace) -> int:
    removed = Registry(arguments.models).prune(arguments.keep)
    for version in removed:
        _changed(arguments, "model.delete", version, keep=arguments.keep)
    print("\n".join(f"{version} 모델을 지웠습니다." for version in removed) or "지울 모델이 없습니다.")
    return ExitCode.OK


def _line(info: VersionInfo, trials: Trials) -> str:
    mark = "*" if info.active else " "
    if isinstance(info.error, BundleFormatError):
        return f"{mark} {info.version}  못 씀: {describe(info.error)[1]}{_beside(info)}"
    if info.broken is not None or info.created_at is None:
        return f"{mark} {info.version}  깨짐: {info.broken}{_beside(info)}"
    scores = "  ".join(f"{name} {score:.3f}" for name, score in _overall(info.scores).items())
    about = [
        f"{info.created_at:%Y-%m-%d %H:%M} UTC",
        f"{info.size / 1e6:.1f} MB",
        "(초안)" * info.draft,
        "(후보)" * info.candidate,
        *(f"({trying.NAMES[one.kind]} {100 * one.share:.3g}%)" for one in trials.of(info.version)),
    ]
    return "  ".join([f"{mark} {info.version}", *filter(None, [*about, scores])]) + _beside(info)


def _beside(info: VersionInfo) -> str:
    """The labels and the note of a version."""
    return "".join([*(f"  [{label}]" for label in info.labels), f"  # {_shortened(info.note)}" if info.note else ""])


def _shortened(note: str) -> str:
    return note if len(note) <= _NOTE else f"{note[:_NOTE]}…"


def _overall(scores: Mapping[str, Any]) -> dict[str, float]:
    """The scores over all slices, of an evaluation's report or of a flat table."""
    slices = scores.get("slices")
    chosen = slices.get(ALL, scores) if isinstance(slices, Mapping) else scores
    if not isinstance(chosen, Mapping):
        return {}
    return {name: score for name, score in chosen.items() if isinstance(score, float) and isfinite(score)}


def _as_json(info: VersionInfo, trials: Trials) -> dict[str, Any]:
    return {
        "version": info.version,
        "created_at": info.created_at.isoformat() if info.created_at else None,
        "scores": json.loads(to_json(info.scores)),  # which knows no NaN
        "size": info.size,
        "active": info.active,
        "candidate": info.candidate,
        "draft": info.draft,
        "broken": info.broken,
        "note": info.note,
        "labels": list(info.labels),
        "trials": {one.kind: one.share for one in trials.of(info.version)},
    }


if __name__ == "__main__":
    raise SystemExit(main())
