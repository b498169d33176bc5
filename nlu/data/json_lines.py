"""Labelled utterances as JSON Lines: the one form that loses nothing."""

from __future__ import annotations

import json
import re
import sys
from itertools import pairwise
from typing import Any

from nlu.data.json_text import JsonMistake, half_character, load
from nlu.data.rows import DatasetRow, Slice
from nlu.errors import DataError, SourceErrors
from nlu.names import is_entity, is_intent, is_role
from nlu.types import LabelledUtterance, Span


def encode_row(row: DatasetRow) -> str:
    """Write a row as one line of JSON; fields that hold nothing special are left out.

    Example:
        >>> print(encode_row(DatasetRow(LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc", "at"),)))))
        {"text": "판교 날씨", "intent": "weather",
         "entities": [{"start": 0, "end": 2, "entity": "loc", "value": "판교", "role": "at"}]}
    """
    utterance = row.utterance
    fields: dict[str, object] = {
        "text": utterance.text,
        "intent": utterance.intent,
        "entities": [_encode_span(span, utterance.text) for span in utterance.spans],
    }
    if utterance.origin:
        fields["origin"] = utterance.origin
    if utterance.weight != 1.0:
        fields["weight"] = utterance.weight
    if row.part:
        fields["part"] = row.part
    if row.slice.name:
        fields["slice"] = row.slice.name
    return _encode(fields)


_encode = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes one for every line


def decode_row(line: str, path: str = "", number: int = 1, *, origin: str = "", weight: float = 1.0) -> DatasetRow:
    """Read a row from one line of JSON.

    Args:
        line: what `encode_row` writes; fields of other names are ignored.
        path: the file that it stands in.
        number: which line of the file it is, from 1.
        origin: its origin where the line names none.
        weight: its weight is multiplied by this.

    Raises:
        SourceErrors: every mistake in the line.
    """
    read = _Line(line, path, number)
    text, intent = read.text(), read.intent()
    own_origin, part, slice_name = read.name("origin", origin), read.name("part"), read.name("slice")
    own_weight, spans = read.weight(), read.spans(text)
    if read.errors:
        raise SourceErrors(read.errors)
    return DatasetRow(
        LabelledUtterance(text, intent, spans, own_origin, own_weight * weight), part, Slice.parse(slice_name)
    )


class _Line:
    """A line that is being read, and the mistakes found in it so far."""

    def __init__(self, line: str, path: str, number: int) -> None:
        self._line, self._path, self._number = line, path, number
        self.errors: list[DataError] = []
        try:
            self._row: dict[str, Any] = load(line)
        except JsonMistake as mistake:
            self._complain(mistake.code, mistake.position + 1, **mistake.values)
        else:
            if isinstance(self._row, dict):
                half = half_character(line, [value for name, value in self._row.items() if name != "text"])
                if half is not None:
                    self._complain("data.surrogate", half + 1)
                return
            self._complain("data.no_object")
        raise SourceErrors(self.errors)

    def text(self) -> str:
        text = self._row.get("text")
        if not isinstance(text, str) or not text.strip():
            self._complain("data.text_missing", "text")
            return ""
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self._complain("data.text_surrogate", "text")
        return text

    def intent(self) -> str | None:
        intent: str | None = self._row.get("intent")
        if not (intent is None or is_intent(intent)):
            self._complain("data.intent_name", "intent")
        return intent

    def name(self, field: str, default: str = "") -> str:
        name: str = self._row.get(field, default)
        if not isinstance(name, str):
            self._complain("data.no_text", field, name=field)
        return name

    def weight(self) -> float:
        weight = self._row.get("weight", 1.0)
        if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight <= sys.float_info.max:
            return float(weight)
        self._complain("data.weight", "weight")
        return 1.0

    def spans(self, text: str) -> tuple[Span, ...]:
        """Read the entities, in order; none where there is no text to hold them against."""
        entities = self._row.get("entities", [])
        if not isinstance(entities, list):
            self._complain("data.no_list", "entities")
            return ()
        spans: list[Span] = []
        for position, entity in enumerate(entities if text else ()):
            read = _decode_span(entity, text)
            if isinstance(read, Span):
                spans.append(read)
            else:
                code, values = read
                self._complain(code, self._column_of(position, len(entities)), **values)
        spans.sort(key=lambda span: (span.start, span.end))
        for before, after in pairwise(spans):
            if after.start < before.end:
                self._complain("data.overlap", "entities", first=before.entity, second=after.entity)
        return tuple(spans)

    def _column_of(self, position: int, count: int) -> int | str:
        """Where an entity stands in the line; where they all do, when that can't be told."""
        columns = [match.start() + 1 for match in re.finditer(r'\{(?=[^{}]*"start")', self._line)]
        return columns[position] if len(columns) == count else "entities"

    def _complain(self, code: str, place: int | str = 1, /, **values: object) -> None:
        """Note a mistake at a column or a field."""
        column = place if isinstance(place, int) else max(self._line.find(f'"{place}"'), 0) + 1
        self.errors.append(DataError(code, self._path, self._number, column, self._line, **values))


def _encode_span(span: Span, text: str) -> dict[str, object]:
    start, end = span.start, span.end
    row: dict[str, object] = {"start": start, "end": end, "entity": span.entity, "value": text[start:end]}
    if span.role is not None:
        row["role"] = span.role
    if span.value is not None:
        row["canonical"] = span.value
    return row


def _decode_span(row: Any, text: str) -> Span | tuple[str, dict[str, object]]:
    """Read one entity; where it can't be read, return a message's code and values."""
    if not isinstance(row, dict):
        return "data.entity_no_object", {}
    start, end, entity, role = (row.get(name) for name in ("start", "end", "entity", "role"))
    canonical, value = row.get("canonical"), row.get("value")
    if not is_entity(entity):
        return "data.entity_name", {}
    if not (role is None or is_role(role)):
        return "data.role_name", {}
    if not isinstance(canonical, str | None):
        return "data.no_text", {"name": "canonical"}
    if type(start) is not int or type(end) is not int:
        return "data.offsets_no_integers", {}
    place: dict[str, object] = {"start": start, "end": end}
    if not 0 <= start < end <= len(text):
        return "data.offsets_outside", {**place, "length": len(text)}
    if value is not None and value != text[start:end]:
        return "data.value_differs", {**place, "value": value, "text": text[start:end]}
    if not text[start:end].strip():
        return "data.entity_blank", place
    return Span(start, end, str(entity), role, canonical)
