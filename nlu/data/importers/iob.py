"""The table of tokens `iob.csv` that a data set has, also after a spreadsheet saved it again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from nlu.data.importers.base import File, Imported, Tally
from nlu.data.importers.iob_tags import PlainTag, plain_tag
from nlu.data.importers.iob_tokens import TokenRow, add_tokens
from nlu.lexicon.csv_cells import Cell
from nlu.names import is_intent

NEEDED = ("utterance", "token", "tag")
"""The columns that the table must have."""
_KNOWN = (*NEEDED, "intent", "start", "end", "pos", "part", "slice")


def read_table(source: File, weight: float, header: Sequence[str], table: Sequence[tuple[Cell, ...]]) -> Imported:
    """Read the table of tokens that `nlu.data.dataset.writing` writes.

    It needs the columns `utterance` (rows with the same id, one after the other, make an utterance), `token` and `tag`;
    `intent`, `start` and `end` are used where they are there. Without offsets, a text is its tokens with one space
    between them.
    """
    tally = Tally(source.path, weight)
    for name in header:
        if name and name not in _KNOWN:
            tally.note("import.column_unused", source.origin(1), name=name)
    named = (dict(zip(header, cells, strict=False)) for cells in table)
    for _, group in groupby(named, key=lambda row: row["utterance"].text if "utterance" in row else ""):
        cells = list(group)
        read = [row for cell in cells if (row := _table_row(cell, source)) is not None]
        if len(read) == len(cells) and _are_in_order(read, source):
            intent = cells[0].get("intent")
            if intent and intent.text and not is_intent(intent.text):
                source.complain("data.intent_name", intent.line, intent.column)
            if len({cell["intent"].text for cell in cells if "intent" in cell}) > 1:
                tally.note("import.intents_of_one", source.origin(read[0].line))
            add_tokens(read, intent.text or None if intent else None, source, tally)
    return tally.finish()


def _table_row(cells: dict[str, Cell], source: File) -> TokenRow | None:
    first = next(iter(cells.values()))
    token, tag = cells.get("token"), cells.get("tag")
    if token is None or tag is None or not token.text or not tag.text:
        source.complain("data.iob_cells", first.line, first.column)
        return None
    plain = _tag(source, tag)
    if plain is None:
        return None
    start, end = cells.get("start"), cells.get("end")
    if start is None or end is None or not start.text:
        return TokenRow(token.line, token.text, plain)
    try:
        offsets = int(start.text), int(end.text)
    except ValueError:
        source.complain("data.offsets_no_integers", start.line, start.column)
        return None
    if offsets[1] - offsets[0] != len(token.text):
        values = {"token": token.text, "length": len(token.text), "difference": offsets[1] - offsets[0]}
        source.complain("data.token_length", start.line, start.column, **values)
        return None
    return TokenRow(token.line, token.text, plain, offsets[0])


def _are_in_order(rows: list[TokenRow], source: File) -> bool:
    end = 0
    for row in rows:
        if row.start is not None and row.start < end:
            source.complain("data.token_overlap", row.line, token=row.token)
            return False
        end = (end if row.start is None else row.start) + len(row.token)
    return True


def _tag(source: File, cell: Cell) -> PlainTag | None:
    tag = plain_tag(cell.text)
    if tag is None or not tag.is_named:
        code = "data.tag" if tag is None else "data.tag_name"
        source.complain(code, cell.line, cell.column, tag=cell.text)
        return None
    return tag
