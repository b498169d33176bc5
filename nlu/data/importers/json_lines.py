"""JSON Lines: one labelled utterance a line, in the layout of `nlu.data.json_lines` or as doccano and its kin write."""

from __future__ import annotations

from nlu.data.importers import doccano
from nlu.data.importers.base import File, Imported, Tally
from nlu.data.json_lines import decode_row
from nlu.data.json_text import JsonMistake, half_character, load
from nlu.errors import SourceErrors
from nlu.system.source import Source

_KNOWN = ("text", "intent", "entities", "origin", "weight", "part", "slice")
_KNOWN_OF_ENTITY = ("start", "end", "entity", "value", "role", "canonical")
_LABELS = frozenset(
    ("annotations", "entity", "intents", "iob", "labels", "ner", "ner_tags", "slot", "slots", "tag", "tags", "tokens")
)
"""Keys that hold labels elsewhere: to read on without them would lose the labels."""


def read(source: Source, weight: float) -> Imported:
    """Read utterances, their weights times `weight`; empty lines, and lines' parts and slices, are ignored."""
    tally = Tally(source.path, weight)
    for number, line in enumerate(source.lines, 1):
        if line.strip():
            read_line(line, number, source, tally)
    return tally.finish()


def read_line(line: str, number: int, source: File, tally: Tally) -> None:
    """Read one line into a tally, or note with the file what is wrong in it."""
    place = source.origin(number)
    try:
        row = load(line)
    except JsonMistake as mistake:
        source.complain(mistake.code, number, mistake.position + 1, **mistake.values)
        return
    if isinstance(row, dict) and doccano.is_row(row):
        if (half := half_character(line, row)) is not None:
            source.complain("data.surrogate", number, half + 1)
        else:
            doccano.add_row(row, place, tally)
        return
    try:
        utterance = decode_row(line, str(source.path), number, origin=place).utterance
    except SourceErrors as wrong:
        source.errors += wrong.errors
        return
    others = [name for name in row if name not in _KNOWN]
    if lost := [name for name in others if name.casefold() in _LABELS and row[name] not in ([], {}, None, "")]:
        source.complain("data.labels_unread", number, max(line.find(f'"{lost[0]}"'), 0) + 1, names=lost)
        return
    inside = [name for one in row.get("entities", ()) for name in one if name not in _KNOWN_OF_ENTITY]
    for name in (*others, *inside):
        tally.note("import.key_unused", place, name=name)
    own = {"origin": utterance.origin, "weight": utterance.weight}
    tally.add(utterance.text, utterance.intent, utterance.spans, place, own)
