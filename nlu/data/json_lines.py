"""Labelled utterances as JSON Lines: the one form that loses nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nlu.types import LabelledUtterance, Span

PARTS = ("train", "dev", "test", "refit")
"""The parts of a data set: what a model is trained, chosen and measured with, and what only the served model learns
besides, of all patterns and values, those that were held out too."""

LABEL_NAME = re.compile(r"[^\s:()\[\]{}]+")
"""An entity type or a role: no spaces, no brackets, and no colon, which stands between the two in a tag."""


@dataclass(frozen=True, slots=True)
class Record:
    """An utterance of a data set, the part it belongs to, and its slice of the report.

    Attributes:
        utterance: what is said, labelled.
        part: "train", "dev", "test" or "refit"; "" when not yet decided.
        slice: what sets it apart, such as "unseen-pattern/seen-value"; "" for none.
    """

    utterance: LabelledUtterance
    part: str = ""
    slice: str = ""


def encode_record(record: Record) -> str:
    """Write a record as one line of JSON; fields that hold nothing special are left out.

    Example:
        >>> print(encode_record(Record(LabelledUtterance("판교 날씨", "weather", (Span(0, 2, "loc", "at"),)))))
        {"text": "판교 날씨", "intent": "weather",
         "entities": [{"start": 0, "end": 2, "entity": "loc", "value": "판교", "role": "at"}]}
    """
    utterance = record.utterance
    row: dict[str, object] = {
        "text": utterance.text,
        "intent": utterance.intent,
        "entities": [_encode_span(span, utterance.text) for span in utterance.spans],
    }
    if utterance.origin:
        row["origin"] = utterance.origin
    if utterance.weight != 1.0:
        row["weight"] = utterance.weight
    if record.part:
        row["part"] = record.part
    if record.slice:
        row["slice"] = record.slice
    return _encode(row)


_encode = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` makes one for every line


def decode_record(line: str, origin: str = "", weight: float = 1.0) -> Record:
    """Read a record from one line of JSON.

    Args:
        line: what `encode_record` writes; fields of other names are ignored.
        origin: its origin where the line names none.
        weight: its weight is multiplied by this.

    Raises:
        RecordError: the line can't be read; carries every mistake in it.
    """
    problems: list[tuple[int, str]] = []
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise RecordError([(error.colno, f"JSON으로 읽을 수 없습니다: {error.msg}")]) from None
    if not isinstance(row, dict):
        raise RecordError([(1, '{"text": …, "intent": …, "entities": […]} 모양이어야 합니다.')])

    def complain(name: str, message: str) -> None:
        problems.append((max(line.find(f'"{name}"'), 0) + 1, message))

    text, intent = row.get("text"), row.get("intent")
    if not isinstance(text, str) or not text.strip():
        complain("text", "text에 발화가 있어야 합니다.")
        text = ""
    elif not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        complain("text", "text에 짝이 없는 서로게이트가 있습니다.")
    if intent is not None and (not isinstance(intent, str) or not intent.strip()):
        complain("intent", "intent는 이름이거나 null이어야 합니다.")
    for name in ("origin", "part", "slice"):
        if not isinstance(row.get(name, ""), str):
            complain(name, f"{name} 자리에는 글이 와야 합니다.")
    own_weight = row.get("weight", 1.0)
    if not _is_weight(own_weight):
        complain("weight", "weight는 0보다 큰 수여야 합니다.")
    entities = row.get("entities", [])
    if not isinstance(entities, list):
        complain("entities", "entities는 목록이어야 합니다.")
        entities = []
    places = [match.start() + 1 for match in re.finditer(r'\{(?=[^{}]*"start")', line)]
    if len(places) != len(entities):
        places = [max(line.find('"entities"'), 0) + 1] * len(entities)
    spans: list[Span] = []
    if text:
        for place, entity in zip(places, entities, strict=True):
            span = _decode_span(entity, text)
            if isinstance(span, str):
                problems.append((place, span))
            else:
                spans.append(span)
        spans.sort(key=lambda span: (span.start, span.end))
        for before, after in pairwise(spans):
            if after.start < before.end:
                complain("entities", f"개체 {before.entity}, {after.entity}: 자리가 겹칩니다.")
    if problems:
        raise RecordError(problems)
    utterance = LabelledUtterance(text, intent, tuple(spans), row.get("origin", origin), float(own_weight) * weight)
    return Record(utterance, row.get("part", ""), row.get("slice", ""))


class RecordError(ValueError):
    """A line that is no record; `problems` holds (column, message in Korean) of each mistake."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


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


def _decode_span(row: Any, text: str) -> Span | str:
    """Read one entity; a complaint where it can't be read."""
    if not isinstance(row, dict):
        return '개체는 {"start": …, "end": …, "entity": …} 모양이어야 합니다.'
    start, end, entity, role = (row.get(name) for name in ("start", "end", "entity", "role"))
    canonical, value = row.get("canonical"), row.get("value")
    complaints = {
        "entity에 공백, 쌍점, 괄호가 없는 이름이 있어야 합니다.": not is_label(entity),
        "role은 공백, 쌍점, 괄호가 없는 이름이어야 합니다.": role is not None and not is_label(role),
        "canonical 자리에는 글이 와야 합니다.": not isinstance(canonical, str | None),
    }
    for complaint, is_due in complaints.items():
        if is_due:
            return complaint
    if type(start) is not int or type(end) is not int:
        return "start와 end는 정수여야 합니다."
    if not 0 <= start < end <= len(text):
        return f"0 ≤ start < end ≤ {len(text)}이어야 합니다: {start}, {end}"
    if value is not None and value != text[start:end]:
        return f"value '{value}': text[{start}:{end}] '{text[start:end]}' 글자와 다릅니다."
    if not text[start:end].strip():
        return f"text[{start}:{end}]: 공백만 있습니다."
    return Span(start, end, str(entity), role, canonical)


def is_label(name: object) -> bool:
    """Tell whether this can be an entity type or a role."""
    return isinstance(name, str) and LABEL_NAME.fullmatch(name) is not None


def _is_weight(weight: object) -> bool:
    return isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight < float("inf")
