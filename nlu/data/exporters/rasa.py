"""Rasa's training files: YAML of 2 and 3, markdown and JSON of 1."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from nlu.data.exporters.rows import Refusal, Rows
from nlu.data.importers.marks import write_marks
from nlu.lexicon.dictionary import Entry
from nlu.system.files import write_atomic
from nlu.types import LabelledUtterance

_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML can't have, or would take for the end of a line."""


def write_yaml(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write intents with their examples, and the dictionary as look-up tables and synonyms."""
    parts = [_block("intent", name, several) for name, several in _examples(rows)]
    parts += [_block(kind, name, values) for kind, name, values in _values(entries)]
    write_atomic(path, 'version: "3.1"\nnlu:' + (" []\n" if not parts else "\n" + "".join(parts)))


def write_markdown(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write the same under headings."""
    sections = [("intent", name, several) for name, several in _examples(rows)] + _values(entries)
    texts = [f"## {kind}:{name}\n" + "".join(f"- {one}\n" for one in several) for kind, name, several in sections]
    write_atomic(path, "\n".join(texts))


def write_json(path: Path, rows: Rows, entries: Sequence[Entry]) -> None:
    """Write the same as one object."""
    examples = list(rows.write(_example, needs_intent=False))
    synonyms = [{"value": entry.value, "synonyms": list(entry.synonyms)} for entry in entries if entry.synonyms]
    tables = [
        {"name": entity, "elements": [entry.value for entry in entries if entry.entity == entity]}
        for entity in dict.fromkeys(entry.entity for entry in entries)
    ]
    data = {
        "common_examples": examples,
        "entity_synonyms": synonyms,
        "regex_features": [],
        "lookup_tables": tables,
    }
    write_atomic(path, json.dumps({"rasa_nlu_data": data}, ensure_ascii=False, indent=2) + "\n")


def _examples(rows: Rows) -> list[tuple[str, list[str]]]:
    pairs = list(rows.write(_marked))
    return [(name, [text for _, text in several]) for name, several in groupby(pairs, key=lambda pair: pair[0])]


def _marked(utterance: LabelledUtterance) -> tuple[str, str] | Refusal:
    if _UNPRINTABLE.search(utterance.text):
        return Refusal("export.line_ends" if len(utterance.text.splitlines()) > 1 else "export.control")
    if "<!--" in utterance.text or "-->" in utterance.text:
        return Refusal("export.marks")
    text = write_marks(utterance.text, utterance.spans)
    return Refusal("export.marks") if text is None or _UNPRINTABLE.search(text) else (utterance.intent or "", text)


def _values(entries: Sequence[Entry]) -> list[tuple[str, str, list[str]]]:
    """The dictionary in parts: the values of each entity, and the synonyms of each value."""
    entities = dict.fromkeys(entry.entity for entry in entries)
    tables = [("lookup", one, [entry.value for entry in entries if entry.entity == one]) for one in entities]
    synonyms: dict[str, dict[str, None]] = {}
    for entry in entries:
        if entry.synonyms:
            synonyms.setdefault(entry.value, {}).update(dict.fromkeys(entry.synonyms))
    return [*tables, *(("synonym", value, list(several)) for value, several in synonyms.items())]


def _block(kind: str, name: str, several: Sequence[str]) -> str:
    said = name if kind != "synonym" else json.dumps(name, ensure_ascii=False)
    return f"- {kind}: {said}\n  examples: |\n" + "".join(f"    - {one}\n" for one in several)


def _example(utterance: LabelledUtterance) -> dict[str, object]:
    entities = [
        {
            "start": span.start,
            "end": span.end,
            "value": utterance.text[span.start : span.end] if span.value is None else span.value,
            "entity": span.entity,
        }
        | ({"role": span.role} if span.role else {})
        for span in utterance.spans
    ]
    intent = {"intent": utterance.intent} if utterance.intent else {}
    return {"text": utterance.text, **intent, "entities": entities}
