"""Rows of an author's CSV whose cells know their line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_DELIMITERS = (",", ";", "\t")
_EXCEL_HINT = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without surrounding spaces, and where that begins, both from 1."""

    text: str
    line: int
    column: int


def read_rows(lines: Sequence[str], complain: Callable[[str, int, int], None]) -> list[tuple[Cell, ...]]:
    """Cut a CSV into cells.

    The delimiter, one of comma, semicolon and tab, is the one most frequent in the first row, or what Excel's line
    `sep=;` says. A line that begins with `#` is a comment. Cells may be quoted; a quote inside is doubled. Empty cells
    at a row's end are dropped.

    Args:
        lines: the file's lines.
        complain: told what can't be read: a message's code, line and column.

    Returns:
        The rows that are neither blank nor comments.

    Example:
        >>> [[cell.text for cell in row] for row in read_rows(['a;"b;c"', "# no", ";d;;"], print)]
        [['a', 'b;c'], ['', 'd']]
    """
    delimiter, number = _delimiter(lines)
    rows: list[tuple[Cell, ...]] = []
    while number < len(lines):
        start, line = number, lines[number]
        number += 1
        if line.startswith("#") or not line.strip():
            continue
        while line.count('"') % 2 and number < len(lines):
            line += "\n" + lines[number]
            number += 1
        if line.count('"') % 2:
            complain("csv.quote_open", start + 1, lines[start].index('"') + 1)
            number = start + 1
            continue
        row = tuple(_cells(line, delimiter, start + 1))
        while row and not row[-1].text:
            row = row[:-1]
        if row:
            rows.append(row)
    return rows


def _delimiter(lines: Sequence[str]) -> tuple[str, int]:
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
        before = line[: place + len(raw) - len(raw.lstrip())]  # may hold line ends, in quotes
        yield Cell(_unquote(raw.strip()), number + before.count("\n"), len(before) - before.rfind("\n"))
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
