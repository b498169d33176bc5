"""JSON Lines: an object a line is a row, whose columns are its keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlu.data.streams.table import Header, Row, Table
from nlu.system.encodings import encoding_of

BROKEN = "\0broken"
"""The key under which a row holds a line that is no object."""
_LOOKED_AT = 100


class JsonTable(Table):
    """A table of objects; each may have keys of its own."""

    def rows(self, header: Header, *, fill: bool = False) -> Iterator[Row]:
        """Read the objects as they stand; one that can't be read holds its line under `BROKEN`."""
        for line, (text,) in self.lines():
            yield Row(line, _object(text))

    def size(self, header: Header) -> tuple[int, tuple[str, ...]]:
        """Count the objects, and name all keys that they have."""
        count, names = 0, dict.fromkeys(header.names)
        for row in self.rows(header):
            count += 1
            names.update(dict.fromkeys(name for name in row.cells if name != BROKEN))
        return count, tuple(names)

    def header(self, known: Any) -> Header:
        """Gather the keys of the first objects."""
        names: dict[str, None] = {}
        for (_, (text,)), _number in zip(self.lines(), range(_LOOKED_AT), strict=False):
            names.update(dict.fromkeys(_object(text)))
        names.pop(BROKEN, None)
        return Header(0, tuple(names), tuple(names), is_known=known(tuple(names)))


def read(path: Path) -> list[Table]:
    """Open a file of JSON Lines.

    Raises:
        SourceErrors: the file is in no encoding that is known.
    """
    encoding = encoding_of(path)
    return [JsonTable("", _Lines(path, encoding), has_mark=encoding == "utf-8-sig")]


def _object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {BROKEN: text}
    return read if isinstance(read, dict) else {BROKEN: text}


class _Lines:
    """Reads the lines that are not blank, as often as wished."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding = path, encoding

    def __call__(self) -> Iterator[tuple[int, list[str]]]:
        with self._path.open(encoding=self._encoding, newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, [line.rstrip("\r\n")]
