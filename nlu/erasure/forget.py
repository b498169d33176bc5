"""Forget a person: in the database, in what was made of records, and in what tells of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.audit.store import rows as audit_rows
from nlu.database.engine import Database
from nlu.erasure.derived import (
    forget_in_data,
    forget_in_export,
    forget_in_set,
    forget_in_snapshots,
    learned_from,
    lines_of,
    sets_in,
    trained_on,
)
from nlu.erasure.redaction import Redactor
from nlu.erasure.rows import forget_rows
from nlu.erasure.said import Said
from nlu.pipeline.data_versions import snapshots_beside
from nlu.scenario.store import TalkStore
from nlu.system.files import sha256, write_atomic

_MOST_BYTES = 256 << 20
"""Of a file that is looked through."""
_NOT_OURS = frozenset({".git", ".venv", "node_modules", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Ground:
    """Where what came of records may lie.

    Attributes:
        project: the author's folder; what lies there and was not made by us is looked through, never changed.
        data: the data set.
        models: the registry.
        reports: what was measured.
        logs: what jobs said.
    """

    project: Path
    data: Path
    models: Path
    reports: Path
    logs: Path


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done.

    Attributes:
        records: how many records were deleted.
        is_clean: whether SQLite's files hold nothing of it; not so while somebody reads in them all the time.
        imported: rows taken out of imported sets and exported files, by file.
        data: rows taken out of the data set, which is to be made anew.
        snapshots: contents taken out of the snapshots.
        versions: models that learned from it. They hold no utterance, but words of it among their vocabulary.
        reports: reports that quoted it, and were deleted.
        redacted: logs in which texts are asterisks now.
        left: files that say the same and are not ours to change, such as an author's patterns.
    """

    records: int
    is_clean: bool
    imported: dict[Path, int]
    data: int
    snapshots: int
    versions: Sequence[str]
    reports: Sequence[Path]
    redacted: Sequence[Path]
    left: Sequence[Path]


def forget(
    database: Database, said: Said, ground: Ground, elsewhere: TalkStore | None = None, *, actor: str, source: str
) -> Forgotten:
    """Forget a person; files first, so that what is killed in the middle can be done again.

    Args:
        database: the database.
        said: what is kept of the person.
        ground: where to look.
        elsewhere: where talks stand if not in the database.
        actor: who does it.
        source: the command.

    Raises:
        DatabaseUnavailable: the database can't be used; files are clean then, the records are still there.
    """
    redactor = Redactor(said.texts - said.shared)
    sets = list(sets_in(ground.project))
    exports = _exports(database, ground, said, [*sets, ground.data])
    sources = {source for folder in sets for source in learned_from(folder, said)}
    sources |= {sha256(path) for path in exports if lines_of(path, said)}
    versions = trained_on(ground.models, sources)
    imported = {folder: forget_in_set(folder, said) for folder in sets}
    imported |= {path: forget_in_export(path, said) for path in exports}
    data = forget_in_data(ground.data, said)
    snapshots = forget_in_snapshots(ground.data, said)
    reports, redacted = list(_delete(ground.reports, redactor)), list(_redact(ground.logs, redactor))
    if elsewhere is not None:
        elsewhere.forget(said.user_hash)
    is_clean = forget_rows(database, said, versions, actor=actor, source=source)
    left = tuple(_left(ground, redactor, database.path if database.is_sqlite else None))
    kept = {path: count for path, count in imported.items() if count}
    return Forgotten(len(said.records), is_clean, kept, data, snapshots, versions, reports, redacted, left)


def _exports(database: Database, ground: Ground, said: Said, others: Sequence[Path]) -> list[Path]:
    """The files of rows that came from the records: those that the audit names, and those that say so themselves."""
    named = {ground.project / row.subject for row in audit_rows(database, action="records.export")}
    origins = [origin.encode() for origin in said.origins]
    for path in _files(ground.project):
        is_of_rows = path.suffix == ".jsonl" and not any(map(path.is_relative_to, others))
        if is_of_rows and any(map(path.read_bytes().__contains__, origins)):
            named.add(path)
    return sorted(path for path in named if path.is_file())


def _delete(folder: Path, redactor: Redactor) -> Iterator[Path]:
    """Delete what quotes a text: beside it may stand what was made of it, with other spaces and typos."""
    for path in _files(folder):
        if redactor.holds(path.read_bytes()):
            path.unlink()
            yield path


def _redact(folder: Path, redactor: Redactor) -> Iterator[Path]:
    for path in _files(folder):
        content = path.read_bytes()
        if redactor.holds(content):
            write_atomic(path, redactor.redact(content))
            yield path


def _left(ground: Ground, redactor: Redactor, database: Path | None) -> Iterator[Path]:
    own = [snapshots_beside(ground.data).root, *([database.parent] if database else [])]
    for path in _files(ground.project):
        if not any(path.is_relative_to(folder) for folder in own) and redactor.holds(path.read_bytes()):
            yield path


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        is_ours = _NOT_OURS.isdisjoint(path.relative_to(folder).parts)
        if is_ours and path.is_file() and not path.is_symlink() and path.stat().st_size <= _MOST_BYTES:
            yield path


def as_json(said: Said) -> str:
    """Write all that is kept of a person, for them to read."""
    content = {"user_hash": said.user_hash, "records": list(said.records), **said.others}
    return json.dumps(content, ensure_ascii=False, indent=2, default=str) + "\n"
