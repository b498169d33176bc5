"""Schedules: chains of jobs that begin by themselves, at times of a clock in some place, each time once only."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from nlu.audit import store as audit
from nlu.database.engine import Database
from nlu.errors import InputError, UnknownChoiceError
from nlu.jobs.adding import Adding, Wanted
from nlu.jobs.clock import FromNow
from nlu.jobs.errors import UnknownSchedule
from nlu.jobs.job import Job
from nlu.jobs.store import JobStore, Step
from nlu.jobs.tables import schedules

logger = logging.getLogger("nlu.jobs")

TIMEZONE = "Asia/Seoul"
GRACE_HOURS = 12.0
"""How late a time may be rung that came while nobody was there to ring."""
_EACH_SECONDS = 5.0
"""From one look at the schedules to the next."""
_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Schedule:
    """A row of the table `schedules`.

    Attributes:
        name: its name.
        cron: when, as crontab(5) writes it: minute, hour, day, month, weekday.
        timezone: whose clock.
        steps: jobs, each after the one before.
        is_on: whether it rings.
        added_by: who wanted it.
        rung_for: the newest time that it was rung for; at first, when it was made.
        grace_hours: how late a time may be rung.
    """

    name: str
    cron: str
    timezone: str
    steps: tuple[Step, ...]
    is_on: bool
    added_by: str
    rung_for: datetime
    grace_hours: float = GRACE_HOURS

    @classmethod
    def from_row(cls, row: RowMapping) -> Schedule:
        """Make a schedule of a row of the table."""
        return cls(**{**row, "steps": tuple(Step(**step) for step in row["steps"])})

    def next_time(self, after: datetime) -> datetime:
        """The first time after another one, in UTC."""
        return next_time(self.cron, self.timezone, after)

    def due_time(self, now: datetime) -> datetime | None:
        """The newest time that came since it was rung, and is not too long ago; None where there is none."""
        earliest = max(self.rung_for, now - timedelta(hours=self.grace_hours))
        due, found = None, self.next_time(earliest)
        while found <= now:
            due, found = found, self.next_time(found)
        return due

    def to_dict(self, now: datetime) -> dict[str, Any]:
        """The schedule for programs, with its next time."""
        values = asdict(self) | {"rung_for": self.rung_for.isoformat(), "next": self.next_time(now).isoformat()}
        return values | {"steps": [asdict(step) for step in self.steps]}


def next_time(cron: str, timezone: str, after: datetime) -> datetime:
    """Find the first time of a crontab line after another time.

    Args:
        cron: minute, hour, day, month, weekday.
        timezone: whose clock; where it is turned, what falls into the hour that is left out comes after it, and what
            falls into the one that comes twice comes once.
        after: any time with its zone.

    Raises:
        InputError: no such line, no such zone, or a time that never comes.

    Example:
        >>> next_time("0 3 * * *", "Asia/Seoul", datetime(2026, 11, 30, 12, tzinfo=UTC))
        datetime.datetime(2026, 11, 30, 18, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        found = next(CronSim(cron, after.astimezone(ZoneInfo(timezone))), None)
    except CronSimError:
        raise InputError("jobs.cron", "cron", got=cron) from None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InputError("jobs.timezone", "timezone", got=timezone) from None
    if found is None:
        raise InputError("jobs.cron_never", "cron", got=cron)
    return found.astimezone(UTC)


class Schedules:
    """The schedules of a database.

    Args:
        database: where they are.
        store: where their jobs go.
    """

    def __init__(self, database: Database, store: JobStore) -> None:
        self.database, self.store = database, store
        self._next_look = 0.0

    def list(self) -> Sequence[Schedule]:
        """Give all schedules by name."""
        with self.database.connect() as connection:
            rows = connection.execute(select(schedules).order_by(schedules.c.name)).mappings()
            return [Schedule.from_row(row) for row in rows]

    def put(
        self, name: str, cron: str, steps: Sequence[Step], *, by: str, timezone: str = TIMEZONE, is_on: bool = True
    ) -> Schedule:
        """Add a schedule, or change the one of this name; its first time is the next one from now.

        Raises:
            InputError: a name, a line, a zone or arguments that can't be.
            UnknownChoiceError: no such kind of job.
        """
        if not name.isprintable() or not 0 < len(name) <= _NAME_LENGTH or not steps:
            raise InputError("jobs.schedule", "name", got=name, most=_NAME_LENGTH)
        next_time(cron, timezone, datetime.now(UTC))
        self._check(steps)
        values = {
            "cron": cron, "timezone": timezone, "steps": [asdict(step) for step in steps], "is_on": is_on,
            "added_by": by, "rung_for": FromNow(), "grace_hours": GRACE_HOURS,
        }  # fmt: skip
        insert = (sqlite if self.database.is_sqlite else postgresql).insert(schedules).values(name=name, **values)
        with self.database.begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))
        return next(one for one in self.list() if one.name == name)

    def switch(self, name: str, *, is_on: bool) -> None:
        """Switch a schedule on or off; what came while it was off is not made up for.

        Raises:
            UnknownSchedule: there is none of this name.
        """
        values = {"is_on": is_on, "rung_for": FromNow()}
        self._change(name, update(schedules).where(schedules.c.name == name).values(**values))

    def remove(self, name: str) -> None:
        """Remove a schedule; its jobs stay.

        Raises:
            UnknownSchedule: there is none of this name.
        """
        self._change(name, delete(schedules).where(schedules.c.name == name))

    def ring(self) -> Sequence[Job]:
        """Add the jobs of what is due; of any number of processes that ring at once, one adds them.

        Returns:
            The jobs that are due, the first of each chain first.
        """
        if time.monotonic() < self._next_look:
            return []
        self._next_look = time.monotonic() + _EACH_SECONDS
        return self.ring_at()

    def ring_at(self, now: datetime | None = None) -> Sequence[Job]:
        """The same, at once, for a time; the database's when None."""
        return [job for schedule in self.list() if schedule.is_on for job in self._try_to_ring(schedule, now)]

    def _try_to_ring(self, schedule: Schedule, now: datetime | None) -> Sequence[Job]:
        try:
            return self._ring(schedule, now)
        except (InputError, UnknownChoiceError) as error:  # a kind that this version does not know
            logger.warning("schedule %s: %s", schedule.name, error)
            return ()

    def _ring(self, schedule: Schedule, now: datetime | None) -> Sequence[Job]:
        due = schedule.due_time(now or self._database_time())
        if due is None:
            return ()
        night = due.astimezone(ZoneInfo(schedule.timezone)).isoformat(timespec="minutes")
        rung = update(schedules).where(schedules.c.name == schedule.name, schedules.c.rung_for < due)
        with self.database.begin() as connection:
            if not connection.execute(rung.values(rung_for=due)).rowcount:
                return ()  # by another process, in this moment
            adding = Adding(connection, self.store.place, self.store.timing.attempts)
            by, wanted = f"schedule:{schedule.name}", self._wanted(schedule.steps)
            made = adding.add_chain(wanted, by, f"{schedule.name} {night}")
            for job in made:
                detail = {"kind": job.kind, "after": job.after}
                audit.add(connection, actor=by, action="job.add", subject=str(job.id), detail=detail, source="schedule")
            return made

    def _check(self, steps: Sequence[Step]) -> None:
        first, *_ = self._wanted(steps)
        if argument := first.arguments.missing:
            raise InputError("jobs.version_missing", argument, argument=argument)

    def _wanted(self, steps: Sequence[Step]) -> Sequence[Wanted]:
        return [Wanted.later(step.kind, step.arguments, self.store.kinds) for step in steps]

    def _database_time(self) -> datetime:
        with self.database.connect() as connection:
            found: datetime = connection.execute(select(FromNow())).scalar_one()
            return found

    def _change(self, name: str, statement: Any) -> None:
        with self.database.begin() as connection:
            if not connection.execute(statement).rowcount:
                raise UnknownSchedule("jobs.schedule_unknown", name=name)
