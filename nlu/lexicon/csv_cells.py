"""Rows of an author's CSV whose cells know their line and column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlu.errors import DictionaryError

_DELIMITERS = (",", ";", "\t")
_EXCEL_HINT = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without surrounding spaces, and where that begins, both from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Rows:
    """What a CSV holds: rows that are neither blank nor comments, and what could not be read."""

    rows: tuple[tuple[Cell, ...], ...]
    errors: tuple[DictionaryError, ...]


def read_rows(text: str, path: str) -> Rows:
    r"""Cut a CSV into cells.

    The delimiter, one of comma, semicolon and tab, is the one most frequent in the first row, or what Excel's line
    `sep=;` says. A line that begins with `#` is a comment. Cells may be quoted; a quote inside is doubled. Empty cells
    at a row's end are dropped.

    Args:
        text: the file's content with `\n` line ends.
        path: the file, as the author named it.

    Example:
        >>> [[cell.text for cell in row] for row in read_rows('a;"b;c"\n# no\n;d;;', "x.csv").rows]
        [['a', 'b;c'], ['', 'd']]
    """
    lines = text.split("\n")
    delimiter, first = _delimiter(lines)
    rows: list[tuple[Cell, ...]] = []
    errors: list[DictionaryError] = []
    number = first
    while number < len(lines):
        start, line = number, lines[number]
        number += 1
        if line.startswith("#") or not line.strip():
            continue
        while line.count('"') % 2 and number < len(lines):
            line += "\n" + lines[number]
            number += 1
        if line.count('"') % 2:
            column = len(lines[start]) - len(lines[start].split('"', 1)[1])
            errors.append(DictionaryError("csv.quote_open", path, start + 1, column, lines[start]))
            number = start + 1
            continue
        row = tuple(_cells(line, delimiter, start + 1))
        while row and not row[-1].text:
            row = row[:-1]
        if row:
            rows.append(row)
    return Rows(tuple(rows), tuple(errors))


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """Find the delimiter, and the number of the line where the rows begin."""
    for number, line in enumerate(lines):
        if hint := _EXCEL_HINT.fullmatch(line):
            return hint[1], number + 1
        if line.strip() and not line.startswith("#"):
            bare = re.sub(r'"[^"]*"', "", line)
            return max(_DELIMITERS, key=bare.count), number
    return _DELIMITERS[0], len(lines)


def _cells(line: str, delimiter: str, number: int) -> Iterator[Cell]:
    place = 0
    for raw in _fields(line, delimiter):
        text = raw.strip()
        start = place + len(raw) - len(raw.lstrip())
        yield Cell(_unquote(text), *_position(line, start, number))
        place += len(raw) + 1


def _fields(line: str, delimiter: str) -> list[str]:
    fields = line.split(delimiter)
    if '"' not in line:
        return fields
    joined: list[str] = []
    for field in fields:
        if joined and joined[-1].count('"') % 2:
            joined[-1] += delimiter + field
        else:
            joined.append(field)
    return joined


def _unquote(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace('""', '"').strip()
    return text


def _position(line: str, place: int, number: int) -> tuple[int, int]:
    """Turn a place in a row, which may hold line ends in quotes, into line and column."""
    before = line[:place]
    return number + before.count("\n"), place - before.rfind("\n")
