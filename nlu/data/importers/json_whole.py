"""Files that are one JSON value: Rasa 1, Snips, an intent of Dialogflow, doccano's rows, or JSON Lines after all."""

from __future__ import annotations

from nlu.data.importers import dialogflow, doccano, json_lines, rasa_json, snips
from nlu.data.importers.base import Imported
from nlu.data.json_text import JsonMistake, load
from nlu.system.source import Source

_MORE = "Extra data"
"""What Python's reader says where a second value begins."""


def read(source: Source, weight: float) -> Imported:
    """Read whichever of them the file is."""
    try:
        data = load(source.text)
    except JsonMistake as mistake:
        if mistake.values.get("problem") == _MORE:
            return json_lines.read(source, weight)
        line = source.text.count("\n", 0, mistake.position) + 1
        source.complain(
            mistake.code, line, mistake.position - source.text.rfind("\n", 0, mistake.position), **mistake.values
        )
        return Imported()
    if isinstance(data, dict) and "rasa_nlu_data" in data:
        return rasa_json.read(source, weight)
    if snips.is_dataset(data):
        return snips.read(source, weight)
    if isinstance(data, list) and dialogflow.is_said(source.path):
        return dialogflow.read_file(source, weight)
    if isinstance(data, list) and any(isinstance(row, dict) and "text" in row for row in data):
        return doccano.read_json(source, weight)
    if isinstance(data, dict) and "text" in data:
        return json_lines.read(source, weight)
    source.complain("data.json_unknown", 1)
    return Imported()
