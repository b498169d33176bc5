"""CSV and TSV in the encodings of Korean programs, line by line; a quote that is not closed costs its line only."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from nlu.data.streams.table import Line, Table
from nlu.system.encodings import encoding_of

_DELIMITERS = (",", ";", "\t", "|")
_HINT = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)
_LOOKED_AT = 20
_LONGEST_CELL = 100
"""Lines that a cell in quotes goes on for at most."""


def read(path: Path) -> list[Table]:
    """Open a CSV or TSV; the delimiter is the one most frequent in the first row that has one, or what `sep=;` says.

    Raises:
        SourceErrors: the file is in no encoding that is known.
    """
    encoding = encoding_of(path)
    skipped, delimiter = _delimiter(path, encoding)
    rows = _Rows(path, encoding, delimiter, skipped)
    return [Table("", rows, delimiter=delimiter, has_mark=encoding != "utf-8")]


def _delimiter(path: Path, encoding: str) -> tuple[int, str]:
    """How many lines stand before the rows, and what parts the cells of the first row that has several."""
    with path.open(encoding=encoding, newline="") as lines:
        for number, line in enumerate(islice(lines, _LOOKED_AT)):
            if hint := _HINT.fullmatch(line.strip()):
                return number + 1, hint[1]
            bare = re.sub(r'"[^"]*"', "", line)
            counts = {delimiter: bare.count(delimiter) for delimiter in _DELIMITERS}
            if any(counts.values()):
                return 0, max(_DELIMITERS, key=lambda one: counts[one])
    return 0, _DELIMITERS[0]


class _Rows:
    """Reads the rows of a file, as often as wished."""

    def __init__(self, path: Path, encoding: str, delimiter: str, skipped: int) -> None:
        self._path, self._encoding = path, encoding
        self._delimiter, self._skipped = delimiter, skipped

    def __call__(self) -> Iterator[Line]:
        with self._path.open(encoding=self._encoding, newline="") as file:
            lines = _Lines(file)
            for _ in range(self._skipped):
                next(lines)
            while True:
                lines.begin()
                try:
                    row = next(csv.reader(lines, delimiter=self._delimiter, strict=True))
                except StopIteration:
                    return
                except csv.Error:  # a quote that is not closed, or closed within a word, or a cell longer than any
                    lines.give_back()
                    row = next(lines).rstrip("\r\n").split(self._delimiter)
                while row and not row[-1]:
                    row.pop()
                if any(map(str.strip, row)):
                    yield lines.first, row


class _Lines:
    """The lines of a file; those of the row that is being read can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self._taken: list[str] = []
        self.first = self._next = 1

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= _LONGEST_CELL:
            raise csv.Error("a cell that does not end")
        line = self._waiting.popleft() if self._waiting else next(self._file, None)
        if line is None:
            if len(self._taken) > 1:
                raise csv.Error("a cell that does not end")
            raise StopIteration
        self._taken.append(line)
        self._next += 1
        return line

    def begin(self) -> None:
        """Begin a row."""
        self._taken, self.first = [], self._next

    def give_back(self) -> None:
        """Begin the row again."""
        self._waiting.extendleft(reversed(self._taken))
        self._next -= len(self._taken)
        self.begin()
