"""A dictionary's row for a new value, or a synonym in the row of its value; and out again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nlu.errors import AcceptanceError
from nlu.induction.acceptance.blocks import Block, comment
from nlu.induction.acceptance.text_files import TextFile
from nlu.induction.proposal import DictionaryRow
from nlu.lexicon.csv_cells import Cell, find_delimiter, read_rows
from nlu.lexicon.dictionary import is_long, squeeze

_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
_SEPARATORS = "|;"


@dataclass(frozen=True)
class _Table:
    """A dictionary's cells."""

    lines: Sequence[str]
    delimiter: str
    rows: Sequence[tuple[Cell, ...]]

    @classmethod
    def of(cls, file: TextFile) -> _Table:
        lines = [line for line, _ in file.lines]
        return cls(lines, find_delimiter(lines)[0], read_rows(lines, lambda *_: None))

    @property
    def is_long(self) -> bool:
        return is_long(self.rows[0])

    def column(self, entity: str) -> int:
        """Where the values of a type stand: 1 in the long form, else below its name; -1 where there is no such."""
        names = [cell.text for cell in self.rows[0]]
        return 1 if self.is_long else names.index(entity) if entity in names else -1

    def rows_of(self, entity: str) -> list[tuple[Cell, ...]]:
        """The rows that have a value of a type."""
        at = self.column(entity)
        if self.is_long:
            return [row for row in self.rows[1:] if row[0].text == entity and len(row) > 1]
        return [row for row in self.rows[1:] if 0 <= at < len(row) and row[at].text]


def has_place(file: TextFile, entity: str) -> bool:
    """Whether a dictionary can take values of a type."""
    table = _Table.of(file)
    return bool(table.rows) and table.column(entity) >= 0


def count_of(file: TextFile, entity: str) -> int:
    """How many rows have values of a type."""
    table = _Table.of(file)
    return len(table.rows_of(entity)) if table.rows else 0


def with_row(file: TextFile, row: DictionaryRow, day: date, number: int) -> TextFile:
    """Write a row for a new value behind the last of its type, or a synonym into the row of its value.

    Args:
        file: the dictionary.
        row: what is new.
        day: when it was accepted.
        number: of the decision.

    Raises:
        AcceptanceError: the file has no place for the type, or can't hold such a value.
    """
    table = _Table.of(file)
    if not table.rows or table.column(row.entity) < 0:
        raise AcceptanceError("accept.no_column", path=file.path, entity=row.entity)
    if row.synonym_of is not None and not any(sign in row.surface for sign in (*_SEPARATORS, '"', table.delimiter)):
        for known in table.rows_of(row.entity):
            value = _value_of(known[table.column(row.entity)], table)
            if squeeze(value) == squeeze(row.synonym_of) and not any("\n" in cell.text for cell in known):
                return _with_synonym(file, table, known, row, day, number)
    return _with_value(file, table, row, day, number)


def without_row(file: TextFile, block: Block) -> TextFile:
    """Take a row, or the synonym that a row got, out again."""
    assert block.last is not None
    if block.kind != "synonym":
        return file.without_lines(block.first, block.last)
    line = file.lines[block.last - 1][0]
    at = line.rindex(block.added)
    file = file.with_line(block.last, line[:at] + line[at + len(block.added) :])
    return file.without_lines(block.first, block.first)


def _value_of(cell: Cell, table: _Table) -> str:
    return cell.text if table.is_long else re.split(r"[|;]", cell.text)[0].strip()


def _with_value(file: TextFile, table: _Table, row: DictionaryRow, day: date, number: int) -> TextFile:
    if not table.is_long and any(sign in row.surface for sign in _SEPARATORS):
        raise AcceptanceError("accept.separator", path=file.path, surface=row.surface)
    value = row.surface
    if '"' in value or table.delimiter in value:
        doubled = value.replace('"', '""')
        value = f'"{doubled}"'
    before = row.entity + table.delimiter if table.is_long else table.delimiter * table.column(row.entity)
    line = before + value
    last = (table.rows_of(row.entity) or table.rows)[-1]
    end = max(cell.line + cell.text.count("\n") for cell in last)
    return file.with_lines_after(end, [comment(day, number, [line]), line])


def _with_synonym(
    file: TextFile, table: _Table, known: Sequence[Cell], row: DictionaryRow, day: date, number: int
) -> TextFile:
    cell = known[-1] if table.is_long else known[table.column(row.entity)]
    sign = table.delimiter if table.is_long and len(known) == 2 else "|"
    old, added = table.lines[cell.line - 1], sign + row.surface
    end = cell.column - 1 + len(cell.text)
    if cell.is_quoted and (quoted := _QUOTED.match(old, cell.column - 1)):
        end = quoted.end() - (sign == "|")
    new = old[:end] + added + old[end:]
    file = file.with_line(cell.line, new)
    return file.with_lines_after(cell.line - 1, [comment(day, number, [new], "synonym", added)])
