"""Importers: labelled utterances from other people's files, one format a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from nlu.data.importers.base import Imported
from nlu.data.importers.iob import read_iob_csv, read_iob_text
from nlu.data.importers.json_lines import read_json_lines
from nlu.data.importers.rasa import read_rasa
from nlu.errors import UnknownChoiceError

__all__ = ["Imported", "read_any", "read_iob_csv", "read_iob_text", "read_json_lines", "read_rasa"]

_BY_SUFFIX: Mapping[str, Callable[[Path, float], Imported]] = MappingProxyType(
    {
        ".jsonl": read_json_lines,
        ".yml": read_rasa,
        ".yaml": read_rasa,
        ".csv": read_iob_csv,
        ".txt": read_iob_text,
        ".iob": read_iob_text,
        ".conll": read_iob_text,
    }
)


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
    return _BY_SUFFIX[suffix](path, weight)
