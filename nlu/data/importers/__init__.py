"""Importers: labelled utterances from other people's files, one format a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from nlu.data.importers import (
    dialogflow,
    imported_set,
    iob_lines,
    json_lines,
    json_whole,
    kmou,
    rasa,
    rasa_markdown,
    spreadsheet,
    tables,
)
from nlu.data.importers.base import Imported, Summary
from nlu.data.importers.contradictions import contradictions
from nlu.errors import DataError, UnknownChoiceError
from nlu.events import Listener, Notice
from nlu.lexicon.dictionary import Entry
from nlu.system.source import Source
from nlu.types import LabelledUtterance

__all__ = ["SUFFIXES", "Imported", "Summary", "files_of", "kept_files_of", "read_all", "read_any"]

Reader = Callable[[Source, float], Imported]


def _text(source: Source, weight: float) -> Imported:
    """Read a text of lines or a table, whichever it is."""
    if rasa_markdown.looks_like(source.text):
        return rasa_markdown.read(source, weight)
    if kmou.looks_like(source.text):
        return kmou.read(source, weight)
    return iob_lines.read(source, weight)


def _tabs(source: Source, weight: float) -> Imported:
    """Read a text whose columns are cut at tabs: a table with a header, or a token a line."""
    first = next((line for line in source.lines if line.strip()), "")
    names = {cell.strip().casefold() for cell in first.split("\t")}
    has_header = bool(names & (tables.TEXT_HEADERS | {"question", "token"})) and len(names) > 1
    return tables.read(source, weight) if has_header else _text(source, weight)


_BY_SUFFIX: Mapping[str, Reader] = MappingProxyType(
    {
        ".jsonl": json_lines.read,
        ".yml": rasa.read,
        ".yaml": rasa.read,
        ".csv": tables.read,
        ".txt": _tabs,
        ".iob": iob_lines.read,
        ".conll": iob_lines.read,
        ".json": json_whole.read,
        ".md": rasa_markdown.read,
        ".tsv": _tabs,
    }
)
"""Each reads an open file, with the weight of every utterance, and notes the mistakes in it there."""
_WORKBOOK = ".xlsx"
SUFFIXES = (*_BY_SUFFIX, _WORKBOOK)
"""The ends of names by which files are told apart."""


def read_any(path: Path, weight: float = 1.0, suffix: str | None = None) -> Imported:
    """Read a file in the format that its suffix and what it holds name; a folder is an agent or an imported set.

    Args:
        path: a folder of Dialogflow's or of an imported set, or
            `.jsonl` (JSON Lines, doccano), `.json` (Rasa 1, Snips, doccano), `.yml` or `.yaml` (Rasa), `.md`
            (Rasa 1), `.csv`, `.tsv` or `.xlsx` (`text,intent`, Kochat, table of tokens), `.txt`, `.iob` or `.conll`
            (`token TAG` lines, KLUE, KMOU); `patterns/README.md` shows each.
        weight: how much its utterances count in training, relative to 1.
        suffix: read it as a file whose name ends in this.

    Raises:
        UnknownChoiceError: another suffix.
        SourceErrors: all mistakes of the file.
    """
    suffix = suffix or path.suffix.lower()
    if not 0 < weight < float("inf"):
        raise ValueError(f"expected a weight above 0, got {weight}")
    if path.is_dir():
        if imported_set.is_set(path):
            return imported_set.read_folder(path, weight)
        return dialogflow.read_folder(path, weight)
    if suffix == _WORKBOOK:
        return spreadsheet.read(path, weight)
    if suffix not in _BY_SUFFIX:
        raise UnknownChoiceError("importer", suffix or path.name, SUFFIXES)
    source = Source(path, DataError)
    imported = _BY_SUFFIX[suffix](source, weight)
    source.raise_errors()
    return imported


def files_of(path: Path) -> tuple[Path, ...]:
    """List the files that importing a path reads: itself, or those of a folder."""
    if path.is_dir() and imported_set.is_set(path):
        return imported_set.files_of_set(path)
    return tuple(sorted(one for one in path.rglob("*.json") if one.is_file())) if path.is_dir() else (path,)


def kept_files_of(path: Path) -> tuple[Path, ...]:
    """List the files that bring back what importing a path reads: those of `files_of`, and what names them."""
    own = (path / imported_set.MANIFEST,) if path.is_dir() and imported_set.is_set(path) else ()
    return (*own, *files_of(path))


def read_all(
    files: Iterable[tuple[Path, float]], listen: Listener, *, suffix: str | None = None, uses_values: bool = False
) -> tuple[tuple[LabelledUtterance, ...], tuple[Entry, ...]]:
    """Read several files, and tell of each what was kept and what was not, and where they contradict one another.

    Args:
        files: each with the weight of its utterances.
        listen: told the notices.
        suffix: read all as files whose names end in this.
        uses_values: whether the caller uses the dictionary values of the files.

    Returns:
        The utterances, and the dictionary values that the files hold besides.

    Raises:
        UnknownChoiceError: a file of another kind.
        SourceErrors: all mistakes of the first file that has some.
    """
    utterances: list[LabelledUtterance] = []
    entries: list[Entry] = []
    for path, weight in files:
        held = read_any(path, weight, suffix)
        for note in held.notes:
            listen(note)
        listen(Notice("import.summary", _summary(path, held.summary)))
        if held.entries and not uses_values:
            listen(Notice("import.values_unused", {"path": path, "count": len(held.entries)}))
        entries += held.entries
        utterances += held.utterances
    for notice in contradictions(utterances):
        listen(notice)
    return tuple(utterances), tuple(entries)


def _summary(path: Path, summary: Summary) -> dict[str, object]:
    return {
        "path": path,
        "rows": summary.rows,
        "kept": summary.kept,
        "refused": summary.rows - summary.kept,
        "entities": summary.entities,
        "kept_entities": summary.kept_entities,
        "refused_entities": summary.entities - summary.kept_entities,
    }
