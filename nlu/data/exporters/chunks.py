"""Formats that cut an utterance into chunks with and without an entity: Dialogflow's agents and Snips' datasets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from nlu.data.exporters.rows import Refusal, Rows
from nlu.lexicon.dictionary import Entry
from nlu.system.files import atomic_directory, write_atomic
from nlu.types import LabelledUtterance, Span

Chunk = dict[str, object]


def write_agent(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write the folder of an agent, which must not be there yet; it is packed as a ZIP and restored in Dialogflow."""
    phrases = list(rows.write(_phrase))
    with atomic_directory(path) as folder:
        (folder / "intents").mkdir()
        (folder / "entities").mkdir()
        _json(folder / "agent.json", {"language": "ko", "supportedLanguages": []})
        _json(folder / "package.json", {"version": "1.0.0"})
        for name, several in groupby(phrases, key=lambda pair: pair[0]):
            said = [{"data": data, "isTemplate": False, "count": 0} for _, data in several]
            _json(folder / "intents" / f"{name}.json", {"name": name, "auto": True, "responses": []})
            _json(folder / "intents" / f"{name}_usersays_ko.json", said)
        for entity in dict.fromkeys(entry.entity for entry in entries if "/" not in entry.entity):
            values = [
                {"value": entry.value, "synonyms": [entry.value, *entry.synonyms]}
                for entry in entries
                if entry.entity == entity
            ]
            _json(folder / "entities" / f"{entity}.json", {"name": entity, "isOverridable": True, "isEnum": False})
            _json(folder / "entities" / f"{entity}_entries_ko.json", values)


def write_snips(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write a dataset."""
    pairs = list(rows.write(_snips))
    intents = {
        name: {"utterances": [{"data": data} for _, data in several]}
        for name, several in groupby(pairs, key=lambda pair: pair[0])
    }
    used = {str(chunk["entity"]) for _, data in pairs for chunk in data if "entity" in chunk}
    entities = {
        name: {
            "data": [{"value": one.value, "synonyms": list(one.synonyms)} for one in entries if one.entity == name],
            "use_synonyms": True,
            "automatically_extensible": True,
            "matching_strictness": 1.0,
        }
        for name in sorted(used | {entry.entity for entry in entries})
    }
    _json(path, {"language": "ko", "intents": intents, "entities": entities})


def _phrase(utterance: LabelledUtterance) -> tuple[str, list[Chunk]] | Refusal:
    if "/" in (utterance.intent or ""):
        return Refusal("export.name_slash")
    data: list[Chunk] = []
    for text, span in _chunks(utterance):
        alias = (span.role or span.entity) if span else ""
        marks = {"alias": alias, "meta": f"@{span.entity}"} if span else {}
        data.append({"text": text, **marks, "userDefined": bool(span)})
    return utterance.intent or "", data


def _snips(utterance: LabelledUtterance) -> tuple[str, list[Chunk]]:
    data: list[Chunk] = []
    for text, span in _chunks(utterance):
        data.append({"text": text, **({"entity": span.entity, "slot_name": span.role or span.entity} if span else {})})
    return utterance.intent or "", data


def _chunks(utterance: LabelledUtterance) -> Iterator[tuple[str, Span | None]]:
    place = 0
    for span in utterance.spans:
        if span.start > place:
            yield utterance.text[place : span.start], None
        yield utterance.text[span.start : span.end], span
        place = span.end
    if place < len(utterance.text):
        yield utterance.text[place:], None


def _json(path: Path, data: object) -> None:
    write_atomic(path, json.dumps(data, ensure_ascii=False, indent=2) + "\n")
