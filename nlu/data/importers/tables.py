"""Tables with a header, from CSV, TSV and spreadsheets: which of them it is, by the names of the columns."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.data.importers import iob, kochat
from nlu.data.importers.base import File, Imported, Tally
from nlu.data.importers.marks import Mark, broken_mark, read_marks
from nlu.lexicon.csv_cells import Cell, cut_number, read_rows
from nlu.system.source import Source
from nlu.types import Span

TEXT_HEADERS = frozenset(
    (
        "text",
        "utterance",
        "utterances",
        "sentence",
        "query",
        "example",
        "발화",
        "발화문",
        "문장",
        "예문",
        "말",
        "텍스트",
    )
)
INTENT_HEADERS = frozenset(
    ("intent", "intents", "label", "category", "class", "의도", "의도명", "인텐트", "분류", "카테고리", "라벨")
)
_QUIET = frozenset(("", "id", "no", "no.", "번호", "순번", "index", "unnamed: 0"))
"""Columns that count the rows."""

Row = Sequence[Cell]


def read(source: Source, weight: float) -> Imported:
    """Read a CSV or TSV: `text,intent`, Kochat's `question,label`, or the table of tokens of a data set."""
    return read_cells(source, weight, read_rows(source.lines, source.complain, comments=False))


def read_cells(source: File, weight: float, rows: Sequence[tuple[Cell, ...]]) -> Imported:
    """Read a table whose cells are known, the header among them."""
    header, *table = rows or [()]
    names = [cell.text.casefold() for cell in header]
    if {"token", "tag"} <= {*names}:
        if missing := [name for name in iob.NEEDED if name not in names]:
            source.complain("data.columns_missing", header[0].line, names=missing)
            return Imported()
        return iob.read_table(source, weight, names, table)
    if {"question", "label"} <= {*names}:
        return kochat.read_table(source, weight, names, table)
    text = next((place for place, name in enumerate(names) if name in TEXT_HEADERS), None)
    intent = next((place for place, name in enumerate(names) if name in INTENT_HEADERS), None)
    if text is None or intent is None:
        if not source.errors:
            source.complain("data.table_header", header[0].line if header else 1)
        return Imported()
    return _Reader(source, weight, header, text, intent).read(table)


class _Reader:
    """Reads rows of a text and an intent; entities may be marked in the text."""

    def __init__(self, source: File, weight: float, header: Row, text: int, intent: int) -> None:
        self._source, self._header = source, header
        self._text, self._intent = text, intent
        self._tally = Tally(source.path, weight)

    def read(self, table: Sequence[Row]) -> Imported:
        for place, cell in enumerate(self._header):
            if place not in (self._text, self._intent) and cell.text.casefold() not in _QUIET:
                self._tally.note("import.column_unused", self._source.origin(cell.line), name=cell.text)
        for row in table:
            if self._is_whole(row):
                self._row(row)
        return self._tally.finish()

    def _is_whole(self, row: Row) -> bool:
        """Whether a row has no more cells than the header; else a comma without quotes has cut one in two."""
        if len(row) <= len(self._header):
            return True
        if cut := cut_number(row):
            self._source.complain("csv.number_cut", cut[0].line, cut[0].column, number=cut[1])
        else:
            extra = row[len(self._header)]
            values = {"header": len(self._header), "cells": len(row)}
            self._source.complain("csv.cells_many", extra.line, extra.column, **values)
        return False

    def _row(self, row: Row) -> None:
        text, intent = (row[place].text if place < len(row) else "" for place in (self._text, self._intent))
        place = self._source.origin(row[0].line)
        if not text:
            self._tally.refuse_row("import.blank", place)
            return
        name = self._tally.intent(intent, place) if intent else ""
        if intent and not name:
            self._tally.refuse_row("import.intent_odd", place, name=intent)
            return
        if not name:
            self._tally.note("import.no_intent", place)
        plain, spans = marked(text, place, self._tally)
        self._tally.add(plain, name or None, spans, place)


def marked(text: str, place: str, tally: Tally) -> tuple[str, list[Span]]:
    """Take marks such as `[판교](loc)` out of a text; what looks like one and is none stays text, with a note."""
    plain, spans = "", list[Span]()
    for start, part in read_marks(text):
        if isinstance(part, str):
            plain += part
            if broken_mark(part) is not None:
                tally.note("import.mark_odd", place)
        elif isinstance(part, Mark) and isinstance(span := part.span(len(plain)), Span):
            plain += part.text
            spans.append(span)
        else:
            tally.note("import.mark_odd", place)
            plain += text[start:]
            break
    return plain, spans
