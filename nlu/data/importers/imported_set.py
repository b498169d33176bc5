"""An imported set as a folder: a manifest names the files of its rows, each named by its content's hash.

| file | what it holds |
|---|---|
| `manifest.json` | the version, which files make it up, where its rows came from and how far those sources were read |
| `rows/HASH.jsonl` | labelled utterances, which models learn from |
| `unlabelled/HASH.jsonl` | utterances without a label, for the inbox and for prediction |
| `refused/HASH.jsonl` | rows that were left out, each with the reason |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nlu.data.importers import json_lines
from nlu.data.importers.base import Imported, Summary, Tally
from nlu.errors import DataError, SourceErrors
from nlu.events import Notice
from nlu.system.source import Source

MANIFEST = "manifest.json"
KIND = "imported-set"
MASKED = "masks"
"""The key of a row that names the kinds of personal data that are masked in it."""


def is_set(folder: Path) -> bool:
    """Tell whether a folder is an imported set."""
    return read_manifest(folder) is not None


def read_manifest(folder: Path) -> Mapping[str, Any] | None:
    """Read what a folder says of itself; None where it is no imported set."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("kind") == KIND else None


def files_of_set(folder: Path) -> tuple[Path, ...]:
    """The files with the labelled rows of a set, in their order."""
    manifest = read_manifest(folder) or {"files": {}}
    return tuple(folder / name for name in manifest["files"].get("rows", ()))


def read_folder(folder: Path, weight: float) -> Imported:
    """Read the labelled rows; those in which personal data is masked are left out, since nobody says them so.

    Raises:
        SourceErrors: mistakes in the rows, or a file is gone.
    """
    tally, masked, notes = Tally(folder, weight), 0, list[Notice]()
    for path in files_of_set(folder):
        if not path.exists():
            raise SourceErrors([DataError("intake.file_gone", str(folder / MANIFEST), 1, name=path.name)])
        source = Source(path, DataError)
        for number, line in enumerate(source.lines, 1):
            if not line.strip():
                continue
            if _is_masked(line):
                masked += 1
            else:
                json_lines.read_line(line, number, source, tally)
        source.raise_errors()
    if masked:
        notes.append(Notice("intake.masked_unused", {"path": folder, "count": masked}))
    imported = tally.finish()
    rows = Summary(imported.summary.rows + masked, imported.summary.kept, *_entities(imported.summary))
    return replace(imported, notes=(*_quiet(imported.notes), *notes), summary=rows)


def _quiet(notes: tuple[Notice, ...]) -> tuple[Notice, ...]:
    return tuple(note for note in notes if note.values.get("name") != MASKED)


def _entities(summary: Summary) -> tuple[int, int]:
    return summary.entities, summary.kept_entities


def _is_masked(line: str) -> bool:
    return f'"{MASKED}"' in line and bool(json.loads(line).get(MASKED))
