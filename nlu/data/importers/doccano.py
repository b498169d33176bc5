"""doccano, and what looks like it (Prodigy, spaCy): spans as triples or with other names, classes as labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nlu.data.importers.base import Imported, Tally
from nlu.data.json_text import Lines, half_character, has_half, load
from nlu.names import is_role
from nlu.system.source import Source
from nlu.types import Span

_LABELS = ("label", "labels", "entities", "spans", "cats")
_OTHERS = (
    "text",
    "data",
    "intent",
    "id",
    "meta",
    "metadata",
    "Comments",
    "comments",
    "origin",
    "weight",
    "part",
    "slice",
)
_QUIET = ("id", "value", "text", "role", "canonical", "user", "manual", "token_start", "token_end")
"""Keys of a span that hold nothing more to learn."""
_START, _END, _NAME = ("start", "start_offset"), ("end", "end_offset"), ("label", "entity", "type")


def is_row(row: Mapping[str, Any]) -> bool:
    """Tell whether a row has labels as doccano writes them, and not as this product does."""
    if any(name in row for name in ("label", "labels", "spans", "cats", "relations")):
        return True
    entities = row.get("entities")
    ours = isinstance(entities, list) and all(isinstance(one, dict) and "entity" in one for one in entities)
    kin = isinstance(entities, list) and any(
        isinstance(one, list) or (isinstance(one, dict) and ("start_offset" in one or "label" in one))
        for one in entities
    )
    return kin and not ours


def read_json(source: Source, weight: float) -> Imported:
    """Read a file that is one list of rows."""
    tally = Tally(source.path, weight)
    lines = Lines(source.text)
    rows = load(source.text)
    has_halves = half_character(source.text, rows) is not None
    for row in rows:
        text = row.get("text", row.get("data")) if isinstance(row, dict) else None
        place = source.origin(lines.of(text) if isinstance(text, str) else 1)
        if not isinstance(row, dict):
            tally.refuse_row("import.row_no_object", place)
        elif has_halves and has_half(row):
            tally.refuse_row("import.surrogate", place)
        else:
            add_row(row, place, tally)
    return tally.finish()


def add_row(row: Mapping[str, Any], place: str, tally: Tally) -> None:
    """Take a row: `text`, spans, and classes, of which several become one intent, as in `greet+order`."""
    text = row.get("text", row.get("data"))
    if not isinstance(text, str):
        tally.refuse_row("import.no_text", place)
        return
    spans: list[Span] = []
    classes = [row["intent"]] if isinstance(row.get("intent"), str) and row["intent"] else []
    for label in _labels(row):
        if isinstance(label, str):
            classes.append(label)
        elif isinstance(read := _span(label, text, place, tally), Span):
            spans.append(read)
        else:
            tally.refuse_entity(read, place)
    for name, value in row.items():
        if name not in (*_LABELS, *_OTHERS) and value not in ([], {}, None, ""):
            tally.note("import.key_unused", place, name=name)
    names = [name for one in dict.fromkeys(classes) if (name := tally.intent(one, place))]
    if len(names) > 1:
        tally.note("import.several_intents", place, names="+".join(names))
    tally.add(text, "+".join(names) or None, spans, place, _own(row))


def _own(row: Mapping[str, Any]) -> dict[str, object]:
    own: dict[str, object] = {}
    weight, origin = row.get("weight"), row.get("origin")
    if isinstance(weight, int | float) and not isinstance(weight, bool) and 0 < weight < float("inf"):
        own["weight"] = float(weight)
    if isinstance(origin, str):
        own["origin"] = origin
    return own


def _labels(row: Mapping[str, Any]) -> Iterator[Any]:
    """Give every label of a row: a class as a text, a span as it stands."""
    for field in _LABELS:
        value = row.get(field)
        if isinstance(value, str):
            yield from (value,) if value else ()
        elif isinstance(value, dict):  # spaCy's classes with their probabilities
            yield from (name for name, share in value.items() if isinstance(share, int | float) and share >= 0.5)
        elif isinstance(value, list):
            yield from value
        elif value is not None:
            yield (value,)


def _span(label: Any, text: str, place: str, tally: Tally) -> Span | str:
    """Read a span; the code of what is wrong with it where that can't be."""
    if isinstance(label, list | tuple) and len(label) == 3:
        start, end, name = label
    elif isinstance(label, dict):
        start, end, name = (_first(label, names) for names in (_START, _END, _NAME))
        for key in label:
            if key not in (*_START, *_END, *_NAME, *_QUIET):
                tally.note("import.key_unused", place, name=key)
    else:
        return "import.label_odd"
    if not isinstance(name, str) or type(start) is not int or type(end) is not int:
        return "import.label_odd"
    if not 0 <= start < end <= len(text):
        return "import.label_outside"
    entity, _, role = name.partition(":")
    own = label if isinstance(label, dict) else {}
    role, value = own.get("role") or role, own.get("canonical")
    known = tally.entity(entity, place)
    known_role = role if is_role(role) or not role else tally.entity(str(role), place)
    return (
        Span(start, end, known, known_role or None, value if isinstance(value, str) else None)
        if known
        else "import.label_odd"
    )


def _first(label: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((label[name] for name in names if name in label), None)
