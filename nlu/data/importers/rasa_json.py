"""Training JSON of Rasa 1: `rasa_nlu_data` with examples, synonyms and look-up tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlu.data.importers.base import Imported
from nlu.data.importers.rasa_training import Example, Training
from nlu.data.json_text import Lines, half_character, load
from nlu.names import is_role
from nlu.system.source import Source
from nlu.types import Span

_EXAMPLES = ("common_examples", "intent_examples", "entity_examples")
_KNOWN = (*_EXAMPLES, "entity_synonyms", "regex_features", "lookup_tables")


def read(source: Source, weight: float) -> Imported:
    """Read a training file; see `Training` for what becomes of it."""
    reader = _Reader(source, weight)
    data = load(source.text)
    if half_character(source.text, data) is not None:
        source.complain("data.surrogate", 1)
        return Imported()
    reader.read(data["rasa_nlu_data"])
    return reader.training.finish()


class _Reader:
    def __init__(self, source: Source, weight: float) -> None:
        self.source = source
        self.training = Training(source, weight)
        self._lines = Lines(source.text)

    def read(self, data: Any) -> None:
        if not isinstance(data, dict):
            self.source.complain("rasa.json_parts", 1, choices=_KNOWN)
            return
        for name in data:
            if name not in _KNOWN:
                self.training.tally.note("import.key_unused", self.source.origin(1), name=name)
        for part in _EXAMPLES:
            for row in self._rows(data, part):
                self._example(row)
        for row in self._rows(data, "regex_features"):
            self._head("regex", row.get("name"))
        for row in self._rows(data, "entity_synonyms"):
            self._add("synonym", row.get("value"), row.get("synonyms"))
        for row in self._rows(data, "lookup_tables"):
            self._add("lookup", row.get("name"), row.get("elements"))

    def _rows(self, data: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
        rows = data.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.source.complain("rasa.json_list", 1, name=name)
            return
        yield from rows

    def _head(self, kind: str, name: Any) -> bool:
        line = self._lines.of(name) if isinstance(name, str) else 1
        return self.training.accepts(kind, name if isinstance(name, str) else "", line, 1)

    def _add(self, kind: str, name: Any, values: Any) -> None:
        if not self._head(kind, name):
            return
        if not isinstance(values, list):
            self.training.tally.note("import.lookup_file", self.source.origin(self._lines.of(name)))
            return
        for value in values:
            if isinstance(value, str) and value.strip():
                self.training.add(kind, name, Example(value.strip(), self._lines.of(value), 1))

    def _example(self, row: Mapping[str, Any]) -> None:
        tally, text, intent = self.training.tally, row.get("text"), row.get("intent")
        place = self.source.origin(self._lines.of(text) if isinstance(text, str) else 1)
        if not isinstance(text, str):
            tally.refuse_row("import.no_text", place)
            return
        for name in row:
            if name not in ("text", "intent", "entities", "metadata"):
                tally.note("import.key_unused", place, name=name)
        name = tally.intent(intent, place) if isinstance(intent, str) and intent else ""
        if not name:
            tally.note("import.no_intent", place)
        entities = row.get("entities") or []
        spans = [self._span(one, text, place) for one in (entities if isinstance(entities, list) else [entities])]
        tally.add(text, name or None, [span for span in spans if span], place)

    def _span(self, row: Any, text: str, place: str) -> Span | None:
        tally = self.training.tally
        start, end, entity = (row.get(key) if isinstance(row, dict) else None for key in ("start", "end", "entity"))
        name = tally.entity(entity, place) if isinstance(entity, str) else ""
        if type(start) is not int or type(end) is not int or not name:
            tally.refuse_entity("import.label_odd", place)
            return None
        if not 0 <= start < end <= len(text):
            tally.refuse_entity("import.label_outside", place)
            return None
        role, value = row.get("role"), row.get("value")
        if row.get("group") is not None:
            tally.note("import.groups", place)
        is_said = value is None or not isinstance(value, str | int | float) or str(value) == text[start:end]
        return Span(start, end, name, role if is_role(role) else None, None if is_said else str(value))
