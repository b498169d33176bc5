"""Labelled utterances as JSON Lines: the one form that loses nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

from nlu.data.rows import DatasetRow, Slice
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


def decode_row(line: str, origin: str = "", weight: float = 1.0) -> DatasetRow:
    """Read a row from one line of JSON.

    Args:
        line: what `encode_row` writes; fields of other names are ignored.
        origin: its origin where the line names none.
        weight: its weight is multiplied by this.

    Raises:
        RowError: the line can't be read; carries every mistake in it.
    """
    read = _Line(line)
    text, intent = read.text(), read.intent()
    own_origin, part, slice_name = read.name("origin", origin), read.name("part"), read.name("slice")
    own_weight, spans = read.weight(), read.spans(text)
    if read.problems:
        raise RowError(read.problems)
    return DatasetRow(
        LabelledUtterance(text, intent, spans, own_origin, own_weight * weight), part, Slice.parse(slice_name)
    )


class Problem(NamedTuple):
    """A mistake in a line: a message's code and values, and the column, from 1."""

    code: str
    values: Mapping[str, object] = MappingProxyType({})
    column: int = 1


class RowError(ValueError):
    """A line that is no row of a data set; holds the problem of each mistake."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


class _Line:
    """A line that is being read, and the mistakes found in it so far."""

    def __init__(self, line: str) -> None:
        self._line = line
        self.problems: list[Problem] = []
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise RowError([Problem("data.no_json", {"problem": error.msg}, error.colno)]) from None
        if not isinstance(row, dict):
            raise RowError([Problem("data.no_object")])
        self._row: dict[str, Any] = row

    def text(self) -> str:
        text = self._row.get("text")
        if not isinstance(text, str) or not text.strip():
            self._complain("text", "data.text_missing")
            return ""
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            self._complain("text", "data.text_surrogate")
        return text

    def intent(self) -> str | None:
        intent: str | None = self._row.get("intent")
        if not (intent is None or is_intent(intent)):
            self._complain("intent", "data.intent_name")
        return intent

    def name(self, field: str, default: str = "") -> str:
        name: str = self._row.get(field, default)
        if not isinstance(name, str):
            self._complain(field, "data.no_text", name=field)
        return name

    def weight(self) -> float:
        weight = self._row.get("weight", 1.0)
        if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight < float("inf"):
            return float(weight)
        self._complain("weight", "data.weight")
        return 1.0

    def spans(self, text: str) -> tuple[Span, ...]:
        """Read the entities, in order; none where there is no text to hold them against."""
        entities = self._row.get("entities", [])
        if not isinstance(entities, list):
            self._complain("entities", "data.no_list")
            return ()
        spans: list[Span] = []
        for number, entity in enumerate(entities if text else ()):
            span = _decode_span(entity, text)
            if isinstance(span, Problem):
                self.problems.append(span._replace(column=self._columns(len(entities))[number]))
            else:
                spans.append(span)
        spans.sort(key=lambda span: (span.start, span.end))
        for before, after in pairwise(spans):
            if after.start < before.end:
                self._complain("entities", "data.overlap", first=before.entity, second=after.entity)
        return tuple(spans)

    def _columns(self, count: int) -> list[int]:
        """Where each entity stands in the line; where they all do, when that can't be told."""
        columns = [match.start() + 1 for match in re.finditer(r'\{(?=[^{}]*"start")', self._line)]
        return columns if len(columns) == count else [self._column("entities")] * count

    def _column(self, field: str) -> int:
        return max(self._line.find(f'"{field}"'), 0) + 1

    def _complain(self, field: str, code: str, **values: object) -> None:
        self.problems.append(Problem(code, values, self._column(field)))


def _encode_span(span: Span, text: str) -> dict[str, object]:
    row: dict[str, object] = {
        "start": span.start,
        "end": span.end,
        "entity": span.entity,
        "value": text[span.start : span.end],
    }
    if span.role is not None:
        row["role"] = span.role
    if span.value is not None:
        row["canonical"] = span.value
    return row


def _decode_span(row: Any, text: str) -> Span | Problem:
    """Read one entity; a complaint where it can't be read."""
    if not isinstance(row, dict):
        return Problem("data.entity_no_object")
    start, end, entity, role = (row.get(name) for name in ("start", "end", "entity", "role"))
    canonical, value = row.get("canonical"), row.get("value")
    if not is_entity(entity):
        return Problem("data.entity_name")
    if not (role is None or is_role(role)):
        return Problem("data.role_name")
    if not isinstance(canonical, str | None):
        return Problem("data.no_text", {"name": "canonical"})
    if type(start) is not int or type(end) is not int:
        return Problem("data.offsets_no_integers")
    place: dict[str, object] = {"start": start, "end": end}
    if not 0 <= start < end <= len(text):
        return Problem("data.offsets_outside", {**place, "length": len(text)})
    if value is not None and value != text[start:end]:
        return Problem("data.value_differs", {**place, "value": value, "text": text[start:end]})
    if not text[start:end].strip():
        return Problem("data.entity_blank", place)
    return Span(start, end, str(entity), role, canonical)
