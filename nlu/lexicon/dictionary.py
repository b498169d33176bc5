"""The author's dictionary CSV, long or wide, read into entries with all mistakes reported at once.

Long::

    entity,value,synonyms
    loc,서울,서울시|서울특별시

Wide, one column an entity type, each cell `value|synonym|synonym`::

    loc,menu
    서울|서울시,피자

Synonyms are separated by `|` or `;`, and in the long form further columns hold further synonyms. A row `date,@date`
binds a type to a kind whose values are computed; synonyms of `@quantity` are the units that count:
`people,@quantity,명|분`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlu.errors import DictionaryError, SourceError, SourceErrors
from nlu.korean.normalization import normalize
from nlu.lexicon.csv_cells import Cell, cut_number, read_rows
from nlu.names import is_entity
from nlu.system.source import Source
from nlu.values.counters import ALL_UNITS
from nlu.values.finder import TYPES

_ENTITY_HEADERS = frozenset({"entity", "개체", "개체명", "엔티티"})
_VALUE_HEADERS = frozenset({"value", "값", "대표값"})
_SYNONYM_HEADER = re.compile(r"(synonyms?|동의어)[ _]?\d*|", re.IGNORECASE)
BINDS = "@"
"""What begins the value of a row that binds its type to a kind whose values are computed: `date,@date`."""
_SEPARATORS = re.compile(r"[|;]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One canonical value of an entity type, with its synonyms, and where the author wrote it."""

    entity: str
    value: str
    synonyms: tuple[str, ...] = ()
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)


def squeeze(surface: str) -> str:
    """Fold a surface for comparison: no spaces, no difference of case, as long as its characters.

    Example:
        >>> squeeze("KTX 서울 역")
        'ktx서울역'
    """
    folded = surface.casefold()
    if len(folded) != len(surface):  # such as ß, which would become two
        folded = "".join(low if len(low := char.casefold()) == 1 else char for char in surface)
    squeezed = "".join(folded.split())
    return surface if squeezed == surface else squeezed


def read_entries(*paths: Path, unsaved: Mapping[Path, str] | None = None) -> tuple[Entry, ...]:
    """Read dictionary files.

    Values are normalised as utterances are (`nlu.korean.normalization.normalize`). A synonym written the same as its
    value is left out; one that differs in spaces or case stays, as another way of writing.

    Args:
        paths: the files.
        unsaved: what is read in the place of files, by their paths, links followed.

    Raises:
        SourceErrors: all mistakes of all files.
    """
    found: list[_Found] = []
    errors: list[SourceError] = []
    for path in paths:
        try:
            source = Source(path, DictionaryError, unsaved.get(path.resolve()) if unsaved else None)
        except SourceErrors as wrong:
            errors += wrong.errors
        else:
            found += _Reader(source).read()
            errors += source.errors
    errors += _clashes(found)
    if errors:
        order = {str(path): number for number, path in enumerate(paths)}
        raise SourceErrors(sorted(errors, key=lambda error: (order[error.path], error.line, error.column)))
    return tuple(item.entry for item in found)


def is_long(header: Sequence[Cell]) -> bool:
    """Whether a dictionary with such a first row has one value a row, its type before it."""
    names = [cell.text.casefold() for cell in header[:2]]
    return len(names) == 2 and names[0] in _ENTITY_HEADERS and names[1] in _VALUE_HEADERS


@dataclass(frozen=True, slots=True)
class _Found:
    """An entry, and for each of its surfaces the place (column, the line's text) for a complaint."""

    entry: Entry
    columns: tuple[int, ...]
    source: str

    def mistake(self, code: str, number: int, other: Entry) -> DictionaryError:
        """A complaint of one of its surfaces, 0 for the value, which another entry has too."""
        entry, surface = self.entry, (self.entry.value, *self.entry.synonyms)[number]
        return DictionaryError(
            code, entry.path, entry.line, self.columns[number], self.source,
            surface=surface, entity=entry.entity, other=other.value, place=f"{other.path}:{other.line}",
        )  # fmt: skip


