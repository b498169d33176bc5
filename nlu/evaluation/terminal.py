"""Tables for the terminal, where Hangul is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay rows out in columns: the first to the left, the others to the right, but the last as it comes.

    A row of one cell is a title, and may be longer than its column.

    Example:
        >>> table_lines([("", "점수", ""), ("전체",), ("의도", "97.1 %", "나음")])
        ['        점수', '전체', '의도  97.1 %  나음']
    """
    cells = [row for row in rows if len(row) > 1]
    widths = [max(width(row[at]) for row in cells) for at in range(len(cells[0]))] if cells else []
    return [row[0] if len(row) == 1 else _line(row, widths) for row in rows]


def width(text: str) -> int:
    """The columns that a text takes.

    Example:
        >>> width("판교 A")
        6
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *numbers, last = row
    padded = [" " * (wide - width(cell)) + cell for cell, wide in zip(numbers, widths[1:], strict=False)]
    return "  ".join([first + " " * (widths[0] - width(first)), *padded, last]).rstrip()
