"""A table that is read row by row, and how its header is found and its columns are named."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

Line = tuple[int, Sequence[Any]]
"""The number of a row in its file, from 1, and its cells."""

_LOOKED_AT = 10
"""Rows at the top that may be the header."""
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\0"))
"""What stands in cells and nobody sees, such as a mark of the encoding that was written twice."""
UNNAMED = "열{}"
"""The name of a column whose header is empty, by its number from 1."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: where it stands in the file, from 1.
        cells: its values by the names of the columns, in their order; of a table, text but for what JSON holds.
        extra: cells beyond the last column.
    """

    line: int
    cells: Mapping[str, Any]
    extra: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table, opened; its rows can be read several times.

    Attributes:
        name: of the sheet; "" where a file is one table.
        lines: reads the rows with their numbers, the header among them; empty rows are left out.
        merged: stretches of cells that hold one value, as (first row, last row, first column, last column) from 1.
        delimiter: what parts its cells; "" where nothing does.
        has_mark: whether what is written like it begins with the mark of UTF-8: it does so itself, or is no UTF-8.
    """

    name: str
    lines: Callable[[], Iterator[Line]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    delimiter: str = ""
    has_mark: bool = False

    def has_rows(self) -> bool:
        """Whether it holds anything."""
        return next(self.lines(), None) is not None

    def header(self, known: Callable[[Sequence[str]], bool]) -> Header:
        """Find the header: among the first rows the one that `known` knows, else the first of them."""
        first = list(islice(self.lines(), _LOOKED_AT))
        for line, cells in first:
            if known(names := named(cells)):
                return Header(line, names, tuple(map(written, cells)), is_known=True)
        if not first:
            return Header(0, (), ())
        return Header(first[0][0], named(first[0][1]), tuple(map(written, first[0][1])))

    def size(self, header: Header) -> tuple[int, tuple[str, ...]]:
        """Count the rows below a header, and name all columns that they have."""
        return sum(line > header.line for line, _ in self.lines()), header.names

    def rows(self, header: Header, *, fill: bool = False) -> Iterator[Row]:
        """Read the rows below a header.

        Args:
            header: names the columns.
            fill: whether a value that is written once for several cells counts for each of them.
        """
        width = len(header.names)
        lines = _filled(self.lines(), self.merged) if fill and self.merged else self.lines()
        for line, cells in lines:
            if line > header.line:
                padded = chain(cells, [""] * (width - len(cells))) if len(cells) < width else cells
                yield Row(line, dict(zip(header.names, padded, strict=False)), tuple(cells[width:]))


@dataclass(frozen=True)
class Header:
    """The names of a table's columns.

    Attributes:
        line: where the header stands; 0 where there is none.
        names: one a column, each another.
        written: the same as they stand in the file.
        is_known: whether one of them was known.
    """

    line: int
    names: tuple[str, ...]
    written: tuple[str, ...]
    is_known: bool = False

    def left_out(self) -> Header:
        """The same columns where the first row is no header: they are known by their numbers."""
        names = tuple(UNNAMED.format(number) for number in range(1, len(self.names) + 1))
        return Header(0, names, names)


def named(cells: Iterable[Any]) -> tuple[str, ...]:
    r"""Name columns by the cells of a header, each another way.

    Example:
        >>> named(["\ufeff 발화 ", "", "의도", "의도"])
        ('발화', '열2', '의도', '의도_2')
    """
    names: dict[str, None] = {}
    next_of: dict[str, int] = {}
    for number, cell in enumerate(cells, 1):
        name = free = written(cell) or UNNAMED.format(number)
        while free in names:
            next_of[name] = next_of.get(name, 1) + 1
            free = f"{name}_{next_of[name]}"
        names[free] = None
    return tuple(names)


def written(cell: Any) -> str:
    """Say a header's cell without what nobody sees."""
    return unicodedata.normalize("NFC", str(cell if cell is not None else "").translate(_INVISIBLE)).strip()


def _filled(lines: Iterator[Line], merged: Sequence[tuple[int, int, int, int]]) -> Iterator[Line]:
    """Give each cell of a merged stretch the value of its first one."""
    waiting = sorted(merged, reverse=True)
    running: list[tuple[tuple[int, int, int, int], Any]] = []
    for line, cells in lines:
        running = [one for one in running if one[0][1] >= line]
        while waiting and waiting[-1][0] <= line:
            first, last, left, right = waiting.pop()
            if first == line and left <= len(cells):
                running.append(((first, last, left, right), cells[left - 1]))
        if not running:
            yield line, cells
            continue
        full = list(cells)
        for (_, _, left, right), value in running:
            full += [""] * (min(right, left + 63) - len(full))
            for place in range(left - 1, min(right, left + 63)):
                full[place] = full[place] or value
        yield line, full
