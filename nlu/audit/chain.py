"""The chain: each row bears the hash of the one before, so that an altered or missing row shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, Literal

START = "0" * 64
"""What stands for the hash of the row before the first."""
FaultKind = Literal["altered", "missing", "unchained", "cut"]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change.

    Attributes:
        number: its place in the chain, from 1 on, without gaps.
        time: when, in UTC.
        actor: who: a key's name, a login name, a job.
        source: from where: the command, or the route with its method.
        request_id: of the request, where there was one.
        action: what was done, such as `model.activate`.
        subject: to what: a version, a file, a key's name.
        detail: what else is known, as JSON: hashes before and after, counts; never what people said.
        previous: the hash of the row before.
        hash: of all the above.
    """

    number: int
    time: datetime
    actor: str
    source: str
    request_id: str | None
    action: str
    subject: str
    detail: str
    previous: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row as it is kept apart from the rows, and wherever else an operator wrote it down.

    Example:
        >>> Head.read(f"7:{START}").number
        7
    """

    number: int
    hash: str

    @classmethod
    def read(cls, written: str) -> Head:
        """Read `NUMBER:HASH`.

        Raises:
            ValueError: it is something else.
        """
        number, _, digest = written.partition(":")
        if not number.isdecimal() or len(digest) != len(START):
            raise ValueError(written)
        return cls(int(number), digest)

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain is broken.

    Attributes:
        kind: `altered` (a row is not what it was), `missing` (rows from `number` to `last` are not there), `unchained`
            (what stood before this row was another), `cut` (the newest rows, to `last`, are not there).
        number: of the row.
        last: of the last row that is meant.
    """

    kind: FaultKind
    number: int
    last: int


def sealed(row: AuditRow) -> AuditRow:
    """Give a row with its hash."""
    return replace(row, hash=hash_of(row))


def hash_of(row: AuditRow) -> str:
    """Compute the hash of a row from all its other fields.

    Source: FIPS 180-4 (SHA-256), over the fields as a JSON array, which no two rows share.
    """
    values = [_plain(getattr(row, field.name)) for field in fields(row) if field.name != "hash"]
    return hashlib.sha256(json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def written(detail: Mapping[str, Any]) -> str:
    """Write a row's detail, the same whatever the order of its keys."""
    return json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def faults(rows: Iterable[AuditRow], *heads: Head) -> Iterator[Fault]:
    """Find where a chain is broken.

    Args:
        rows: all rows, by their numbers.
        heads: rows that were the newest once, each with the hash that it had.
    """
    last, previous = 0, START
    wanted = {head.number: head.hash for head in heads if head.number}
    for row in rows:
        if row.number > last + 1:
            yield Fault("missing", last + 1, row.number - 1)
        elif row.previous != previous:
            yield Fault("unchained", row.number, row.number)
        if hash_of(row) != row.hash or wanted.get(row.number, row.hash) != row.hash:
            yield Fault("altered", row.number, row.number)
        last, previous = row.number, row.hash
    if wanted and (newest := max(wanted)) > last:
        yield Fault("cut", last + 1, newest)


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
