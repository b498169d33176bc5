"""What changed from one state of an author's files to another, in the author's terms."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from nlu.errors import NluError, SnapshotError, SourceError, SourceErrors
from nlu.lexicon.dictionary import read_entries
from nlu.snapshots.author_files import AuthorFile
from nlu.snapshots.objects import Objects
from nlu.snapshots.pattern_lines import read_lines
from nlu.snapshots.snapshot import KINDS, FileEntry, Kind, Snapshot
from nlu.system.files import read_text

What = Literal["added", "removed", "changed"]
_MOST_LINES = 8 << 20
"""Bytes of the largest file whose lines are compared."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file, and what is in it: None where that is not kept or can't be read."""

    entry: FileEntry
    content: bytes | None = None
    problem: SnapshotError | None = None


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is there, is gone, or holds something else."""

    name: str
    kind: Kind
    what: What


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of one thing.

    Attributes:
        kind: `intent`, `macro`, `entity`, `setting`, or of a file whose lines are compared its kind.
        name: of the intent or the entity; of the file where its lines are compared.
        added: patterns, values or lines that are new.
        removed: those that are gone.
        changed: those that are other than before, each as its name, what it was and what it is.
    """

    kind: str
    name: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that changed.

    Attributes:
        files: the files that differ, by kind and name.
        changes: what differs in them.
        unread: what could not be looked into: contents that are damaged.
        mistakes: files whose mistakes keep them from being read, so that their lines are compared.
    """

    files: tuple[FileChange, ...]
    changes: tuple[Change, ...]
    unread: tuple[tuple[str, SnapshotError], ...] = ()
    mistakes: tuple[str, ...] = ()


def of_snapshot(snapshot: Snapshot, objects: Objects) -> tuple[Content, ...]:
    """The files of a snapshot, with what is in them."""
    return tuple(_kept(entry, objects) for entry in snapshot.files)


def of_files(files: Iterable[AuthorFile]) -> tuple[Content, ...]:
    """Files as they lie on disk, with what is in them."""
    return tuple(Content(file.entry, file.content) for file in files)


def compare(before: Sequence[Content], after: Sequence[Content]) -> Comparison:
    """Compare two states of an author's files."""
    sides = {one.entry.name: one for one in before}, {one.entry.name: one for one in after}
    files = tuple(sorted(_file_changes(*sides), key=lambda one: (KINDS.index(one.kind), one.name)))
    differing = {one.name for one in files}
    unread = [(one.entry.name, one.problem) for side in sides for one in side.values() if one.problem]
    mistakes: list[str] = []
    with TemporaryDirectory(prefix="nlu-compare-") as folder:
        written = [_written(side, Path(folder, str(number))) for number, side in enumerate(sides)]
        old, new = written
        changes = [
            change
            for kind in dict.fromkeys(one.kind for one in files)
            for change in _COMPARE[kind](_of_kind(old, kind), _of_kind(new, kind), differing, mistakes)
        ]
    shown = tuple(change for change in changes if not change.is_empty)
    return Comparison(files, shown, tuple(one for one in unread if one[0] in differing), tuple(dict.fromkeys(mistakes)))


@dataclass(frozen=True, slots=True)
class _Written:
    """A file of one side, laid where readers of files find it."""

    entry: FileEntry
    path: Path


_Side = Sequence[_Written]


def _kept(entry: FileEntry, objects: Objects) -> Content:
    if not entry.is_kept:
        return Content(entry)
    try:
        return Content(entry, objects.get(entry.sha256))
    except SnapshotError as error:
        return Content(entry, problem=error)


def _file_changes(before: Mapping[str, Content], after: Mapping[str, Content]) -> Iterator[FileChange]:
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            there = old or new
            assert there is not None
            yield FileChange(name, there.entry.kind, "added" if old is None else "removed")
        elif old.entry.sha256 != new.entry.sha256:
            yield FileChange(name, new.entry.kind, "changed")


def _written(side: Mapping[str, Content], folder: Path) -> list[_Written]:
    folder.mkdir()
    found = []
    for number, one in enumerate(side.values()):
        if one.content is not None:
            path = folder / str(number)
            path.write_bytes(one.content)
            found.append(_Written(one.entry, path))
    return found


def _of_kind(side: _Side, kind: Kind) -> list[_Written]:
    return [one for one in side if one.entry.kind == kind]


def _patterns(before: _Side, after: _Side, differing: set[str], mistakes: list[str]) -> Iterator[Change]:
    tables = [_pattern_lines(side, mistakes) for side in (before, after)]
    for kind, name in sorted(tables[0].keys() | tables[1].keys()):
        old, new = (table.get((kind, name), Counter()) for table in tables)
        yield Change(kind, name, *_difference(old, new))


