"""Runs of the loop as values, and their table: one is open at a time, and whoever moves it on says from where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, insert, select, update

from nlu.adjustment.tables import loop_runs
from nlu.database.engine import Database
from nlu.database.errors import RowsRefused
from nlu.events import Notice

State = Literal[
    "begun", "working", "canary", "promoting", "watching",
    "kept", "unchanged", "held", "failed", "stopped", "overtaken", "rolled_back", "worse",
]  # fmt: skip
"""Where a run stands: its jobs are to be added; they are at work; its version answers some users; it is promoted; it is
watched. How it ended: the version is kept; nothing new was learned; the gate held it back; a job failed; the canary was
stopped; somebody activated another version; it was taken back; it is surely worse and left for somebody to decide."""
OPEN: frozenset[State] = frozenset({"begun", "working", "canary", "promoting", "watching"})
BAD: frozenset[State] = frozenset({"held", "failed", "stopped", "rolled_back", "worse"})
"""The ends after which somebody should look."""


@dataclass(frozen=True, slots=True)
class LoopRun:
    """One run.

    Attributes:
        id: its number.
        began: when.
        reasons: why.
        inputs: a hash of what it learned from.
        canary: the share of the users that its version answers first.
        state: where it stands.
        since: when it came there.
        jobs: the numbers of its jobs, in order.
        before: the version that answered when it began.
        version: the one it made; None until there is one.
        finding: what was found at the end; None where the state says all.
        ended: when it ended; None where it has not.
    """

    id: int
    began: datetime
    reasons: tuple[Notice, ...]
    inputs: str
    canary: float
    state: State
    since: datetime
    jobs: tuple[int, ...]
    before: str | None
    version: str | None
    finding: Notice | None
    ended: datetime | None

    @classmethod
    def from_row(cls, row: RowMapping) -> LoopRun:
        """Make a run of a row of the table."""
        values = {name: value for name, value in row.items() if name != "open"}
        values |= {"reasons": tuple(_notice(one) for one in row["reasons"]), "jobs": tuple(row["jobs"])}
        return cls(**values | {"finding": row["finding"] and _notice(row["finding"])})

    def to_dict(self) -> dict[str, Any]:
        """The run for programs, times in ISO 8601."""
        return {
            "id": self.id,
            "began": self.began.isoformat(),
            "reasons": [_plain(one) for one in self.reasons],
            "state": self.state,
            "since": self.since.isoformat(),
            "jobs": list(self.jobs),
            "before": self.before,
            "version": self.version,
            "finding": self.finding and _plain(self.finding),
            "ended": self.ended and self.ended.isoformat(),
        }


class LoopRuns:
    """The runs of a database.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: it, with the newest schema.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, limit: int = 20) -> Sequence[LoopRun]:
        """Give the last runs, the newest first."""
        with self._database.connect() as connection:
            rows = connection.execute(select(loop_runs).order_by(loop_runs.c.id.desc()).limit(limit)).mappings()
            return [LoopRun.from_row(row) for row in rows]

    def open(self) -> LoopRun | None:
        """Give the run that has not ended."""
        with self._database.connect() as connection:
            row = connection.execute(select(loop_runs).where(loop_runs.c.open == 1)).mappings().one_or_none()
            return None if row is None else LoopRun.from_row(row)

    def begin(
        self, now: datetime, reasons: Sequence[Notice], inputs: str, canary: float, before: str | None
    ) -> LoopRun | None:
        """Begin a run; None where one is open, also one that somebody else began in this moment."""
        values = {
            "open": 1, "began": now, "reasons": [_plain(one) for one in reasons], "inputs": inputs, "canary": canary,
            "state": "begun", "since": now, "jobs": [], "before": before,
        }  # fmt: skip
        try:
            with self._database.begin() as connection:
                connection.execute(insert(loop_runs).values(**values))
        except RowsRefused:
            return None
        return self.open()

    def move(self, run: LoopRun, state: State, now: datetime, **values: Any) -> LoopRun | None:
        """Bring a run into another state; None where somebody else has moved it on meanwhile.

        Args:
            run: it, as it was seen.
            state: the next one.
            now: the time.
            values: `jobs`, `version` or `finding`.
        """
        if (finding := values.get("finding")) is not None:
            values["finding"] = _plain(finding)
        if state not in OPEN:
            values |= {"open": None, "ended": now}
        same = (loop_runs.c.id == run.id, loop_runs.c.state == run.state)
        with self._database.begin() as connection:
            moved = connection.execute(update(loop_runs).where(*same).values(state=state, since=now, **values)).rowcount
            row = connection.execute(select(loop_runs).where(loop_runs.c.id == run.id)).mappings().one()
        return LoopRun.from_row(row) if moved else None


def _plain(notice: Notice) -> dict[str, Any]:
    values = {name: list(one) if isinstance(one, tuple) else one for name, one in notice.values.items()}
    return {"code": notice.code, "values": values}


def _notice(raw: Mapping[str, Any]) -> Notice:
    return Notice(raw["code"], raw["values"])
