"""The rows that a command writes into the audit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from nlu.audit.actor import actor_of
from nlu.audit.files import SeenFile, note_files
from nlu.audit.store import add
from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.snapshots.author_files import Places, read_files

if TYPE_CHECKING:
    from nlu.commands.auditing import Change


def write_rows(models: Path, source: str, changes: Sequence[Change], files: Places | None) -> None:
    """Write what changed in an author's files since they were last seen, then what a command has done.

    Args:
        models: the registry's folder, beside which the database lies where the environment names none.
        source: the command.
        changes: what it has done, in order.
        files: where the author's files lie; None where the command read none.

    Raises:
        DatabaseUnavailable: the database can't be used at the moment.
    """
    actor, seen = actor_of(os.environ), read_files(files) if files is not None else ()
    with closing(Database(database_url(models, os.environ.get(URL_VARIABLE, "")))) as database:
        database.prepare()
        with database.begin() as connection:
            if files is not None:
                now = [SeenFile(one.entry.kind, one.entry.name, one.entry.sha256) for one in seen]
                note_files(connection, now, actor=actor, source=source, folder=str(files.project))
            for one in changes:
                add(
                    connection,
                    actor=actor,
                    action=one.action,
                    subject=one.subject,
                    detail=one.detail,
                    source=source,
                )
