"""What authors changed in files by hand: seen by the next command that reads them, and written down then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from nlu.audit.store import add
from nlu.audit.tables import audit

ACTIONS = {
    "patterns": "pattern.change",
    "dictionary": "dictionary.change",
    "settings": "settings.change",
    "policy": "policy.change",
    "regression": "book.change",
    "answers": "answers.change",
    "imported": "import.change",
}
"""Kind of an author's file → the action of its rows."""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as it is now.

    Attributes:
        kind: one of `ACTIONS`.
        name: its name in the project.
        hash: the SHA-256 of its content; None where it is gone.
    """

    kind: str
    name: str
    hash: str | None


def note_files(connection: Connection, files: Sequence[SeenFile], *, actor: str, source: str, folder: str) -> int:
    """Write a row for each file that is not as the audit knew it.

    Args:
        connection: a transaction.
        files: an author's files as they are now; one that the audit knows in this project and that is not among them
            is gone.
        actor: who runs the command that sees it; who changed a file by hand, nobody can tell.
        source: the command.
        folder: the project, so that files of the same name in others are not taken for it.

    Returns:
        How many rows.
    """
    known = _known(connection, folder)
    gone = [SeenFile(kind, name, None) for name, (kind, was) in known.items() if was is not None]
    count = 0
    for file in [*files, *(one for one in gone if one.name not in {file.name for file in files})]:
        before = known.get(file.name, ("", None))[1]
        if before != file.hash:
            detail = {"before": before, "after": file.hash, "project": folder, "kind": file.kind}
            add(connection, actor=actor, action=ACTIONS[file.kind], subject=file.name, detail=detail, source=source)
            count += 1
    return count


def _known(connection: Connection, folder: str) -> dict[str, tuple[str, str | None]]:
    """The files of a project: name → its kind, and its newest hash."""
    query = select(audit.c.subject, audit.c.detail).where(audit.c.action.in_(ACTIONS.values())).order_by(audit.c.number)
    known = {}
    for subject, written in connection.execute(query):
        detail = json.loads(written)
        if detail["project"] == folder:
            known[subject] = (detail["kind"], detail["after"])
    return known
