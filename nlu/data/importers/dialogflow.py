"""A Dialogflow ES agent as a folder: `intents/NAME_usersays_ko.json` and `entities/NAME_entries_ko.json`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlu.data.importers.base import Imported, Tally
from nlu.data.json_text import JsonMistake, Lines, half_character, load
from nlu.errors import DataError, SourceError, SourceErrors
from nlu.lexicon.dictionary import Entry, squeeze
from nlu.names import is_role
from nlu.system.source import Source
from nlu.types import Span

_SAID = re.compile(r"(?P<name>.+)_usersays_(?P<language>[A-Za-z-]+)\.json")
_VALUES = re.compile(r"(?P<name>.+)_entries_(?P<language>[A-Za-z-]+)\.json")
_SYSTEM = "sys."


def is_said(path: Path) -> bool:
    """Tell whether a file holds what users say for an intent."""
    return _SAID.fullmatch(path.name) is not None


def read_folder(folder: Path, weight: float) -> Imported:
    """Read an agent: its Korean files, or those of its only language.

    A parameter's type is the entity, without its `sys.`; its name is the role where the two differ.

    Raises:
        SourceErrors: files that are no JSON of this kind.
    """
    said = _of_one_language(_files(folder, "intents"), _SAID)
    listed = _of_one_language(_files(folder, "entities"), _VALUES)
    tally = Tally(folder, weight)
    errors: list[SourceError] = []
    if not said:
        errors.append(DataError("dialogflow.no_phrases", str(folder), 1))
    entries: list[Entry] = []
    for path, name in said:
        _each(path, errors, lambda source, name=name: _phrases(source, name, tally))
    for path, name in listed:
        _each(path, errors, lambda source, name=name: entries.extend(_entries(source, name, tally)))
    for path in {*_files(folder, "intents")} - {path for path, _ in said}:
        if _SAID.fullmatch(path.name):
            tally.note("import.language_unused", path.name)
    if errors:
        raise SourceErrors(errors)
    return tally.finish(entries)


def read_file(source: Source, weight: float) -> Imported:
    """Read the file of one intent, which is named by the file."""
    tally = Tally(source.path, weight)
    match = _SAID.fullmatch(source.path.name)
    _phrases(source, unicodedata.normalize("NFC", match["name"] if match else source.path.stem), tally)
    return tally.finish()


def _files(folder: Path, kind: str) -> list[Path]:
    inside = folder / kind
    return sorted(path for path in inside.iterdir() if path.suffix == ".json") if inside.is_dir() else []


def _of_one_language(paths: list[Path], name: re.Pattern[str]) -> list[tuple[Path, str]]:
    """The files of Korean, or where there are none of the first language, with what they are about."""
    matches = [(path, match) for path in paths if (match := name.fullmatch(path.name))]
    languages = sorted({match["language"] for _, match in matches}, key=lambda one: (not one.startswith("ko"), one))
    chosen = [language for language in languages if language.startswith("ko")] or languages[:1]
    return [
        (path, unicodedata.normalize("NFC", match["name"])) for path, match in matches if match["language"] in chosen
    ]


def _each(path: Path, errors: list[SourceError], read: Any) -> None:
    try:
        source = Source(path, DataError)
        read(source)
        errors += source.errors
    except SourceErrors as wrong:
        errors += wrong.errors


def _rows(source: Source) -> list[Any]:
    try:
        rows = load(source.text)
    except JsonMistake as mistake:
        line = source.text.count("\n", 0, mistake.position) + 1
        column = mistake.position - source.text.rfind("\n", 0, mistake.position)
        source.complain(mistake.code, line, column, **mistake.values)
        return []
    if not isinstance(rows, list):
        source.complain("dialogflow.no_list", 1)
        return []
    if half_character(source.text, rows) is not None:
        source.complain("data.surrogate", 1)
        return []
    return rows


def _phrases(source: Source, intent: str, tally: Tally) -> None:
    lines = Lines(source.text)
    for row in _rows(source):
        parts = row.get("data") if isinstance(row, dict) else None
        first = parts[0].get("text") if isinstance(parts, list) and parts and isinstance(parts[0], dict) else None
        place = source.origin(lines.of(first) if isinstance(first, str) else 1)
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            tally.refuse_row("import.row_no_object", place)
            continue
        if row.get("isTemplate"):
            tally.refuse_row("dialogflow.template", place)
            continue
        text, spans = "", list[Span]()
        for part in parts:
            said = part.get("text")
            said = said if isinstance(said, str) else ""
            spans += _span(part, said, len(text), place, tally)
            text += said
        tally.add(text, tally.intent(intent, place) or None, spans, place)


def _span(part: dict[str, Any], said: str, start: int, place: str, tally: Tally) -> Iterator[Span]:
    meta, alias = part.get("meta"), part.get("alias")
    kind = meta if isinstance(meta, str) and meta.strip("@ ") else alias if isinstance(alias, str) else ""
    if not kind or kind == "@sys.ignore":
        return
    if not said.strip():
        tally.refuse_entity("import.entity_blank", place)
        return
    entity = tally.entity(kind.removeprefix("@").removeprefix(_SYSTEM), place)
    if not entity:
        tally.refuse_entity("import.label_odd", place)
        return
    role = alias if is_role(alias) and alias != entity else None
    yield Span(start, start + len(said), entity, role)


def _entries(source: Source, name: str, tally: Tally) -> Iterator[Entry]:
    lines, values = Lines(source.text), dict[str, Entry]()
    for row in _rows(source):
        value = row.get("value") if isinstance(row, dict) else None
        line = lines.of(value) if isinstance(value, str) else 1
        place = source.origin(line)
        if not isinstance(value, str) or not value.strip() or value.startswith("@"):
            tally.note("import.value_odd", place)
            continue
        several = row.get("synonyms") if isinstance(row.get("synonyms"), list) else []
        synonyms = dict.fromkeys(one.strip() for one in several if isinstance(one, str) and one.strip())
        synonyms.pop(value.strip(), None)
        entry = Entry(tally.entity(name, place), value.strip(), tuple(synonyms), str(source.path), line)
        before = values.get(squeeze(entry.value))
        values[squeeze(entry.value)] = entry if before is None else replace(
            before, synonyms=tuple(dict.fromkeys((*before.synonyms, *entry.synonyms)))
        )  # fmt: skip
    yield from values.values()
