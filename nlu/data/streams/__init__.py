"""Tables of people's files, read and written row by row in memory that does not grow: CSV, XLSX, JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from nlu.data.streams import csv_file, json_file, workbook
from nlu.data.streams.table import Row, Table
from nlu.errors import UnknownChoiceError

__all__ = ["SUFFIXES", "Row", "Table", "open_table", "tables_of"]

_BY_SUFFIX: Mapping[str, Callable[[Path], list[Table]]] = MappingProxyType(
    {
        ".csv": csv_file.read,
        ".tsv": csv_file.read,
        ".txt": csv_file.read,
        ".xlsx": workbook.read,
        ".jsonl": json_file.read,
        ".ndjson": json_file.read,
    }
)
SUFFIXES = tuple(_BY_SUFFIX)
"""The ends of names by which files are told apart."""


def tables_of(path: Path) -> list[Table]:
    """Open the tables of a file: one, or a workbook's sheets that hold something.

    Raises:
        UnknownChoiceError: another suffix.
        SourceErrors: the file is no text, or no workbook.
        MissingPackageError: a package that reads workbooks is not installed.
    """
    suffix = path.suffix.lower()
    if suffix not in _BY_SUFFIX:
        raise UnknownChoiceError("table", suffix or path.name, SUFFIXES)
    return _BY_SUFFIX[suffix](path)


def open_table(path: Path) -> Table:
    """Open the first table of a file that holds something; see `tables_of`."""
    tables = tables_of(path)
    return next((table for table in tables if table.has_rows()), tables[0])