def _pattern_lines(side: _Side, mistakes: list[str]) -> dict[tuple[str, str], Counter[str]]:
    """The lines under each intent, and the macros, of all pattern files of a side."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for one in side:
        for line in read_lines(_text(one, mistakes)):
            kind = "intent" if line.kind == "pattern" else line.kind
            found.setdefault((kind, line.intent), Counter())[line.text] += 1
    return found


def _dictionaries(before: _Side, after: _Side, differing: set[str], mistakes: list[str]) -> Iterator[Change]:
    try:
        tables = [_values(side) for side in (before, after)]
    except (SourceErrors, SourceError) as error:
        errors = error.errors if isinstance(error, SourceErrors) else (error,)
        names = {str(one.path): one.entry.name for one in (*before, *after)}
        mistakes += [names[one.path] for one in errors if one.path in names]
        yield from _lines(before, after, differing, [])
        return
    for entity in sorted(tables[0].keys() | tables[1].keys()):
        old, new = (table.get(entity, {}) for table in tables)
        changed = [(value, old[value], new[value]) for value in old if value in new and old[value] != new[value]]
        yield Change("entity", entity, _only(new, old), _only(old, new), tuple(changed))


def _values(side: _Side) -> dict[str, dict[str, str]]:
    """Entity → value → its synonyms, as text."""
    found: dict[str, dict[str, str]] = {}
    for entry in read_entries(*(one.path for one in side)):
        before = found.setdefault(entry.entity, {}).get(entry.value)
        synonyms = [*(before.split("|") if before else ()), *entry.synonyms]
        found[entry.entity][entry.value] = "|".join(dict.fromkeys(synonyms))
    return found


def _only(there: Mapping[str, str], not_there: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{value} ({synonyms})" if synonyms else value for value, synonyms in there.items() if value not in not_there
    )


def _settings(before: _Side, after: _Side, differing: set[str], mistakes: list[str]) -> Iterator[Change]:
    kind = next(one.entry.kind for one in (*before, *after))
    try:
        old, new = (dict(pair for one in side for pair in _flat(_toml(one))) for side in (before, after))
    except (tomllib.TOMLDecodeError, SourceError, RecursionError, ValueError):
        mistakes += [one.entry.name for one in after]
        yield from _lines(before, after, differing, [])
        return
    yield Change(
        "setting" if kind == "settings" else kind,
        "",
        tuple(f"{key} = {new[key]}" for key in new if key not in old),
        tuple(f"{key} = {old[key]}" for key in old if key not in new),
        tuple((key, old[key], new[key]) for key in new if key in old and old[key] != new[key]),
    )


def _toml(one: _Written) -> Mapping[str, object]:
    return tomllib.loads(read_text(one.path)[0].removeprefix("\ufeff"))


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{before}{name}.")
        elif not isinstance(value, Mapping):
            yield f"{before}{name}", json.dumps(value, ensure_ascii=False, default=str)


def _lines(before: _Side, after: _Side, differing: set[str], mistakes: list[str]) -> Iterator[Change]:
    """The lines of each file that differs; of JSON Lines what each says, whatever the order of its keys."""
    old, new = ({one.entry.name: one for one in side if one.entry.name in differing} for side in (before, after))
    for name in sorted(old.keys() | new.keys()):
        tables = [_line_counts(side.get(name), mistakes) for side in (old, new)]
        kind = (new.get(name) or old[name]).entry.kind
        yield Change(kind, name, *_difference(*tables))


def _line_counts(one: _Written | None, mistakes: list[str]) -> Counter[str]:
    if one is None or one.entry.size > _MOST_LINES:
        return Counter()
    return Counter(line.strip() for line in _text(one, mistakes).split("\n") if line.strip())


def _text(one: _Written, mistakes: list[str]) -> str:
    try:
        return read_text(one.path)[0]
    except NluError:  # a workbook, say
        mistakes.append(one.entry.name)
        return ""


def _difference(old: Counter[str], new: Counter[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is new and what is gone, in the order of the files."""
    return tuple((new - old).elements()), tuple((old - new).elements())


_Compare = Callable[[_Side, _Side, set[str], list[str]], Iterator[Change]]
_COMPARE: Mapping[Kind, _Compare] = {
    "patterns": _patterns,
    "dictionary": _dictionaries,
    "settings": _settings,
    "policy": _settings,
    "regression": _lines,
    "answers": _lines,
    "imported": _lines,
}
"""How files of each kind are compared."""
