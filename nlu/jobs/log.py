"""The log of a job: what its command prints, line by line, without personal data, in a file of limited size."""

from __future__ import annotations

import codecs
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from nlu.journal.rows import storable
from nlu.korean.personal_data import mask_text

_TAIL_LINES, _TAIL_LENGTH = 40, 4000
_LONGEST = 2000
"""Characters of a line; the rest of it is cut off."""
_MOST = 16 << 20
"""Bytes of a log; what is said beyond is kept in the tail only."""


class Log:
    """A log that is being written; a disk that is full costs its file, never the job.

    Args:
        path: the file; what an earlier attempt wrote stays in it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._file = _opened(path)
        self._size = 0

    def write(self, output: bytes) -> bool:
        """Take what a command printed; tell whether a line came to its end."""
        *lines, self._rest = (self._rest + self._decoder.decode(output)).replace("\r", "\n").split("\n")
        for line in lines:
            self.line(line)
        if len(self._rest) > _LONGEST:
            self.line(self._rest)
            self._rest = ""
        return bool(lines)

    def line(self, text: str) -> None:
        """Write one line."""
        masked = mask(text.rstrip()[:_LONGEST])
        if not masked:
            return
        self._tail.append(masked)
        data = f"{masked}\n".encode("utf-8", "backslashreplace")
        self._size += len(data)
        if self._file is not None and self._size <= _MOST:
            try:
                self._file.write(data)
            except OSError:
                self._give_up()

    def close(self) -> None:
        """Write what is left."""
        self.line(self._rest)
        self._rest = ""
        self._give_up()

    def _give_up(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
        self._file = None

    @property
    def tail(self) -> str:
        """The last lines."""
        return "\n".join(self._tail)[-_TAIL_LENGTH:]


def mask(text: str) -> str:
    """Take personal data out of a text, and what a database can't keep."""
    return storable(mask_text(text)).encode("utf-8", "replace").decode("utf-8")


def _opened(path: Path) -> BinaryIO | None:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path.open("ab", buffering=0)
    except OSError:
        return None
