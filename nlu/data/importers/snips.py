"""Snips' JSON: intents with utterances cut into chunks, as a dataset or as its benchmarks have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlu.data.importers.base import Imported, Tally
from nlu.data.json_text import Lines, half_character, load
from nlu.lexicon.dictionary import Entry
from nlu.names import is_role
from nlu.system.source import Source
from nlu.types import Span

_BUILT_IN = "snips/"


def is_dataset(data: Any) -> bool:
    """Tell whether JSON is of this kind."""
    if not isinstance(data, dict):
        return False
    if isinstance(data.get("intents"), dict) and ("entities" in data or "language" in data):
        return True
    return bool(data) and all(isinstance(rows, list) and all(map(_is_utterance, rows)) for rows in data.values())


def _is_utterance(row: Any) -> bool:
    return isinstance(row, dict) and "data" in row


def read(source: Source, weight: float) -> Imported:
    """Read a dataset; a slot's entity is the entity, without its `snips/`, and its name the role where they differ."""
    data = load(source.text)
    if half_character(source.text, data) is not None:
        source.complain("data.surrogate", 1)
        return Imported()
    tally, lines = Tally(source.path, weight), Lines(source.text)
    is_whole = isinstance(data.get("intents"), dict)
    for intent, rows in (data["intents"] if is_whole else data).items():
        for row in _utterances(rows):
            _add(row, intent, source, tally, lines)
    entities = data.get("entities") if is_whole else None
    entries = tuple(_entries(entities, source, tally)) if isinstance(entities, dict) else ()
    return tally.finish(entries)


def _utterances(rows: Any) -> list[Any]:
    rows = rows.get("utterances", []) if isinstance(rows, dict) else rows
    return rows if isinstance(rows, list) else []


def _add(row: Any, intent: str, source: Source, tally: Tally, lines: Lines) -> None:
    chunks = row.get("data") if isinstance(row, dict) else None
    is_whole = isinstance(chunks, list) and all(isinstance(chunk, dict) for chunk in chunks)
    said = [chunk.get("text") for chunk in chunks] if isinstance(chunks, list) and is_whole else [None]
    place = source.origin(lines.of(said[0]) if said and isinstance(said[0], str) else 1)
    if not isinstance(chunks, list) or not all(isinstance(one, str) for one in said):
        tally.refuse_row("import.row_no_object", place)
        return
    text, spans = "", list[Span]()
    for chunk in chunks:
        spans += _span(chunk, len(text), place, tally)
        text += chunk["text"]
    tally.add(text, tally.intent(intent, place) or None, spans, place)


def _span(chunk: Mapping[str, Any], start: int, place: str, tally: Tally) -> Iterator[Span]:
    kind, slot, text = chunk.get("entity"), chunk.get("slot_name"), chunk["text"]
    name = kind if isinstance(kind, str) and kind else slot if isinstance(slot, str) else ""
    if not name:
        return
    if not text:
        tally.refuse_entity("import.entity_blank", place)
        return
    entity = tally.entity(name.removeprefix(_BUILT_IN), place)
    if not entity:
        tally.refuse_entity("import.label_odd", place)
        return
    yield Span(start, start + len(text), entity, slot if is_role(slot) and slot != entity else None)


def _entries(entities: Mapping[str, Any], source: Source, tally: Tally) -> Iterator[Entry]:
    for name, entity in entities.items():
        rows = entity.get("data", []) if isinstance(entity, dict) else []
        if name.startswith(_BUILT_IN) or not isinstance(rows, list):
            continue
        for row in rows:
            value = row.get("value") if isinstance(row, dict) else None
            known = tally.entity(name, source.origin(1))
            if not isinstance(value, str) or not value.strip() or not known:
                tally.note("import.value_odd", source.origin(1))
                continue
            several = row.get("synonyms") if isinstance(row.get("synonyms"), list) else []
            synonyms = dict.fromkeys(one.strip() for one in several if isinstance(one, str) and one.strip())
            synonyms.pop(value.strip(), None)
            yield Entry(known, value.strip(), tuple(synonyms), str(source.path))
