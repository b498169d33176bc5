"""What acceptance would change in an author's files, shown before it is written; all of it is written, or nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from nlu.errors import AcceptanceError
from nlu.induction.acceptance.text_files import TextFile
from nlu.linter.findings import Finding
from nlu.system.files import read_bytes, write_atomic

_LOCK = ".nlu/accept.lock"


@dataclass(frozen=True)
class FileChange:
    """A file before and after."""

    before: TextFile
    after: TextFile

    @property
    def path(self) -> Path:
        """The file."""
        return self.before.path

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        old, new = (file.text.splitlines() for file in (self.before, self.after))
        name = self.path.as_posix()
        return "\n".join(difflib.unified_diff(old, new, name, name, lineterm="", n=2))


@dataclass(frozen=True)
class Change:
    """A change of several files.

    Attributes:
        files: those that change.
        findings: what the linter says of it that does not forbid it.
    """

    files: tuple[FileChange, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def diff(self) -> str:
        """What changes, file by file."""
        return "\n".join(file.diff for file in self.files)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Keep others who accept into the same files waiting."""
    (folder / _LOCK).parent.mkdir(exist_ok=True)
    with FileLock(folder / _LOCK):
        yield


def write(change: Change) -> None:
    """Write all files, or none.

    Raises:
        AcceptanceError: a file is not any more what the change was made from.
        OSError: a file can't be written; the others are as they were.
    """
    data = [(file.path, file.before.to_bytes(), file.after.to_bytes()) for file in change.files]
    for path, before, _ in data:
        if read_bytes(path) != before:
            raise AcceptanceError("accept.meanwhile", path=path)
    written: list[tuple[Path, bytes]] = []
    try:
        for path, before, after in data:
            write_atomic(path, after)
            written.append((path, before))
    except BaseException:
        _restore(written)
        raise


def _restore(written: Sequence[tuple[Path, bytes]]) -> None:
    for path, before in reversed(written):
        write_atomic(path, before)
