"""Importers: labelled utterances from other people's files, one format a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from nlu.data.importers import iob, json_lines, rasa
from nlu.data.importers.base import Imported
from nlu.errors import DataError, UnknownChoiceError
from nlu.system.source import Source

__all__ = ["Imported", "read_any"]

_BY_SUFFIX: Mapping[str, Callable[[Source, float], Imported]] = MappingProxyType(
    {
        ".jsonl": json_lines.read,
        ".yml": rasa.read,
        ".yaml": rasa.read,
        ".csv": iob.read_table,
        ".txt": iob.read_lines,
        ".iob": iob.read_lines,
        ".conll": iob.read_lines,
    }
)
"""Each reads an open file, with the weight of every utterance, and notes the mistakes in it there."""


def read_any(path: Path, weight: float = 1.0) -> Imported:
    """Read a file in the format that its suffix names.

    Args:
        path: `.jsonl` (JSON Lines), `.yml` or `.yaml` (Rasa), `.csv` (table of tokens), `.txt`, `.iob` or `.conll`
            (`token TAG` lines).
        weight: how much its utterances count in training, relative to 1.

    Raises:
        UnknownChoiceError: another suffix.
        SourceErrors: all mistakes of the file.
    """
    suffix = path.suffix.lower()
    if suffix not in _BY_SUFFIX:
        raise UnknownChoiceError("importer for", suffix or path.name, tuple(_BY_SUFFIX))
    if not 0 < weight < float("inf"):
        raise ValueError(f"expected a weight above 0, got {weight}")
    source = Source(path, DataError)
    imported = _BY_SUFFIX[suffix](source, weight)
    source.raise_errors()
    return imported
