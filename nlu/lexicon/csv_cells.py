"""Rows of an author's CSV whose cells know their line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_DELIMITERS = (",", ";", "\t")
_EXCEL_HINT = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_HEAD_OF_NUMBER = re.compile(r"(?<![\d.])[1-9]\d{0,2}$")
_TAIL_OF_NUMBER = re.compile(r"\d{3}(?!\d)")
_LONGEST_CELL = 100
"""Lines that a cell in quotes goes on for at most; a quote that is not closed by then is a mistake."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without surrounding spaces, where that begins, both from 1, and whether it is in quotes."""

    text: str
    line: int
    column: int
    is_quoted: bool = False


Complain = Callable[[str, int, int], None]
"""Told what can't be read: a message's code, line and column."""


def read_rows(lines: Sequence[str], complain: Complain, *, comments: bool = True) -> list[tuple[Cell, ...]]:
    """Cut a CSV into cells.

    The delimiter, one of comma, semicolon and tab, is the one most frequent in the first row, or what Excel's line
    `sep=;` says. A line that begins with `#` is a comment. A cell that begins with a quote ends with one, and a quote
    inside it is doubled; in any other cell a quote is a letter. Empty cells at a row's end are dropped.

    Args:
        lines: the file's lines.
        complain: told what can't be read.
        comments: whether lines that begin with `#` are comments below the first row, too.

    Returns:
        The rows that are neither blank nor comments.

    Example:
        >>> [[cell.text for cell in row] for row in read_rows(['a;"b;c"', "# no", ";d;;", '5" 피자;e'], print)]
        [['a', 'b;c'], ['', 'd'], ['5" 피자', 'e']]
    """
    delimiter, number = find_delimiter(lines)
    rows: list[tuple[Cell, ...]] = []
    while number < len(lines):
        is_comment = lines[number].startswith("#") and (comments or not rows)
        if is_comment or not lines[number].strip():
            number += 1
            continue
        reader = _Row(lines, delimiter, number, complain)
        row = reader.read()
        number = reader.next_line
        while row and not row[-1].text:
            row.pop()
        if row:
            rows.append(tuple(row))
    return rows


def cut_number(row: Sequence[Cell]) -> tuple[Cell, str] | None:
    """Find a number that a comma without quotes has cut in two: its first half, and the whole of it.

    Example:
        >>> (row,) = read_rows(["amount,35,000원"], print)
        >>> cut_number(row)[1], cut_number(read_rows(["amount,35, 000원"], print)[0])
        ('35,000원', None)
    """
    for left, right in pairwise(row):
        is_beside = (right.line, right.column) == (left.line, left.column + len(left.text) + 1)
        if not is_beside or left.is_quoted or right.is_quoted:
            continue
        if _HEAD_OF_NUMBER.search(left.text) and _TAIL_OF_NUMBER.match(right.text):
            return left, f"{left.text},{right.text}"
    return None


def find_delimiter(lines: Sequence[str]) -> tuple[str, int]:
    """Find the delimiter, and the number of the line where the rows begin."""
    for number, line in enumerate(lines):
        if hint := _EXCEL_HINT.fullmatch(line):
            return hint[1], number + 1
        if line.strip() and not line.startswith("#"):
            bare = re.sub(r'"[^"]*"', "", line)
            return max(_DELIMITERS, key=bare.count), number
    return _DELIMITERS[0], len(lines)


class _Row:
    """Cuts one row; only a cell in quotes reads on into the lines below."""

    def __init__(self, lines: Sequence[str], delimiter: str, number: int, complain: Complain) -> None:
        self._lines, self._delimiter, self._complain = lines, delimiter, complain
        self._number, self._place = number, 0
        self.next_line = number + 1

    def read(self) -> list[Cell]:
        cells: list[Cell] = []
        first = self._number
        if '"' not in self._lines[first]:
            self._plain_cells(cells)
            return cells
        while True:
            cell = self._cell()
            if cell is None:
                self.next_line = first + 1
                return []
            cells.append(cell)
            if self._place >= len(self._lines[self._number]):
                self.next_line = self._number + 1
                return cells
            self._place += 1

    def _plain_cells(self, cells: list[Cell]) -> None:
        place = 0
        for raw in self._lines[self._number].split(self._delimiter):
            cells.append(Cell(raw.strip(), self._number + 1, place + len(raw) - len(raw.lstrip()) + 1))
            place += len(raw) + 1

    def _cell(self) -> Cell | None:
        """Read up to the next delimiter or the row's end; None, having complained, where a quote is not closed."""
        line = self._lines[self._number]
        end = line.find(self._delimiter, self._place)
        end = len(line) if end < 0 else end
        raw = line[self._place : end]
        start = self._place + len(raw) - len(raw.lstrip())
        number = self._number
        if line[start : start + 1] == '"':
            return self._quoted(number, start)
        self._place = end
        return Cell(raw.strip(), number + 1, start + 1)

    def _quoted(self, number: int, start: int) -> Cell | None:
        line = self._lines[number]
        match = _QUOTED.match(line, start)
        if match is None:
            return self._over_lines(number, start)
        after = match.end()
        end = line.find(self._delimiter, after)
        end = len(line) if end < 0 else end
        if line[after:end].strip():
            if self._delimiter in match[0]:
                self._complain("csv.quote_rest", number + 1, after + 1)
                return None
            self._place = end
            return Cell(line[start:end].strip(), number + 1, start + 1)
        self._place = end
        return Cell(match[0][1:-1].replace('""', '"').strip(), number + 1, start + 1, True)

    def _over_lines(self, number: int, start: int) -> Cell | None:
        """Read a cell in quotes whose text has line ends."""
        parts = [self._lines[number][start + 1 :]]
        for below in range(number + 1, min(number + _LONGEST_CELL, len(self._lines))):
            line = self._lines[below]
            closing = _closing(line)
            if closing is None:
                parts.append(line)
                continue
            end = line.find(self._delimiter, closing)
            end = len(line) if end < 0 else end
            if line[closing + 1 : end].strip():
                break
            self._number, self._place = below, end
            text = "\n".join([*parts, line[:closing]]).replace('""', '"').strip()
            return Cell(text, number + 1, start + 1, True)
        self._complain("csv.quote_open", number + 1, start + 1)
        return None


def _closing(line: str) -> int | None:
    """Where the first quote that is not doubled stands."""
    place = line.find('"')
    while place >= 0:
        if line[place + 1 : place + 2] != '"':
            return place
        place = line.find('"', place + 2)
    return None
