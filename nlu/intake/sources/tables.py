"""Tables of text, label and perhaps entities, row by row; what is wrong in a row costs that row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nlu.data.importers import doccano, json_lines
from nlu.data.importers.base import Tally
from nlu.data.importers.tables import marked
from nlu.data.streams import Row, Table
from nlu.data.streams.json_file import BROKEN
from nlu.errors import DataError, SourceError
from nlu.events import Listener, Notice
from nlu.intake.columns import Columns, find_columns
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sources.base import Mark, Options

_COUNTED = frozenset(("import.blank", "import.long"))
"""What is told of a row that is refused besides."""


class TableSource:
    """The tables of a file.

    Args:
        path: the file.
        tables: its tables; only the first is read.
        options: what the author says of it.
    """

    def __init__(self, path: Path, tables: list[Table], options: Options) -> None:
        self._path, self._tables, self._options = path, tables, options

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self._path.stem

    @property
    def key(self) -> str:
        """The file's name."""
        return self._path.name

    def mark(self) -> Mark | None:
        """None: a file is read whole."""
        return None

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read the first table.

        Raises:
            InputError: no column can be told to be what people said.
        """
        table = self._tables[0]
        header, columns = find_columns(table, self._options.text, self._options.intent)
        told = {"path": self._path.name, "text": columns.text, "intent": columns.intent or "-"}
        listen(Notice("intake.columns" if header.names else "intake.empty", told))
        for other in self._tables[1:]:
            listen(Notice("import.sheet_unused", {"path": self._path.name, "name": other.name}))
        reader = RowReader(self._path.name, columns, len(header.names))
        for row in table.rows(header, fill=True):
            yield reader.read(row)
        for note in reader.notes():
            listen(note)


class RowReader:
    """Makes rows of a table's rows.

    Args:
        source: the name of the file or table, for the places of its rows.
        columns: what is read.
        width: how many columns there are; 0 where each row has its own.
    """

    def __init__(self, source: str, columns: Columns, width: int = 0) -> None:
        self._source, self._columns, self._width = source, columns, width
        self._tally = Tally(source)
        self._file = _OneRow(source)

    def notes(self) -> tuple[Notice, ...]:
        """What names were changed, and what was odd."""
        return tuple(note for note in self._tally.notes() if note.code not in _COUNTED)

    def read(self, row: Row, place: str | None = None) -> IncomingRow | RefusedRow:
        """Read a row."""
        place = place or f"{self._source}:{row.line}"
        if BROKEN in row.cells:
            return RefusedRow(row.cells[BROKEN][:500], place, "no_object")
        if self._width > 1 and any(str(cell).strip() for cell in row.extra):
            whole = [str(cell) for cell in (*row.cells.values(), *row.extra)]
            return RefusedRow(", ".join(cell for cell in whole if cell)[:500], place, "cells_many")
        text, intent = row.cells.get(self._columns.text), self._label(row.cells)
        if text is not None and not isinstance(text, str | int | float):
            return RefusedRow(json.dumps(text, ensure_ascii=False)[:500], place, "no_text")
        said = "" if text is None else str(text)
        name = self._tally.intent(intent, place) if intent else ""
        if intent and not name:
            return RefusedRow(said, place, "intent_odd", {"name": intent})
        entities = self._entities(row.cells)
        if entities:
            return self._with_entities(said, name or None, entities, place)
        plain, spans = marked(said, place, self._tally)
        self._tally.add(plain, name or None, spans, place)
        taken = self._tally.take()
        if taken is None:
            return RefusedRow(
                said[:500], place, "long" if said.strip() else "blank", {"length": len(said), "bound": 2000}
            )
        return IncomingRow(taken.text, taken.intent, taken.spans, place)

    def _label(self, cells: Mapping[str, Any]) -> str:
        value = cells.get(self._columns.intent) if self._columns.intent else None
        return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""

    def _entities(self, cells: Mapping[str, Any]) -> list[Any]:
        """Entities as JSON, as `nlu-predict` writes them into a column."""
        value = cells.get(self._columns.entities) if self._columns.entities else None
        if isinstance(value, str) and value.startswith("["):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                return []
        return value if isinstance(value, list) else []

    def _with_entities(
        self, text: str, intent: str | None, entities: list[Any], place: str
    ) -> IncomingRow | RefusedRow:
        return self.read_json(json.dumps({"text": text, "intent": intent, "entities": entities}), text, place)

    def read_json(self, line: str, text: str, place: str) -> IncomingRow | RefusedRow:
        """Read a row of JSON in the layout of data sets, or of doccano and its kin."""
        file = self._file.at(place)
        json_lines.read_line(line, 1, file, self._tally)
        taken = self._tally.take()
        if file.errors or taken is None:
            problem = file.errors[0].message if file.errors else ""
            return (
                RefusedRow(text[:500], place, "row", {"problem": problem})
                if problem
                else RefusedRow(text, place, "blank")
            )
        return IncomingRow(taken.text, taken.intent, taken.spans, place)


class JsonLinesSource(TableSource):
    """A file of JSON Lines whose rows have labels as data sets, or doccano, write them."""

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read the rows."""
        table = self._tables[0]
        reader = RowReader(self._path.name, Columns("text"))
        for row in table.rows(table.header(lambda names: True)):
            place = f"{self._path.name}:{row.line}"
            if BROKEN in row.cells:
                yield RefusedRow(row.cells[BROKEN][:500], place, "no_object")
                continue
            text = row.cells.get("text", row.cells.get("data"))
            yield reader.read_json(json.dumps(row.cells), text if isinstance(text, str) else "", place)
        for note in reader.notes():
            listen(note)


def has_labels(cells: Mapping[str, Any]) -> bool:
    """Whether an object has labels that are more than a name."""
    return isinstance(cells.get("entities"), list) or doccano.is_row(cells)


class _OneRow:
    """A row as an importer's file."""

    def __init__(self, source: str) -> None:
        self.path = Path(source)
        self.errors: list[SourceError] = []
        self._place = ""

    def at(self, place: str) -> _OneRow:
        """Begin another row."""
        self._place, self.errors = place, []
        return self

    def complain(self, code: str, line: int, column: int = 1, /, **values: object) -> None:
        """Note a mistake."""
        self.errors.append(DataError(code, str(self.path), line, column, "", **values))

    def origin(self, line: int) -> str:
        """Name the row."""
        return self._place
