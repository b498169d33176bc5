"""Formats of lines: this product's JSON Lines, doccano's, and KLUE's characters with tags."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from nlu.data.exporters.rows import Refusal, Rows
from nlu.data.json_lines import encode_row
from nlu.data.rows import DatasetRow
from nlu.lexicon.dictionary import Entry
from nlu.system.files import write_atomic
from nlu.types import LabelledUtterance


def write_ours(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write the layout of `nlu.data.json_lines`."""
    _write(path, [encode_row(DatasetRow(utterance)) + "\n" for utterance in rows.write(_same, needs_intent=False)])


def write_doccano(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write spans as triples, and the intent as the only category."""
    _write(path, rows.write(_doccano, needs_intent=False))


def write_klue(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write a character and its tag a line; the sentence with its marks heads them."""
    _write(path, rows.write(_klue, needs_intent=False))


def _same(utterance: LabelledUtterance) -> LabelledUtterance:
    return utterance


def _doccano(utterance: LabelledUtterance) -> str:
    labels = [[span.start, span.end, span.label] for span in utterance.spans]
    row = {"text": utterance.text, "label": labels, "cats": [utterance.intent] if utterance.intent else []}
    return json.dumps(row, ensure_ascii=False) + "\n"


def _klue(utterance: LabelledUtterance) -> str | Refusal:
    if any(char.isspace() and char != " " for char in utterance.text):
        return Refusal("export.spaces")
    tags = ["O"] * len(utterance.text)
    marked, place = "", 0
    for span in utterance.spans:
        inside = [f"I-{span.label}"] * (span.end - span.start - 1)
        tags[span.start : span.end] = [f"B-{span.label}", *inside]
        marked += f"{utterance.text[place : span.start]}<{utterance.text[span.start : span.end]}:{span.label}>"
        place = span.end
    head = f"# intent: {utterance.intent}\n" if utterance.intent else ""
    rows = "".join(f"{char}\t{tag}\n" for char, tag in zip(utterance.text, tags, strict=True))
    return f"## {utterance.origin or '-'}\t{marked}{utterance.text[place:]}\n{head}{rows}\n"


def _write(path: Path, rows: Iterable[str]) -> None:
    write_atomic(path, "".join(rows))