class _Reader:
    """Reads one file; mistakes are noted in its source."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.header: tuple[Cell, ...] = ()
        self.bound: dict[str, int] = {}

    def read(self) -> list[_Found]:
        table = read_rows(self.source.lines, self.source.complain)
        if not table:
            if not self.source.errors:
                self.source.complain("dictionary.empty", 1)
            return []
        self.header, *rows = table
        names = [cell.text.casefold() for cell in self.header]
        if is_long(self.header):
            for cell in self.header[2:]:
                if not _SYNONYM_HEADER.fullmatch(cell.text):
                    self._complain("dictionary.header_unknown", cell, name=cell.text)
            return [item for row in rows for item in self._long(row)]
        if names[0] in _ENTITY_HEADERS or names[0] in _VALUE_HEADERS:
            self._complain("dictionary.header", self.header[0])
            return []
        entities = [self._entity(cell) if cell.text else "" for cell in self.header]
        return [item for row in rows for item in self._wide(row, entities)]

    def _is_cut(self, row: tuple[Cell, ...]) -> bool:
        """Complain of a number that a comma has cut in two, if there is one."""
        if cut := cut_number(row):
            self._complain("csv.number_cut", cut[0], number=cut[1])
        return bool(cut)

    def _long(self, row: tuple[Cell, ...]) -> Iterator[_Found]:
        entity = self._entity(row[0])
        if self._is_cut(row[1:]):
            return
        if len(row) < 2 or not row[1].text:
            self._complain("dictionary.value_empty", row[min(1, len(row) - 1)])
        elif entity:
            yield from self._entry(entity, [row[1], *(part for cell in row[2:] for part in _parts(cell) if part.text)])

    def _wide(self, row: tuple[Cell, ...], entities: list[str]) -> Iterator[_Found]:
        if len(row) > len(entities) and self._is_cut(row):
            return
        for position, cell in enumerate(row):
            if not cell.text:
                continue
            if position >= len(entities) or not self.header[position].text:
                self._complain("dictionary.column_unnamed", cell)
                continue
            value, *synonyms = _parts(cell)
            if not value.text:
                self._complain("dictionary.cell_empty", cell)
            elif entities[position]:
                yield from self._entry(entities[position], [value, *(part for part in synonyms if part.text)])

    def _entity(self, cell: Cell) -> str:
        """Check an entity's name; "" when it can't be one."""
        if is_entity(cell.text):
            return cell.text
        self._complain("dictionary.entity_name" if cell.text else "dictionary.entity_empty", cell, name=cell.text)
        return ""

    def _entry(self, entity: str, cells: list[Cell]) -> Iterator[_Found]:
        surfaces: dict[str, int] = {}
        for cell in cells:
            surface = _clean(cell.text)
            if "\n" in cell.text or not surface:
                self._complain("dictionary.value_lines", cell)
                return
            surfaces.setdefault(surface, cell.column)
        value, *synonyms = surfaces
        if value.startswith(BINDS) and not self._binds(entity, cells):
            return
        entry = Entry(entity, value, tuple(synonyms), str(self.source.path), cells[0].line)
        yield _Found(entry, tuple(surfaces.values()), self.source.lines[cells[0].line - 1])

    def _binds(self, entity: str, cells: Sequence[Cell]) -> bool:
        """Check a row that binds a type to a kind, and the units that it is narrowed to."""
        kind, *units = cells
        name = kind.text.removeprefix(BINDS)
        unknown = next((cell for cell in units if cell.text not in ALL_UNITS), None)
        if name not in TYPES:
            choices = tuple(f"{BINDS}{one}" for one in TYPES)
            self._complain("dictionary.kind_unknown", kind, name=kind.text, choices=choices)
        elif units and name != "quantity":
            self._complain("dictionary.kind_units", units[0], name=kind.text)
        elif unknown is not None:
            self._complain("dictionary.unit_unknown", unknown, name=unknown.text, choices=tuple(sorted(ALL_UNITS)))
        elif self.bound.setdefault(entity, kind.line) != kind.line:
            self._complain("dictionary.kind_twice", kind, entity=entity, line=self.bound[entity])
        else:
            return True
        return False

    def _complain(self, code: str, cell: Cell, **values: object) -> None:
        self.source.complain(code, cell.line, cell.column, **values)


def _parts(cell: Cell) -> Iterator[Cell]:
    """Cut a cell at `|` and `;`; a part may be empty."""
    place = cell.column
    for raw in _SEPARATORS.split(cell.text):
        yield Cell(raw.strip(), cell.line, place + len(raw) - len(raw.lstrip()))
        place += len(raw) + 1


def _clean(text: str) -> str:
    return text if text.isascii() and text.isprintable() and "  " not in text else normalize(text).text


def _clashes(found: list[_Found]) -> Iterator[DictionaryError]:
    """Find values that are there twice, and synonyms that would mean two values of one entity."""
    values: dict[tuple[str, str], Entry] = {}
    synonyms: dict[tuple[str, str], Entry] = {}
    listed = [item for item in found if not item.entry.value.startswith(BINDS)]
    for item in listed:
        entry = item.entry
        first = values.setdefault((entry.entity, squeeze(entry.value)), entry)
        if first is not entry:
            yield item.mistake("dictionary.value_twice", 0, first)
    for item in listed:
        entry = item.entry
        for number, synonym in enumerate(entry.synonyms, 1):
            key = (entry.entity, squeeze(synonym))
            if key[1] == squeeze(entry.value):
                continue
            other = values.get(key) or synonyms.setdefault(key, entry)
            if other is not entry:
                code = "dictionary.synonym_is_value" if key in values else "dictionary.synonym_of_other"
                yield item.mistake(code, number, other)
