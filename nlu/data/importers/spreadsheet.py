"""Excel's XLSX: the first sheet that has a header, read as a CSV of the same cells is."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlu.data.importers import tables
from nlu.data.importers.base import Imported
from nlu.errors import DataError, MissingPackageError, SourceError, SourceErrors
from nlu.events import Notice
from nlu.lexicon.csv_cells import Cell
from nlu.system.files import read_bytes, shown

_MOST_CELLS = 5_000_000
_MOST_BYTES = 256 << 20
"""What a workbook may hold, unpacked; it is no more than a few tables of people's."""


class Sheet:
    """The rows of a sheet as an importer's source: its lines are the rows, its columns the cells."""

    def __init__(self, path: Path, name: str, rows: list[tuple[Cell, ...]]) -> None:
        self.path, self.rows = path, rows
        self.name = name
        self.errors: list[SourceError] = []

    def complain(self, code: str, line: int, column: int = 1, /, **values: object) -> None:
        """Note a mistake at a row and a cell, both from 1."""
        source = "\t".join(cell.text for row in self.rows for cell in row if cell.line == line)
        self.errors.append(DataError(code, f"{self.path}[{self.name}]", line, column, source, **values))

    def origin(self, line: int) -> str:
        """Name a row without the folders of this machine."""
        return f"{shown(Path(self.path.name) if self.path.is_absolute() else self.path)}:{line}"

    def raise_errors(self) -> None:
        """Raise all mistakes at once, if there are any."""
        if self.errors:
            raise SourceErrors(self.errors)


def workbook() -> Any:
    """Make an empty workbook.

    Raises:
        MissingPackageError: openpyxl is not installed.
    """
    return openpyxl_or_error().Workbook()


def read(path: Path, weight: float) -> Imported:
    """Read a workbook.

    Raises:
        MissingPackageError: openpyxl is not installed.
        SourceErrors: it is no workbook, or its table can't be used.
    """
    sheets = _sheets(path)
    filled = [sheet for sheet in sheets if sheet.rows] or [Sheet(path, "", [])]
    imported = tables.read_cells(filled[0], weight, filled[0].rows)
    filled[0].raise_errors()
    others = tuple(Notice("import.sheet_unused", {"path": path, "name": sheet.name}) for sheet in filled[1:])
    return Imported(imported.utterances, imported.entries, (*imported.notes, *others), imported.summary)


def _sheets(path: Path) -> list[Sheet]:
    openpyxl, data = openpyxl_or_error(), read_bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as files:
            is_large = sum(part.file_size for part in files.infolist()) > _MOST_BYTES
        if not is_large:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [Sheet(path, sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
    except Exception as error:  # of a damaged workbook openpyxl raises whatever it stumbles over
        raise SourceErrors([DataError("import.no_workbook", str(path), 1, problem=type(error).__name__)]) from None
    raise SourceErrors([DataError("file.too_large", str(path), 1, most=_MOST_BYTES >> 20)])


def openpyxl_or_error() -> Any:
    """Give the package that reads and writes workbooks.

    Raises:
        MissingPackageError: it is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise MissingPackageError("openpyxl", 'pip install ".[excel]"') from None
    return openpyxl


def _rows(sheet: Any) -> Iterator[tuple[Cell, ...]]:
    left = _MOST_CELLS
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [Cell(cell_text(value), number, place, True) for place, value in enumerate(row, 1)]
        left -= len(cells)
        while cells and not cells[-1].text:
            cells.pop()
        if left < 0:
            return
        if cells:
            yield tuple(cells)


def cell_text(value: Any) -> str:
    """Say a cell as the sheet shows it: whole numbers without a point, a date without a time of midnight."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value).strip()
