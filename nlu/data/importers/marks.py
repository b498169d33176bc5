"""Entities marked inside a text, as Rasa writes them: `[value](entity)`, `[value](entity:canonical)`, `[value]{…}`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nlu.data.json_text import JsonMistake, half_character, load
from nlu.names import is_entity, is_role
from nlu.types import Span

_CLOSING = {"(": ")", "{": "}"}
_FIELDS = ("entity", "role", "value", "group")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What can't be read in a text: a message's code and values, and where, in characters from 0."""

    code: str
    position: int
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch: its text, where its bracket stands in the source, and what its mark says."""

    text: str
    position: int
    entity: Any = None
    value: Any = None
    role: Any = None
    group: Any = None
    others: tuple[str, ...] = ()

    def span(self, start: int) -> Span | Mistake:
        """Make a span of it that begins at a character of the plain text."""
        if not is_entity(self.entity):
            return Mistake("data.entity_name", self.position)
        if not (self.role is None or is_role(self.role)):
            return Mistake("data.role_name", self.position)
        if not self.text.strip():
            return Mistake("rasa.markup_blank", self.position)
        if isinstance(self.value, bool) or not isinstance(self.value, str | int | float | None):
            return Mistake("rasa.markup_value", self.position)
        value = None if self.value is None else str(self.value)
        return Span(start, start + len(self.text), self.entity, self.role, value)


def read_marks(source: str) -> Iterator[tuple[int, str | Mark | Mistake]]:
    """Cut a text into what is plain, what is marked, and what is neither, in order; takes time linear in its length.

    Returns:
        Each part, with where it begins in the source, in characters from 0.

    Example:
        >>> [part if isinstance(part, str) else part.entity for _, part in read_marks("[판교](loc) 날씨 [1]")]
        ['', 'loc', ' 날씨 [1]']
    """
    plain = 0  # where the plain text that was not given yet begins
    opened = source.find("[")
    missing: set[str] = set()  # closing signs that do not come any more
    while opened >= 0:
        closed = source.find("]", opened)
        if closed < 0:
            break
        opened = source.rfind("[", opened, closed)
        sign = source[closed + 1 : closed + 2]
        end = -1
        if sign in _CLOSING and _CLOSING[sign] not in missing:
            end = source.find(_CLOSING[sign], closed + 2)
            missing |= {_CLOSING[sign]} if end < 0 else set()
        if end < 0 or closed == opened + 1 or (sign == "(" and end == closed + 2):
            opened = source.find("[", closed)
            continue
        yield plain, source[plain:opened]
        yield opened, _mark(source, opened, closed, end)
        plain = end + 1
        opened = source.find("[", plain)
    yield plain, source[plain:]


def broken_mark(plain: str) -> int | None:
    """Find where plain text looks like a mark that is not closed, such as `[판교](loc`."""
    found = [place for pair in ("](", "]{", "][") if (place := plain.find(pair)) >= 0]
    return min(found, default=None)


def write_marks(text: str, spans: tuple[Span, ...]) -> str | None:
    """Mark the entities of a text; None where `read_marks` would not read the same back.

    Example:
        >>> write_marks("판교에서 서울", (Span(0, 2, "loc", "from"), Span(5, 7, "loc", value="서울시")))
        '[판교]{"entity": "loc", "role": "from"}에서 [서울](loc:서울시)'
    """
    written, place = "", 0
    for span in spans:
        written += text[place : span.start] + _written(text[span.start : span.end], span)
        place = span.end
    written += text[place:]
    return written if _reads_back(written, text, spans) else None


def _reads_back(written: str, text: str, spans: tuple[Span, ...]) -> bool:
    plain, found = "", []
    for _, part in read_marks(written):
        if isinstance(part, Mistake) or (isinstance(part, str) and broken_mark(part) is not None):
            return False
        if isinstance(part, Mark):
            found.append(part.span(len(plain)))
        plain += part if isinstance(part, str) else part.text
    return plain == text and tuple(found) == spans


def _written(inside: str, span: Span) -> str:
    if span.role is None and not any(sign in (span.value or "") for sign in ")\n") and span.value != "":
        return f"[{inside}]({span.entity}{'' if span.value is None else ':' + span.value})"
    fields = {"entity": span.entity, "role": span.role, "value": span.value}
    kept = {name: value for name, value in fields.items() if value is not None}
    return f"[{inside}]{json.dumps(kept, ensure_ascii=False)}"


def _mark(source: str, opened: int, closed: int, end: int) -> Mark | Mistake:
    text, inside = source[opened + 1 : closed], source[closed + 2 : end]
    if source[closed + 1] == "(":
        entity, _, value = inside.partition(":")
        return Mark(text, opened, entity, value or None)
    try:
        fields = load("{" + inside + "}")
    except JsonMistake as mistake:
        values = mistake.values if mistake.code != "data.no_json" else {"problem": mistake.values["problem"]}
        code = "rasa.markup_json" if mistake.code == "data.no_json" else mistake.code
        return Mistake(code, closed + 1 + mistake.position, values)
    if half_character(inside, fields) is not None:
        return Mistake("data.surrogate", closed + 1)
    known = {name: fields.get(name) for name in _FIELDS}
    return Mark(text, opened, **known, others=tuple(name for name in fields if name not in _FIELDS))
