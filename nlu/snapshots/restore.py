"""Put an author's files back as they were; what is there first is kept in a snapshot of its own."""

from __future__ import annotations

import fnmatch
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from nlu.errors import SnapshotError, UnknownChoiceError
from nlu.snapshots.author_files import AuthorFile, Places, read_files
from nlu.snapshots.objects import MOST_BYTES, hash_of
from nlu.snapshots.snapshot import FileEntry, Snapshot
from nlu.snapshots.store import SHOWN, Snapshots
from nlu.system.files import TEMPORARY_SUFFIX, atomic_directory


@dataclass(frozen=True)
class Restored:
    """What was put back.

    Attributes:
        written: files that were written.
        same: files that were so already.
        deleted: files that the snapshot does not have, and that were removed.
        extra: files that it does not have, and that were left.
        left: files that are never put back: they lie outside of the project, or were too large to be kept.
        before: the snapshot of how the files were before.
    """

    written: tuple[str, ...]
    same: tuple[str, ...]
    deleted: tuple[str, ...]
    extra: tuple[str, ...]
    left: tuple[str, ...]
    before: str


def restore(
    store: Snapshots,
    name: str,
    places: Places,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    delete: bool = False,
    now: datetime | None = None,
) -> Restored:
    """Put files back as a snapshot has them: all that can be, or none.

    Args:
        store: the snapshots.
        name: hash of the snapshot.
        places: where the author's files lie now.
        only: names, folders or patterns (`*.csv`) of files; nothing for all.
        force: also overwrite what no snapshot holds yet; it is taken up in one first.
        delete: remove the author's files that the snapshot does not have.
        now: time; None for the clock's.

    Raises:
        UnknownChoiceError: the snapshot has no such file.
        SnapshotError: a content is damaged; a file would be written outside of the project; or something would be
            overwritten that no snapshot holds.
    """
    snapshot = store.open(name)
    wanted = _chosen(snapshot, only)
    possible = [entry for entry in wanted if entry.is_kept and not entry.is_outside]
    contents = _contents(store, name, possible)
    targets = {entry.name: _target(places.project, entry.name) for entry in possible}
    there = {file.entry.name: file for file in read_files(places)}
    there |= {entry.name: found for entry in possible if (found := _present(entry, targets[entry.name])) is not None}
    known = {entry.name for entry in snapshot.files}
    extra = [] if only else [name for name, file in there.items() if name not in known and not file.entry.is_outside]
    differing = [e for e in possible if e.name not in there or there[e.name].entry.sha256 != e.sha256]
    doomed = extra if delete else []
    _refuse_unsaved(store, [there[one] for one in (*(e.name for e in differing), *doomed) if one in there], force)
    before = store.save(tuple(there.values()), "before_restore", now=now)
    _write_together(
        {targets[entry.name]: contents[entry.name] for entry in differing},
        [_target(places.project, name) for name in doomed],
    )
    store.record(snapshot, "restore", now=now)
    return Restored(
        written=tuple(entry.name for entry in differing),
        same=tuple(entry.name for entry in possible if entry not in differing),
        deleted=tuple(doomed),
        extra=() if delete else tuple(extra),
        left=tuple(entry.name for entry in wanted if entry not in possible),
        before=before,
    )


def extract(store: Snapshots, name: str, folder: Path, only: Sequence[str] = ()) -> tuple[str, ...]:
    """Write the files of a snapshot into a new folder, and give their names.

    Raises:
        FileExistsError: there is something of that name.
        SnapshotError: a content is damaged.
    """
    entries = [one for one in _chosen(store.open(name), only) if one.is_kept and not one.is_outside]
    contents = _contents(store, name, entries)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with atomic_directory(folder) as unfinished:
        for entry in entries:
            path = unfinished / entry.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents[entry.name])
    return tuple(entry.name for entry in entries)


def _chosen(snapshot: Snapshot, only: Sequence[str]) -> list[FileEntry]:
    if not only:
        return list(snapshot.files)
    names = [entry.name for entry in snapshot.files]
    chosen: set[str] = set()
    for given in only:
        asked = Path(given).as_posix()
        found = [name for name in names if fnmatch.fnmatchcase(name, asked) or name.startswith(f"{asked}/")]
        if not found:
            raise UnknownChoiceError("snapshot_file", given, names)
        chosen.update(found)
    return [entry for entry in snapshot.files if entry.name in chosen]


def _contents(store: Snapshots, snapshot: str, entries: Iterable[FileEntry]) -> dict[str, bytes]:
    contents, broken = {}, []
    for entry in entries:
        try:
            contents[entry.name] = store.objects.get(entry.sha256)
        except SnapshotError:
            broken.append(entry.name)
    if broken:
        rest = tuple(contents)
        raise SnapshotError("snapshot.contents_broken", snapshot=snapshot[:SHOWN], files=tuple(broken), rest=rest)
    return contents


def _target(project: Path, name: str) -> Path:
    """Give the path of a file, which lies in the project also where links are followed."""
    path, inside = project / name, project.resolve()
    resolved = Path(os.path.realpath(path))
    if not resolved.is_relative_to(inside):
        raise SnapshotError("snapshot.link_out", path=path)
    if path.exists() and not path.is_file():
        raise SnapshotError("snapshot.no_file", path=path)
    return resolved


def _present(entry: FileEntry, path: Path) -> AuthorFile | None:
    if not path.exists():
        return None
    if (size := path.stat().st_size) > MOST_BYTES:
        raise SnapshotError("snapshot.too_large", path=path, most=MOST_BYTES >> 20)
    content = path.read_bytes()
    return AuthorFile(replace(entry, sha256=hash_of(content), size=size), content)


def _refuse_unsaved(store: Snapshots, files: Iterable[AuthorFile], force: bool) -> None:
    kept = store.kept()
    unsaved = tuple(file.entry.name for file in files if file.entry.sha256 not in kept)
    if unsaved and not force:
        raise SnapshotError("snapshot.unsaved", files=unsaved)


def _write_together(contents: Mapping[Path, bytes], doomed: Sequence[Path]) -> None:
    """Write all files, or, where one can't be written, leave all as they were; then remove others."""
    staged: dict[Path, Path] = {}
    undo: list[tuple[Path, Path | None]] = []
    try:
        for target, content in contents.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged[target] = _stage(target, content)
        for target, temporary in staged.items():
            undo.append((target, _set_aside(target)))
            os.replace(temporary, target)
        for target in doomed:
            undo.append((target, _set_aside(target)))
            target.unlink()
    except BaseException:
        for target, old in reversed(undo):
            target.unlink(missing_ok=True) if old is None else os.replace(old, target)
        raise
    finally:
        for path in (*staged.values(), *(old for _, old in undo if old is not None)):
            path.unlink(missing_ok=True)


def _stage(target: Path, content: bytes) -> Path:
    temporary = _beside(target)
    with temporary.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, temporary)
    return temporary


def _set_aside(target: Path) -> Path | None:
    """Keep the old file under another name until all are written."""
    if not target.exists():
        return None
    old = _beside(target)
    shutil.copy2(target, old)
    return old


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
