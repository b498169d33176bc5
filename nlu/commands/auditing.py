"""Write into the audit beside what a command is for: where that fails, a warning is all."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.commands.common import describe
from nlu.errors import NluError
from nlu.snapshots.author_files import Places
from nlu.system.files import sha256

VARIABLE = "NLU_AUDIT"
"""The environment variable that turns the audit off."""
_OFF = frozenset({"off", "0", "false", "no"})
_PATIENCE_SECONDS = 2.0
"""How long a command waits for a database that does not answer."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a command has done.

    Attributes:
        action: such as `model.activate`.
        subject: to what: a version, a file, a folder.
        detail: hashes before and after, counts; never what people said.
    """

    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(models: Path, source: str, changes: Sequence[Change], files: Places | None = None) -> None:
    """Write down what a command has done; it goes on whatever becomes of that.

    Args:
        models: the registry's folder, beside which the database lies.
        source: the command.
        changes: what it has done, in order.
        files: where the author's files lie; what changed in them since they were last seen is written down first.
    """
    if os.environ.get(VARIABLE, "").strip().lower() in _OFF or not (changes or files):
        return
    problems = ["데이터베이스가 제때 답하지 않습니다"]

    def write() -> None:
        # It brings SQLAlchemy, which a command that changes nothing never needs.
        from nlu.commands.audit_rows import write_rows

        try:
            write_rows(models, source, changes, files)
            problems.clear()
        except (NluError, OSError) as error:
            problems[:] = [describe(error)[1]]

    thread = threading.Thread(target=write, name="audit", daemon=True)
    thread.start()
    thread.join(_PATIENCE_SECONDS)
    for problem in problems:
        print(f"주의: 감사에 적지 못했습니다 (하던 일은 그대로 되었습니다): {problem}", file=sys.stderr)


def around(data: Path) -> Path:
    """Where the registry is that belongs to a data folder: what `NLU_MODELS` says, else beside it."""
    return Path(os.environ.get("NLU_MODELS") or data.absolute().parent / "models")


def hash_of(path: Path) -> str | None:
    """Give the hash of a file; None where it is none."""
    return sha256(path) if path.is_file() else None
