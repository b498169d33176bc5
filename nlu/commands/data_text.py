"""What `nlu-data` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlu.errors import SnapshotError
from nlu.snapshots.comparison import Change, Comparison
from nlu.snapshots.restore import Restored
from nlu.snapshots.snapshot import Kind
from nlu.snapshots.store import SHOWN, Action, Event, Snapshots
from nlu.store.registry import Registry

_ACTIONS: dict[Action, str] = {
    "generate": "데이터 만듦",
    "train": "학습",
    "before_restore": "되돌리기 전",
    "restore": "되돌림",
}
_KINDS: dict[Kind, str] = {
    "patterns": "패턴",
    "dictionary": "사전",
    "settings": "설정",
    "policy": "승격 정책",
    "regression": "꼭 알아들을 말",
    "answers": "대답",
    "imported": "섞은 발화",
}
_COUNTS = {"intents": "의도", "patterns": "패턴", "values": "값", "utterances": "발화"}
_TITLES: dict[str, str] = {
    **{str(kind): title for kind, title in _KINDS.items()},
    "intent": "의도",
    "macro": "매크로",
    "import": "불러오는 파일",
    "entity": "개체",
    "setting": "설정",
}
_MARKS = {"added": "+", "removed": "-", "changed": "~"}
_MOST, _LONGEST = 10, 200
"""Lines of one change, and characters of a line, that are shown at first."""


@dataclass(frozen=True)
class Row:
    """A snapshot as the log shows it: when it was taken last, what for, and the models that learned from it."""

    event: Event
    versions: tuple[str, ...]
    active: str | None
    counts: dict[str, int]
    problem: SnapshotError | None = None

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "snapshot": self.event.snapshot,
            "time": self.event.time.isoformat(),
            "action": self.event.action,
            "counts": self.counts,
            "versions": list(self.versions),
            "problem": None if self.problem is None else self.problem.worded("en"),
        }


def rows_of(store: Snapshots, registry: Registry) -> list[Row]:
    """List the snapshots, the one that was taken last first."""
    there = _manifests(registry)
    active = registry.active()
    rows: dict[str, list[Event]] = {}
    for event in reversed(store.events()):
        rows.setdefault(event.snapshot, []).append(event)
    return [_row(store, events, there, active) for events in rows.values()]


def _manifests(registry: Registry) -> dict[str, str]:
    """Version → hash of the manifest of the data that it learned from."""
    found = {}
    for info in registry.list():
        if info.broken is None:
            found[info.version] = registry.open(info.version, verify=False).manifest.data.get("manifest.json", "")
    return found


def _row(store: Snapshots, events: Sequence[Event], there: dict[str, str], active: str | None) -> Row:
    noted = {event.version for event in store.events() if event.version}
    versions = [event.version for event in events if event.version in there]
    counts, problem = {}, None
    try:
        snapshot = store.open(events[0].snapshot)
        counts = dict(snapshot.counts)
        versions += [one for one, data in there.items() if one not in noted and data == snapshot.manifest]
    except SnapshotError as error:
        problem = error
    return Row(events[0], tuple(sorted({one for one in versions if one})), active, counts, problem)


def line(row: Row) -> str:
    """One snapshot, and on lines of their own the models that learned from it."""
    counts = " · ".join(f"{name} {row.counts[key]:,}" for key, name in _COUNTS.items() if key in row.counts)
    event = row.event
    about = [f"{event.snapshot[:SHOWN]}  {event.time:%Y-%m-%d %H:%M} UTC  {_ACTIONS[event.action]}", counts]
    if row.problem is not None:
        about.append(f"깨짐: {row.problem.worded('ko')}")
    models = [f"    모델 {one}{' *' if one == row.active else ''}" for one in row.versions]
    return "\n".join(["  ".join(filter(None, about)), *models])


def comparison(found: Comparison, *, everything: bool = False) -> str:
    """Say what changed."""
    if not found.files:
        return "바뀐 것이 없습니다."
    lines = [f"  {_MARKS[one.what]} {one.name} ({_KINDS[one.kind]})" for one in found.files]
    for change in found.changes:
        lines += ["", *_change(change, everything)]
    if not found.changes and not found.unread:
        lines += ["", "패턴, 값, 설정은 그대로입니다 (주석이나 빈 줄, 순서만 다릅니다)."]
    lines += [f"! {name}: 틀린 곳이 있거나 글이 아니어서 자세히 견주지 못했습니다." for name in found.mistakes]
    lines += [f"! {name}: {error.worded('ko')}" for name, error in found.unread]
    return "\n".join(lines)


def _change(change: Change, everything: bool) -> Iterator[str]:
    marked = [f"  + {text}" for text in change.added]
    marked += [f"  - {text}" for text in change.removed]
    marked += [f"  ~ {name}: {old or '(없음)'} → {new or '(없음)'}" for name, old, new in change.changed]
    sizes = (("+", change.added), ("-", change.removed), ("~", change.changed))
    title = f"{_TITLES.get(change.kind, '@' + change.kind)} {change.name}".rstrip()
    yield f"{title}  {' '.join(f'{mark}{len(some)}' for mark, some in sizes if some)}"
    shown = marked if everything else marked[:_MOST]
    yield from (text if everything or len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in shown)
    if len(marked) > len(shown):
        yield f"  … {len(marked) - len(shown)}개 더 (--all)"


def comparison_as_json(found: Comparison) -> dict[str, Any]:
    """The same for programs."""
    return {
        "files": [asdict(one) for one in found.files],
        "changes": [asdict(one) for one in found.changes],
        "unread": [{"name": name, "problem": error.worded("en")} for name, error in found.unread],
        "mistakes": list(found.mistakes),
    }


def restored(done: Restored, name: str) -> str:
    """Say what was put back."""
    lines = [f"  {one}" for one in done.written] + [f"  {one} (지움)" for one in done.deleted]
    if lines:
        lines.append(f"{name[:SHOWN]}의 파일로 되돌렸습니다. 되돌리기 전의 파일: {done.before[:SHOWN]}")
        lines.append("되돌린 것을 봇이 배우게 하려면 nlu-generate, nlu-train 을 실행하세요.")
    else:
        lines.append(f"이미 {name[:SHOWN]}의 파일과 같습니다.")
    if done.extra:
        lines.append(f"그때 없던 파일은 두었습니다: {', '.join(done.extra)}  (지우려면 --delete)")
    if done.left:
        lines.append(f"되돌리지 않은 파일 (프로젝트 밖에 있거나 너무 큽니다): {', '.join(done.left)}")
    return "\n".join(lines)
