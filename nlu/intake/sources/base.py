"""What every source gives: rows, and where it got to, so that the next run takes only what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nlu.events import Listener
from nlu.intake.rows import IncomingRow, RefusedRow

Mark = Mapping[str, Any]
"""How far a source was read, as JSON."""


class Source(Protocol):
    """Something that rows are read from."""

    @property
    def name(self) -> str:
        """How its set is called where the author gives no name."""

    @property
    def key(self) -> str:
        """What a set knows it by; holds no password and no folder of this machine."""

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read what is new since a mark; all where there is none."""

    def mark(self) -> Mark | None:
        """How far it was read, once all rows are; None for a source that is read whole each time."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the author says of a source.

    Attributes:
        text: the column of what was said.
        intent: the column of the labels; "" for none.
        table: of a database.
        query: of a database, instead of a table.
        watermark: the column of a database that grows.
        key: the column of a database that names a row.
        speakers: of a conversation, whose words are taken; all where it is empty.
        not_speakers: whose are not.
        uncorrected: of the journal, whether records that nobody corrected are taken too.
    """

    text: str | None = None
    intent: str | None = None
    table: str | None = None
    query: str | None = None
    watermark: str | None = None
    key: str | None = None
    speakers: tuple[str, ...] = ()
    not_speakers: tuple[str, ...] = ()
    uncorrected: bool = True
