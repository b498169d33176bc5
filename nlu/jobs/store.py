"""The table of jobs, for whoever wants work done: add, look at, follow, cancel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from nlu.database.engine import Database
from nlu.jobs.adding import Adding, Wanted
from nlu.jobs.doorbell import Doorbell, silent
from nlu.jobs.errors import JobOver, UnknownJob
from nlu.jobs.job import ENDED, Job, JobEvent, State
from nlu.jobs.kinds import KINDS, Kinds
from nlu.jobs.leases import Leases
from nlu.jobs.rows import OPEN, end, find
from nlu.jobs.settings import Place, Timing
from nlu.jobs.tables import job_events, jobs
from nlu.system.mounts import refuse_network_folder


@dataclass(frozen=True, slots=True)
class Step:
    """A job of a chain.

    Attributes:
        kind: what it is.
        arguments: what it is to do.
    """

    kind: str
    arguments: Mapping[str, Any]


class JobStore:
    """The jobs of a database.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: where the jobs are; its tables must be made.
        place: where the files of the jobs lie.
        timing: how workers keep time; as the environment has it when None.
        kinds: which jobs there are.
        doorbell: told each job that is to run now.

    Raises:
        ConfigError: a SQLite file in a folder of another machine, where its locks can't be trusted.
    """

    def __init__(
        self,
        database: Database,
        place: Place,
        timing: Timing | None = None,
        kinds: Kinds = KINDS,
        doorbell: Doorbell = silent,
    ) -> None:
        if database.is_sqlite:
            refuse_network_folder(database.path)
        self.place, self.kinds = place, kinds
        self.timing = timing or Timing.from_environment()
        self.leases = Leases(database, self.timing)
        self.database = database
        self._doorbell = doorbell

    def close(self) -> None:
        """Give the database's connections back."""
        self.database.close()

    def add(
        self, kind: str, arguments: Mapping[str, Any], *, by: str, after: int | None = None, again: bool = False
    ) -> tuple[Job, bool]:
        """Add a job, unless there is the same one: of this kind, with these arguments and the same input files.

        A job that failed or was cancelled is begun again, and so is one whose product is gone.

        Args:
            kind: a name of `nlu.jobs.kinds.KINDS`.
            arguments: what it is to do.
            by: who wants it.
            after: a job that must be done before.
            again: begin it again also where it is done.

        Returns:
            The job, and whether it is to run now for this.

        Raises:
            UnknownChoiceError: no such kind.
            InputError: arguments that it can't have, a file that is not there, or a version that is not.
            UnknownJob: no job of the number `after`.
        """
        wanted = Wanted.read(kind, arguments, self.place, self.kinds)
        with self._adding() as adding:
            before = adding.get(after) if after is not None else None
            job, is_new = adding.add(wanted, by, before, again=again)
        if is_new:
            self._doorbell(job)
        return job, is_new

    def add_chain(self, steps: Sequence[Step], *, by: str, key: str = "") -> list[Job]:
        """Add jobs that each wait for the one before, all or none.

        Args:
            steps: the jobs, first to last.
            by: who wants them.
            key: makes them others than those of another key, such as a night's date; "" for a chain like any.

        Raises:
            UnknownChoiceError: no such kind.
            InputError: as of `add`.
        """
        wanted = [Wanted.read(step.kind, step.arguments, self.place, self.kinds) for step in steps]
        with self._adding() as adding:
            made = adding.add_chain(wanted, by, key)
        for job in made[:1]:
            self._doorbell(job)
        return made

    def get(self, job_id: int) -> Job:
        """Give a job.

        Raises:
            UnknownJob: there is none of this number.
        """
        with self.database.connect() as connection:
            if (job := find(connection, jobs.c.id == job_id)) is None:
                raise UnknownJob("jobs.unknown", job=job_id)
            return job

    def list(
        self, *, states: Sequence[str] = (), kind: str | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[Job]:
        """Give jobs, the newest first.

        Args:
            states: only those in these states.
            kind: only those of this kind.
            before: only those added before the job of this number.
            limit: how many at most.
        """
        query = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        query = query.where(jobs.c.state.in_(states)) if states else query
        query = query.where(jobs.c.kind == kind) if kind else query
        query = query.where(jobs.c.id < before) if before is not None else query
        with self.database.connect() as connection:
            return [Job.from_row(row) for row in connection.execute(query).mappings()]

    def events(self, job_id: int, after: int = 0, limit: int = 500) -> Sequence[JobEvent]:
        """Give what happened to a job since the event of a number, oldest first."""
        chosen = select(job_events).where(job_events.c.job_id == job_id, job_events.c.id > after)
        with self.database.connect() as connection:
            rows = connection.execute(chosen.order_by(job_events.c.id).limit(limit)).mappings()
            return [JobEvent(**row) for row in rows]

    def cancel(self, job_id: int) -> Job:
        """Cancel a job: at once where nobody has begun it, else its worker stops it within seconds.

        What waits for it is cancelled too.

        Raises:
            UnknownJob: there is none of this number.
            JobOver: it has ended.
        """
        asked = update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(OPEN)).values(cancel_requested=True)
        with self.database.begin() as connection:
            was_open = connection.execute(asked).rowcount
            job = find(connection, jobs.c.id == job_id)
            if job is None:
                raise UnknownJob("jobs.unknown", job=job_id)
            if not was_open and job.state is not State.CANCELLED:
                raise JobOver("jobs.over", job=job_id, state=job.state)
            end(connection, job_id, State.CANCELLED, None, jobs.c.state == State.QUEUED)
        return self.get(job_id)

    def given(self, job: Job) -> dict[str, Any]:
        """Give the results of the jobs before one in its chain; where several tell the same, the latest counts."""
        found: dict[str, Any] = {}
        with self.database.connect() as connection:
            while job.after is not None and (before := find(connection, jobs.c.id == job.after)) is not None:
                found = {**before.result, **found}
                job = before
        return found

    def prune(self, before: datetime) -> Sequence[Job]:
        """Delete jobs that ended before a time, with their events, and give them; their logs are their worker's."""
        chosen = delete(jobs).where(jobs.c.state.in_(ENDED), jobs.c.ended < before).returning(*jobs.c)
        with self.database.begin() as connection:
            return [Job.from_row(row) for row in connection.execute(chosen).mappings()]

    @contextmanager
    def _adding(self) -> Iterator[Adding]:
        with self.database.begin() as connection:
            yield Adding(connection, self.place, self.timing.attempts)
