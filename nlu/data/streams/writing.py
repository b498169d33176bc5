"""Write rows as bytes that are joined to a file: CSV, TSV or JSON Lines; and a workbook of what was joined."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.data.importers.spreadsheet import openpyxl_or_error
from nlu.errors import InputError, UnknownChoiceError

MOST_ROWS = 1_048_575
"""Rows below the header that a sheet has at most."""
_LONGEST_CELL = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_START = datetime(1980, 1, 1)
_BLOCK = 1 << 20
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl")


class RowWriter:
    """Writes rows in the format that a suffix names; of a workbook as JSON Lines, which `to_workbook` reads.

    Args:
        suffix: of the file.
        columns: the names of all columns, as they are written.
        delimiter: what parts the cells of a CSV, where it is a semicolon or a bar.
        has_mark: whether a CSV begins with the mark of UTF-8.

    Raises:
        UnknownChoiceError: another suffix.
    """

    def __init__(self, suffix: str, columns: Sequence[str], *, delimiter: str = "", has_mark: bool = True) -> None:
        if suffix not in SUFFIXES:
            raise UnknownChoiceError("table", suffix, SUFFIXES)
        self._suffix, self._columns = suffix, columns
        self._delimiter = delimiter if suffix == ".csv" and delimiter in (";", "|") else _DELIMITERS.get(suffix, "")
        self._has_mark = has_mark

    def head(self) -> bytes:
        """What the file begins with."""
        if self._suffix == ".jsonl":
            return b""
        head = self._line(self._columns)
        return b"\xef\xbb\xbf" + head if self._delimiter and self._has_mark else head

    def row(self, cells: Mapping[str, Any], names: Sequence[str], extra: Sequence[Any] = ()) -> bytes:
        """Write a row.

        Args:
            cells: its values by names.
            names: the names of the columns, one for each of them.
            extra: cells beyond the last column.
        """
        if self._suffix == ".jsonl":
            return _encode(cells)
        return self._line([*(cells.get(name, "") for name in names), *extra])

    def _line(self, cells: Sequence[Any]) -> bytes:
        if not self._delimiter:
            return _encode([_simple(cell) for cell in cells])
        file = io.StringIO()
        csv.writer(file, delimiter=self._delimiter, lineterminator="\n").writerow([_shown(cell) for cell in cells])
        return file.getvalue().encode("utf-8", "backslashreplace")


def to_workbook(lines: Path, target: Path) -> None:
    """Write what a `RowWriter` wrote for a workbook as one, row by row; the same rows give the same bytes.

    Raises:
        InputError: there are more rows than a sheet holds.
        MissingPackageError: openpyxl is not installed.
    """
    openpyxl = openpyxl_or_error()
    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = _START
    sheet = book.create_sheet("Sheet1")
    for number, row in enumerate(_rows(lines)):
        if number > MOST_ROWS:
            raise InputError("predict.rows_many", most=MOST_ROWS)
        sheet.append([_cell(openpyxl, sheet, value) for value in row])
    whole = target.with_name(f"{target.name}.dated")
    book.save(whole)
    with zipfile.ZipFile(whole) as dated, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as undated:
        for one in dated.infolist():
            plain = zipfile.ZipInfo(one.filename, _START.timetuple()[:6])
            plain.compress_type = zipfile.ZIP_DEFLATED
            with dated.open(one) as source, undated.open(plain, "w", force_zip64=True) as copy:
                _copied(one.filename, source, copy)
    whole.unlink()


def _copied(name: str, source: Any, copy: Any) -> None:
    if name == "docProps/core.xml":  # openpyxl writes the time of saving into it
        copy.write(re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"1980-01-01T00:00:00Z", source.read()))
        return
    while block := source.read(_BLOCK):
        copy.write(block)


def _rows(path: Path) -> Iterator[list[Any]]:
    with path.open("rb") as lines:
        yield from map(json.loads, lines)


def _cell(openpyxl: Any, sheet: Any, value: Any) -> Any:
    """A number as it is; all else as text, so that Excel takes none for a formula."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    cell = openpyxl.cell.WriteOnlyCell(sheet, value=_CONTROL.sub("", _shown(value))[:_LONGEST_CELL])
    cell.data_type = "s"
    return cell


def _simple(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _shown(value)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _encode(value: Any) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False)}\n".encode("utf-8", "backslashreplace")
