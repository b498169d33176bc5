"""JSON Lines: one labelled utterance a line, in the layout of `nlu.data.json_lines`."""

from __future__ import annotations

from nlu.data.importers.base import Imported
from nlu.data.json_lines import decode_row
from nlu.errors import SourceErrors
from nlu.system.source import Source
from nlu.types import LabelledUtterance


def read(source: Source, weight: float) -> Imported:
    """Read utterances, their weights times `weight`; empty lines, and lines' parts and slices, are ignored."""
    utterances: list[LabelledUtterance] = []
    for number, line in enumerate(source.lines, 1):
        if line.strip():
            try:
                row = decode_row(line, str(source.path), number, origin=source.origin(number), weight=weight)
                utterances.append(row.utterance)
            except SourceErrors as wrong:
                source.errors += wrong.errors
    return Imported(tuple(utterances))
