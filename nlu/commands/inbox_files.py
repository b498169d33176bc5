"""Files of what people said, looked at as an inbox, or taken into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any

from nlu.commands import progress
from nlu.commands.said import Said, read_said
from nlu.database.engine import Database
from nlu.events import Progress
from nlu.inbox.collecting import reason_of, utterance_of
from nlu.inbox.grouping import group
from nlu.inbox.representation import Representation
from nlu.inbox.store import StoredGroup
from nlu.inbox.views import GroupView, group_views
from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.journal.store import RecordStore
from nlu.understanding.parser import UtteranceParser

ROUTE = "nlu-inbox"
"""The route of a record that came from a file."""
_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file.

    Attributes:
        read: utterances in it.
        added: those that were not here before.
    """

    read: int
    added: int


def look_at(parser: UtteranceParser, path: Path, column: str | None, least_margin: float) -> list[GroupView]:
    """Group what a file holds, without keeping anything.

    Args:
        parser: the model in use.
        path: the file.
        column: where the utterances are; None to find it.
        least_margin: how much likelier an intent must be than the next to be understood well.
    """
    found = []
    for row in _rows(parser, path, read_said(path, column, None)):
        record = {**row, "user_hash": row["user"]}
        if reason := reason_of(record, None, least_margin):
            found.append(utterance_of(record, reason))
    representation = Representation.of(parser.model)
    groups = group(found, representation.vectors(found))
    stored = [StoredGroup(number, "open", one.members) for number, one in enumerate(groups, 1)]
    return group_views(stored, representation)


def take_in(database: Database, parser: UtteranceParser, path: Path, column: str | None, user: str | None) -> Added:
    """Record what a file holds, as if the bot had been asked now; a line that was recorded before stays as it is.

    Args:
        database: where to.
        parser: the model in use.
        path: the file.
        column: where the utterances are; None to find it.
        user: where it stands who said them; None to find it, if anywhere.
    """
    store = RecordStore(database)
    before, read = int(store.statistics()["records"]), 0
    rows = _rows(parser, path, read_said(path, column, user))
    while some := list(islice(rows, _AT_ONCE)):
        store.write(some)
        read += len(some)
    return Added(read, int(store.statistics()["records"]) - before)


def _rows(parser: UtteranceParser, path: Path, said: Iterator[Said]) -> Iterator[dict[str, Any]]:
    """The records of what was said."""
    now, done = datetime.now(UTC), 0
    with progress.shown() as listen:
        while some := list(islice(said, _AT_ONCE)):
            for one, parse in zip(some, parser.parse_many([one.text for one in some]), strict=True):
                kept = replace(parse, tokens=())
                yield to_row(UnmaskedRecord(_id(path, one), now, ROUTE, "", kept, one.user or None))
            done += len(some)
            listen(Progress("inbox", done, None, "utterance"))


def _id(path: Path, one: Said) -> str:
    """The same for the same line of the same file, so that it is recorded once."""
    written = f"{path.name}\0{one.line}\0{one.text}\0{one.user}"
    return blake2b(written.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
