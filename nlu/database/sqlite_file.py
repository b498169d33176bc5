"""A SQLite file under a running server: whether it is still the one that was opened, and what it left when it went."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_SIDES = ("", "-wal", "-shm")
"""What SQLite adds to a file's name for the files beside it."""
_Identity = tuple[int, int]


class OpenedFile:
    """A database's files as they were when it was opened.

    Args:
        path: the database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._were = {side: _identity(self._at(side)) for side in _SIDES}

    def is_gone(self) -> bool:
        """Whether the file was deleted, moved or replaced since; also where it went while it was being opened."""
        return self._were[""] is None or _identity(self._path) != self._were[""]

    def clear_away(self) -> None:
        """Remove what the file left beside its place, which SQLite would take for a new file's; others' stay."""
        for side in _SIDES[1:]:
            if (was := self._were[side]) is not None and was == _identity(self._at(side)):
                with suppress(OSError):
                    self._at(side).unlink()

    def _at(self, side: str) -> Path:
        return self._path.with_name(self._path.name + side)


def _identity(path: Path) -> _Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
