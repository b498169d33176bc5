"""IOB: `token TAG` lines with an empty line between utterances, or the table `iob.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from nlu.data.importers.base import Imported
from nlu.data.iob import decode, split_tag
from nlu.lexicon.csv_cells import Cell, read_rows
from nlu.names import is_intent, is_label
from nlu.system.source import Source
from nlu.types import LabelledUtterance, Token

_INTENT = "# intent:"
_DOCUMENT = "-DOCSTART-"


def read_lines(source: Source, weight: float) -> Imported:
    """Read `token TAG` lines.

    The first column is the token and the last the tag; columns between are ignored, as in CoNLL files. A line
    `# intent: name` before an utterance names its intent. Offsets are not in the file, so a text is its tokens with one
    space between them. A tag that IOB2 forbids is read as conlleval reads it.
    """
    utterances: list[LabelledUtterance] = []
    intent: str | None = None
    rows: list[_Row] = []
    for number, line in enumerate([*source.lines, ""], 1):
        if line.startswith(_INTENT):
            intent = line.removeprefix(_INTENT).strip() or None
            if not (intent is None or is_intent(intent)):
                source.complain("data.intent_name", number, line.index(intent) + 1)
        elif line.strip() and not line.startswith(_DOCUMENT):
            token, *rest = line.split()
            if not rest:
                source.complain("data.iob_columns", number)
            elif _is_tag(source, rest[-1], number, line.rindex(rest[-1]) + 1):
                rows.append(_Row(number, token, rest[-1]))
        elif rows:
            utterances.append(_utterance(rows, intent, source, weight))
            rows, intent = [], None
    return Imported(tuple(utterances))


def read_table(source: Source, weight: float) -> Imported:
    """Read the table of tokens that `nlu.data.dataset.writing` writes, also after a spreadsheet saved it again.

    It needs the columns `utterance` (rows with the same id, one after the other, make an utterance), `token` and `tag`;
    `intent`, `start` and `end` are used where they are there. Without offsets, a text is its tokens with one space
    between them.
    """
    first, *table = read_rows(source.lines, source.complain) or [()]
    header = [cell.text for cell in first]
    missing = [name for name in ("utterance", "token", "tag") if name not in header]
    if missing:
        source.complain("data.columns_missing", 1, names=missing)
        return Imported()
    utterances: list[LabelledUtterance] = []
    named = (dict(zip(header, cells, strict=False)) for cells in table)
    for _, group in groupby(named, key=lambda row: row["utterance"].text if "utterance" in row else ""):
        cells = list(group)
        read = [row for cell in cells if (row := _table_row(cell, source)) is not None]
        if len(read) == len(cells) and _are_in_order(read, source):
            intent = cells[0].get("intent")
            if intent and intent.text and not is_intent(intent.text):
                source.complain("data.intent_name", intent.line, intent.column)
            utterances.append(_utterance(read, intent.text or None if intent else None, source, weight))
    return Imported(tuple(utterances))


@dataclass(frozen=True, slots=True)
class _Row:
    """A token with its tag, its line, and its offset where known."""

    line: int
    token: str
    tag: str
    start: int | None = None


def _table_row(cells: dict[str, Cell], source: Source) -> _Row | None:
    first = next(iter(cells.values()))
    token, tag = cells.get("token"), cells.get("tag")
    if token is None or tag is None or not token.text or not tag.text:
        source.complain("data.iob_cells", first.line, first.column)
        return None
    if not _is_tag(source, tag.text, tag.line, tag.column):
        return None
    start, end = cells.get("start"), cells.get("end")
    if start is None or end is None or not start.text:
        return _Row(token.line, token.text, tag.text)
    try:
        offsets = int(start.text), int(end.text)
    except ValueError:
        source.complain("data.offsets_no_integers", start.line, start.column)
        return None
    if offsets[1] - offsets[0] != len(token.text):
        values = {"token": token.text, "length": len(token.text), "difference": offsets[1] - offsets[0]}
        source.complain("data.token_length", start.line, start.column, **values)
        return None
    return _Row(token.line, token.text, tag.text, offsets[0])


def _are_in_order(rows: list[_Row], source: Source) -> bool:
    end = 0
    for row in rows:
        if row.start is not None and row.start < end:
            source.complain("data.token_overlap", row.line, token=row.token)
            return False
        end = (end if row.start is None else row.start) + len(row.token)
    return True


def _is_tag(source: Source, tag: str, line: int, column: int) -> bool:
    try:
        _, label = split_tag(tag)
    except ValueError:
        source.complain("data.tag", line, column, tag=tag)
        return False
    if label and not is_label(label):
        source.complain("data.tag_name", line, column, tag=tag)
        return False
    return True


def _utterance(rows: list[_Row], intent: str | None, source: Source, weight: float) -> LabelledUtterance:
    tokens: list[Token] = []
    text = ""
    for row in rows:
        start = row.start if row.start is not None else len(text) + bool(text)
        text = text.ljust(start) + row.token
        tokens.append(Token(row.token, start, len(text)))
    spans = decode([row.tag for row in rows], tokens)
    return LabelledUtterance(text, intent, spans, source.origin(rows[0].line), weight)
