"""What a benchmark found, as a table for the terminal and as a JSON file."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from nlu.system.files import write_atomic
from nlu.version import VERSION

_LIBRARIES = (
    "torch",
    "gensim",
    "onnxruntime",
    "granian",
    "flask",
    "numpy",
    "python-mecab-ko",
    "scikit-learn",
    "sklearn-crfsuite",
)


def table(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Lay rows out for the terminal.

    Example:
        >>> print(table([{"task": "weather", "f1": 0.5}, {"task": "food"}], ["task", "f1"]))
        task       f1
        weather 0.500
        food        -
    """
    cells = [list(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    return "\n".join(
        " ".join(
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    )


def write_rows(path: Path | None, rows: Sequence[Mapping[str, object]], more: Mapping[str, object]) -> None:
    """Write the rows, the command, the versions and what else there is to say; nothing when there is no path."""
    if path is None:
        return
    document: dict[str, Any] = {
        "rows": list(rows),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
        "product": VERSION,
        "libraries": {name: metadata.version(name) for name in _installed()} | {"python": platform.python_version()},
        "machine": platform.machine(),
        **more,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _installed() -> list[str]:
    there = {distribution.metadata["Name"] for distribution in metadata.distributions()}
    return [name for name in _LIBRARIES if name in there]


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    return str(value)
