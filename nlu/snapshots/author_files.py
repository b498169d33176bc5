"""The files of an author as they lie on disk: patterns with all that they import, dictionaries, settings and so on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlu.errors import SourceError
from nlu.pattern.reader import import_folders
from nlu.snapshots.objects import MOST_BYTES, hash_of
from nlu.snapshots.pattern_lines import read_lines
from nlu.snapshots.snapshot import KINDS, FileEntry, Kind, is_inside
from nlu.system.files import read_bytes, read_text, sha256, shown

POLICY = "promotion.toml"
"""In the project: what a new model must hold to answer."""
REGRESSION, ANSWERS = "must.jsonl", "answers.yml"
"""What may lie beside a pattern file: the utterances that a bot must understand, and what it answers."""
_MOST_AT_ONCE = 512 << 20
"""Bytes of contents that are held in memory; what goes beyond is known by its hash alone."""


@dataclass(frozen=True)
class Places:
    """Where an author's files lie.

    Attributes:
        project: the folder that names are relative to, and that nothing is written outside of.
        patterns: pattern files.
        dictionaries: dictionary files.
        settings: the settings file; None where there is none.
        imported: files of utterances that were mixed in.
        import_from: folders outside of the project that patterns may import from.
    """

    project: Path
    patterns: Sequence[Path]
    dictionaries: Sequence[Path]
    settings: Path | None = None
    imported: Sequence[Path] = ()
    import_from: Sequence[Path] = field(default=())


@dataclass(frozen=True)
class AuthorFile:
    """A file as it is now, and its content where that is kept."""

    entry: FileEntry
    content: bytes | None


def read_files(places: Places) -> tuple[AuthorFile, ...]:
    """Read an author's files, by kind and name; those that are not there are left out."""
    found: dict[str, AuthorFile] = {}
    room = _MOST_AT_ONCE
    for kind, path in _paths(places):
        name, is_outside = name_of(path, places.project)
        if name not in found and (read := _read(path, name, kind, is_outside, room)):
            found[name] = read
            room -= len(read.content or b"")
    return tuple(in_order(found.values()))


def in_order(files: Iterable[AuthorFile]) -> list[AuthorFile]:
    """Sort files by kind and name."""
    return sorted(files, key=lambda one: (KINDS.index(one.entry.kind), one.entry.name))


def name_of(path: Path, project: Path) -> tuple[str, bool]:
    """Name a file by its place in the project, and say whether it lies outside of it, or hidden in it."""
    whole = Path(os.path.abspath(path))
    if whole.is_relative_to(project) and is_inside(name := whole.relative_to(project).as_posix()):
        return name, False
    return shown(whole), True


def _paths(places: Places) -> Iterator[tuple[Kind, Path]]:
    for path in _with_imports(places):
        yield "patterns", path
    yield from (("dictionary", path) for path in places.dictionaries)
    if places.settings is not None:
        yield "settings", places.settings
    yield "policy", places.project / POLICY
    for folder in dict.fromkeys(path.parent for path in places.patterns):
        yield "regression", folder / REGRESSION
        yield "answers", folder / ANSWERS
    yield from (("imported", path) for path in places.imported)


def _with_imports(places: Places) -> Iterable[Path]:
    """The pattern files and all that they import, also where a mistake keeps them from being read as patterns.

    What may not be imported is left out, as `nlu.pattern.reader` leaves it out.
    """
    allowed = import_folders(places.patterns, places.import_from)
    waiting = [(path, True) for path in reversed(places.patterns)]
    found: dict[Path, None] = {}
    while waiting:
        path, is_given = waiting.pop()
        path = Path(os.path.abspath(path))
        if path in found or not (is_given or any(_resolved(path).is_relative_to(one) for one in allowed)):
            continue
        found[path] = None
        waiting += [(path.parent / name, False) for name in reversed(_imports(path))]
    return found


def _imports(path: Path) -> list[str]:
    try:
        text, _ = read_text(path)
    except (OSError, ValueError, SourceError):
        return []
    names = [line.text.strip("\"'") for line in read_lines(text) if line.kind == "import"]
    return [name for name in names if name and "\0" not in name and len(name) <= 1000]


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return Path()


def _read(path: Path, name: str, kind: Kind, is_outside: bool, room: int) -> AuthorFile | None:
    try:
        size = path.stat().st_size
        if size > min(MOST_BYTES, room):
            return AuthorFile(FileEntry(name, kind, sha256(path), size, False, is_outside), None)
        content = read_bytes(path)
    except (OSError, ValueError, SourceError):
        return None
    return AuthorFile(FileEntry(name, kind, hash_of(content), len(content), True, is_outside), content)
