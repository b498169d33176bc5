"""Imported sets: rows of a source over all its runs, versioned by their content; a run is kept whole or not at all.

The manifest is what counts (`nlu.data.importers.imported_set` says what lies where): it is replaced in one step, with
the mark of the source, after the files that it names are written. Whoever is killed before that leaves the set as it
was; the next run reads from the mark that is there, and removes what nothing names.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock

from nlu.data.importers.imported_set import KIND, MANIFEST, MASKED, read_manifest
from nlu.data.json_lines import decode_row, encode_row
from nlu.data.rows import DatasetRow
from nlu.errors import DataError, InputError, SourceErrors
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sources.base import Mark
from nlu.system.files import TEMPORARY_SUFFIX, sync_folder, write_atomic

FORMAT = 1
ROWS, UNLABELLED, REFUSED = "rows", "unlabelled", "refused"
KINDS = (ROWS, UNLABELLED, REFUSED)
_MOST_FILES = 32
"""Files of a kind; more are written into one."""
_HASH = 16
"""Hexadecimal digits of a hash that names a file or a version."""
_NOTHING: Mapping[str, Any] = {"format": FORMAT, "kind": KIND, "version": "", "files": {}, "counts": {}, "sources": {}}


class ImportedSet:
    """A set in a folder.

    Args:
        folder: it; made by the first run.

    Raises:
        InputError: the folder holds something else.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if folder.exists() and read_manifest(folder) is None and not all(map(_is_left_over, folder.iterdir())):
            raise InputError("intake.no_set", path=folder)

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What it says of itself."""
        return read_manifest(self.folder) or _NOTHING

    @property
    def version(self) -> str:
        """The hash of all its rows; "" while it is empty."""
        return str(self.manifest["version"])

    def files(self, kind: str) -> list[str]:
        """Name the files of a kind; those that models do not learn from may be gone, as after `nlu-data restore`.

        Raises:
            SourceErrors: a file of labelled rows is gone.
        """
        named: list[str] = list(self.manifest["files"].get(kind, ()))
        gone = [name for name in named if not (self.folder / name).is_file()]
        if gone and kind == ROWS:
            raise SourceErrors([DataError("intake.file_gone", str(self.folder / MANIFEST), 1, name=gone[0])])
        return [name for name in named if name not in gone]

    def mark(self, source: str) -> Mark | None:
        """How far a source was read."""
        found: Mark | None = self.manifest["sources"].get(source)
        return found

    def labelled(self) -> Iterator[IncomingRow]:
        """Read the rows that models learn from."""
        return self._read(ROWS)

    def unlabelled(self) -> Iterator[IncomingRow]:
        """Read the rows without a label."""
        return self._read(UNLABELLED)

    def rows(self) -> Iterator[IncomingRow]:
        """Read all rows, those with a label first."""
        yield from self._read(ROWS)
        yield from self._read(UNLABELLED)

    def refused(self) -> Iterator[RefusedRow]:
        """Read the rows that were left out."""
        for name in self.files(REFUSED):
            with (self.folder / name).open(encoding="utf-8", newline="\n") as lines:
                for row in map(json.loads, lines):
                    yield RefusedRow(row["text"], row["place"], row["reason"], row.get("values", {}), row.get("intent"))

    def labels(self) -> dict[bytes, bytes]:
        """The hash of the label of each text, by the hash of the text."""
        return {row.key: row.label for row in self.rows()}

    @contextmanager
    def writing(self) -> Iterator[SetWriter]:
        """Have the set for oneself; other runs wait meanwhile."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder.parent / f".{self.folder.name}.lock"):
            self._sweep()
            writer = SetWriter(self)
            try:
                yield writer
            finally:
                writer.close()
            self._sweep()

    def _read(self, kind: str) -> Iterator[IncomingRow]:
        for name in self.files(kind):
            yield from read_rows(self.folder / name)

    def _sweep(self) -> None:
        """Remove files that nothing names: those of a killed run, and those that another took the place of."""
        named = {name for names in self.manifest["files"].values() for name in names}
        for path in self.folder.glob(f".*{TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)
        for kind in KINDS:
            for path in (self.folder / kind).glob("*"):
                if f"{kind}/{path.name}" not in named:
                    path.unlink(missing_ok=True)


@dataclass
class _File:
    """A file of rows that is being written, and the rows in it."""

    path: Path
    file: BinaryIO
    count: int = 0
    digest: Any = field(default_factory=sha256)

    def write(self, line: bytes) -> None:
        self.file.write(line)
        self.digest.update(line)
        self.count += 1


class SetWriter:
    """What one run changes in a set; nothing of it counts before `commit`.

    Args:
        target: the set.
    """

    def __init__(self, target: ImportedSet) -> None:
        self._set, self._manifest = target, target.manifest
        self._files = {kind: target.files(kind) for kind in KINDS}
        self._open: dict[str, _File] = {}
        self._refused = {row.key for row in target.refused()}
        self._own: dict[bytes, int] = {}
        self._overridden: set[bytes] = set()
        self._number = 0

    def add(self, row: IncomingRow, *, replaces: bool = False) -> None:
        """Add a row.

        Args:
            row: it.
            replaces: whether the set has its text with another label.
        """
        if replaces or row.key in self._own:
            self._overridden.add(row.key)
        self._own[row.key] = self._number = self._number + 1
        self._file(ROWS if row.is_labelled else UNLABELLED).write(encode(row))

    def refuse(self, row: RefusedRow) -> bool:
        """Note a row that is left out; tell whether no run before has noted it."""
        if row.key in self._refused:
            return False
        self._refused.add(row.key)
        fields: dict[str, Any] = {"text": row.text, "place": row.place, "reason": row.code}
        if row.intent is not None:
            fields["intent"] = row.intent
        if row.values:
            fields["values"] = dict(row.values)
        self._file(REFUSED).write(_line(fields))
        return True

    def commit(self, source: str, mark: Mark | None) -> bool:
        """Make the set what it is now with what was added; tell whether it is another than before.

        Args:
            source: the key of the source that was read.
            mark: how far.
        """
        files = {kind: [*self._files[kind]] for kind in KINDS}
        own = {kind: self._finish(one) for kind, one in self._open.items()}
        for kind, name in own.items():
            files[kind] += [name] if name not in files[kind] else []
        if self._overridden:
            for kind in (ROWS, UNLABELLED):
                files[kind] = [one for name in files[kind] if (one := self._without_overridden(kind, name))]
        for kind, names in files.items():
            if len(names) > _MOST_FILES:
                files[kind] = [self._rewritten(kind, names, lambda row: True)]
        sources = dict(self._manifest["sources"])
        if mark is not None:
            sources[source] = mark
        elif ROWS in own or UNLABELLED in own:
            sources.setdefault(source, None)
        files = {kind: names for kind, names in files.items() if names}
        found = {**_NOTHING, "version": _version(files), "files": files, "sources": sources}
        found["counts"] = {kind: self._count(names) for kind, names in files.items()}
        if found == self._manifest:
            return False
        text = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        self._set.folder.mkdir(exist_ok=True)
        write_atomic(self._set.folder / MANIFEST, text)
        return True

    def remove(self, is_gone: Callable[[IncomingRow], bool]) -> int:
        """Remove rows from the set, those without a label too, and tell how many; `commit` keeps it."""
        count = 0
        for kind in (ROWS, UNLABELLED):
            kept: list[str] = []
            for name in self._files[kind]:
                gone = {row.key for row in read_rows(self._set.folder / name) if is_gone(row)}
                count += len(gone)
                one = self._rewritten(kind, [name], lambda row: not is_gone(row)) if gone else name
                kept += [one] if one else []
            self._files[kind] = kept
        return count

    def remove_refused(self, is_gone: Callable[[RefusedRow], bool]) -> int:
        """Remove rows that were left out, and tell how many; `commit` keeps it."""
        rows = list(self._set.refused())
        kept = [row for row in rows if not is_gone(row)]
        if len(kept) < len(rows):
            self._files[REFUSED] = []
            self._refused.clear()
            for row in kept:
                self.refuse(row)
        return len(rows) - len(kept)

    def close(self) -> None:
        """Leave aside what was not committed."""
        for one in self._open.values():
            one.file.close()
            one.path.unlink(missing_ok=True)

    def _file(self, kind: str) -> _File:
        if kind not in self._open:
            self._open[kind] = self._new(kind)
        return self._open[kind]

    def _new(self, kind: str) -> _File:
        folder = self._set.folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f".{secrets.token_hex(8)}{TEMPORARY_SUFFIX}"
        return _File(path, path.open("xb"))

    def _finish(self, one: _File) -> str:
        """Give a file the name of its content; "" where it is empty."""
        one.file.flush()
        os.fsync(one.file.fileno())
        one.file.close()
        if not one.count:
            one.path.unlink()
            return ""
        target = one.path.with_name(f"{one.digest.hexdigest()[:_HASH]}.jsonl")
        os.replace(one.path, target)
        sync_folder(target.parent)
        return f"{target.parent.name}/{target.name}"

    def _without_overridden(self, kind: str, name: str) -> str:
        """A file without the rows whose label is another now: of each text the row that came last stays."""
        own = {f"{one.digest.hexdigest()[:_HASH]}.jsonl" for one in self._open.values()}
        is_own = name.rpartition("/")[2] in own
        last = {row.key: number for number, row in enumerate(read_rows(self._set.folder / name))} if is_own else {}
        kinds = self._kind_of_last if is_own else {}
        number = -1

        def stays(row: IncomingRow) -> bool:
            nonlocal number
            number += 1
            if row.key not in self._overridden:
                return True
            return is_own and kinds.get(row.key, kind) == kind and last[row.key] == number

        return self._rewritten(kind, [name], stays)

    @property
    def _kind_of_last(self) -> dict[bytes, str]:
        """A text that this run gave with a label has one, whatever came first."""
        own = self._open.get(ROWS)
        if own is None:
            return {}
        name = self._set.folder / ROWS / f"{own.digest.hexdigest()[:_HASH]}.jsonl"
        return {row.key: ROWS for row in read_rows(name) if row.key in self._overridden}

    def _rewritten(self, kind: str, names: list[str], stays: Callable[[IncomingRow], bool]) -> str:
        """Write files into one, without some of their rows."""
        new = self._new(kind)
        for name in names:
            with (self._set.folder / name).open("rb") as lines:
                for line in lines:
                    if kind == REFUSED or stays(decode(line)):
                        new.write(line)
        return self._finish(new)

    def _count(self, names: list[str]) -> int:
        count = 0
        for name in names:
            with (self._set.folder / name).open("rb") as file:
                while block := file.read(1 << 20):
                    count += block.count(b"\n")
        return count


def _is_left_over(path: Path) -> bool:
    """Whether something in a folder is of a first run that was killed."""
    return path.name in KINDS or path.name.endswith(TEMPORARY_SUFFIX)


def read_rows(path: Path) -> Iterator[IncomingRow]:
    """Read a file of rows, one after the other."""
    with path.open("rb") as lines:
        yield from map(decode, lines)


def encode(row: IncomingRow) -> bytes:
    """Write a row as a line of JSON."""
    line = encode_row(DatasetRow(row.utterance))
    if row.masks:
        line = f"{line[:-1]}, {json.dumps(MASKED)}: {json.dumps(list(row.masks))}}}"
    return f"{line}\n".encode("utf-8", "backslashreplace")


def decode(line: bytes) -> IncomingRow:
    """Read a row from a line of JSON."""
    text = line.decode()
    one = decode_row(text).utterance
    masks = tuple(json.loads(text).get(MASKED, ())) if f'"{MASKED}"' in text else ()
    return IncomingRow(one.text, one.intent, one.spans, one.origin, masks)


def _line(fields: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(fields, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")


def _version(files: Mapping[str, list[str]]) -> str:
    """Name a version by the contents that make it up; what was refused is no part of it."""
    named = [name for kind in (ROWS, UNLABELLED) for name in files.get(kind, ())]
    return blake2b("\n".join(named).encode(), digest_size=_HASH // 2).hexdigest() if named else ""
