"""Tables of texts and intents: CSV, TSV, XLSX, and Kochat's."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlu.data.exporters.rows import Refusal, Rows
from nlu.data.importers.marks import write_marks
from nlu.data.importers.spreadsheet import workbook
from nlu.lexicon.dictionary import Entry
from nlu.system.files import write_atomic
from nlu.types import LabelledUtterance

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HEADER = ("text", "intent")


def write_csv(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write a CSV with a byte order mark, for Excel."""
    _write(path, ",", [_HEADER, *rows.write(_marked, needs_intent=False)])


def write_tsv(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write the same with tabs."""
    _write(path, "\t", [_HEADER, *rows.write(_marked, needs_intent=False)])


def write_workbook(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write the same as a workbook; every cell is text, so that Excel takes none for a formula."""
    book = workbook()
    sheet = book.active
    for number, cells in enumerate([_HEADER, *rows.write(_clean_marked, needs_intent=False)], 1):
        for column, text in enumerate(cells, 1):
            cell = sheet.cell(number, column)
            cell.value, cell.data_type = text, "s"
    file = io.BytesIO()
    book.save(file)
    write_atomic(path, file.getvalue())


def write_kochat_intents(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write questions with their intents."""
    _write(path, ",", [("question", "label"), *rows.write(_question)])


def write_kochat_entities(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write questions with a tag for each word."""
    _write(path, ",", [("question", "label"), *rows.write(_tagged, needs_intent=False)])


def _marked(utterance: LabelledUtterance) -> tuple[str, ...] | Refusal:
    if "\r" in utterance.text:
        return Refusal("export.line_ends")
    text = write_marks(utterance.text, utterance.spans)
    return Refusal("export.marks") if text is None else (text, utterance.intent or "")


def _clean_marked(utterance: LabelledUtterance) -> tuple[str, ...] | Refusal:
    """The same, without characters that XML can't have."""
    if _CONTROL.search(utterance.text):
        return Refusal("export.control")
    return _marked(utterance)


def _question(utterance: LabelledUtterance) -> tuple[str, ...] | Refusal:
    return Refusal("export.line_ends") if "\r" in utterance.text else (utterance.text, utterance.intent or "")


def _tagged(utterance: LabelledUtterance) -> tuple[str, ...] | Refusal:
    """Tag words; each span must be made of whole words."""
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", utterance.text)]
    if utterance.text != " ".join(utterance.text.split()):
        return Refusal("export.spaces")
    tags = ["O"] * len(words)
    starts, ends = ({edges[side]: number for number, edges in enumerate(words)} for side in (0, 1))
    for span in utterance.spans:
        first, last = starts.get(span.start), ends.get(span.end)
        if first is None or last is None:
            return Refusal("export.inside_words")
        marks = ["S"] if first == last else ["B", *["I"] * (last - first - 1), "E"]
        tags[first : last + 1] = [f"{mark}-{span.label}" for mark in marks]
    return utterance.text, " ".join(tags)


def _write(path: Path, delimiter: str, rows: Iterable[Sequence[str]]) -> None:
    first, *others = rows
    lines = [delimiter.join(first), *(delimiter.join(map(_quoted, row)) for row in others)]
    write_atomic(path, "\ufeff" + "".join(f"{line}\n" for line in lines))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
