"""Workbooks (XLSX), a sheet a table, read row by row however many rows the file claims to have."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nlu.data.importers.spreadsheet import cell_text, openpyxl_or_error
from nlu.data.streams.table import Line, Table
from nlu.errors import DataError, SourceErrors

_MOST_BYTES = 4 << 30
_MOST_TIMES = 400
"""What a workbook may hold unpacked, in bytes and as a multiple of its own size."""
_SMALL = 64 << 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_BLOCK = 1 << 20


def read(path: Path) -> list[Table]:
    """Open the sheets of a workbook that hold something.

    Raises:
        MissingPackageError: openpyxl is not installed.
        SourceErrors: it is no workbook.
    """
    book = _open(path)
    try:
        sheets = [(sheet.title, sheet._worksheet_path) for sheet in book.worksheets]
    finally:
        book.close()
    tables = [Table(name, _Rows(path, number), _merged(path, part)) for number, (name, part) in enumerate(sheets)]
    return [table for table in tables if table.has_rows()] or tables[:1] or [Table("", lambda: iter(()))]


class _Rows:
    """Reads the rows of a sheet, as often as wished."""

    def __init__(self, path: Path, number: int) -> None:
        self._path, self._number = path, number

    def __call__(self) -> Iterator[Line]:
        book = _open(self._path)
        try:
            sheet = book.worksheets[self._number]
            sheet.reset_dimensions()  # what a file says of its size is often wrong, and empty cells are read for it
            for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
                cells = [cell_text(value) for value in row]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    yield line, cells
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError) as error:
            raise _no_workbook(self._path, error) from None
        finally:
            book.close()


def _open(path: Path) -> Any:
    openpyxl = openpyxl_or_error()
    path.stat()
    try:
        with zipfile.ZipFile(path) as files:
            unpacked = sum(part.file_size for part in files.infolist())
        if unpacked <= min(_MOST_BYTES, max(_SMALL, _MOST_TIMES * path.stat().st_size)):
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except OSError:
        raise
    except Exception as error:  # of a damaged workbook openpyxl raises whatever it stumbles over
        raise _no_workbook(path, error) from None
    raise SourceErrors([DataError("file.too_large", str(path), 1, most=_MOST_BYTES >> 20)])


def _no_workbook(path: Path, error: Exception) -> SourceErrors:
    return SourceErrors([DataError("import.no_workbook", str(path), 1, problem=type(error).__name__)])


def _merged(path: Path, part: str) -> tuple[tuple[int, int, int, int], ...]:
    """The merged stretches of a sheet; they stand behind its rows."""
    found: list[tuple[int, int, int, int]] = []
    try:
        with zipfile.ZipFile(path) as files, files.open(part) as sheet:
            before = b""
            while block := sheet.read(_BLOCK):
                whole = before + block
                end = 0
                for match in _MERGED.finditer(whole):
                    left, first, right, last = match.groups()
                    found.append((int(first), int(last), _column(left), _column(right)))
                    end = match.end()
                before = whole[max(end, len(whole) - 200) :]
    except (KeyError, zipfile.BadZipFile):
        return ()
    return tuple(found)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
