"""Who works at which job: one atomic UPDATE takes it, for a while; whoever lost it can write nothing of it any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, or_, select, update
from sqlalchemy.orm import aliased

from nlu.database.engine import Database
from nlu.jobs.clock import FromNow
from nlu.jobs.job import Job, State
from nlu.jobs.rows import end, end_followers, tell, tell_state
from nlu.jobs.settings import Timing
from nlu.jobs.tables import jobs
from nlu.messages import word

QUEUES = ("cpu", "gpu")


@dataclass(frozen=True, slots=True)
class News:
    """What a worker has to tell of its job.

    Attributes:
        progress: the stage that it is at; None for the same as before.
        tail: the last lines of its output; None for the same as before.
        events: kinds and data of what happened, oldest first.
    """

    progress: Mapping[str, Any] | None = None
    tail: str | None = None
    events: Sequence[tuple[str, Mapping[str, Any]]] = ()


@dataclass(frozen=True, slots=True)
class End:
    """How a job ended.

    Attributes:
        state: "done", "failed" or "cancelled".
        exit_code: of its command; None where it never began.
        error: why it failed.
        result: what it made.
        tail: the last lines of its output.
        progress: the stage that it came to.
    """

    state: State
    exit_code: int | None = None
    error: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    tail: str = ""
    progress: Mapping[str, Any] | None = None


class Leases:
    """The workers' side of the table.

    Args:
        database: where the jobs are.
        timing: how long a lease is.
    """

    def __init__(self, database: Database, timing: Timing) -> None:
        self._database = database
        self.timing = timing

    def ready(self, queues: Sequence[str] = QUEUES, limit: int = 10) -> list[int]:
        """Give the numbers of jobs that a worker could take now, oldest first."""
        query = select(jobs.c.id).where(jobs.c.queue.in_(queues), _may_be_taken()).order_by(jobs.c.id).limit(limit)
        with self._database.connect() as connection:
            return list(connection.execute(query).scalars())

    def claim(self, job_id: int, worker: str, log: str | None = None) -> Job | None:
        """Take a job, if it may be taken; of any number who try at once one gets it, the others None."""
        taken: dict[str, Any] = {
            "state": State.RUNNING, "worker": worker, "attempts": jobs.c.attempts + 1, "started": FromNow(),
            "lease_until": FromNow(self.timing.lease), "progress": None, "tail": "", "log": log, "result": {},
            "exit_code": None, "error": None, "ended": None,
        }  # fmt: skip
        statement = update(jobs).where(jobs.c.id == job_id, _may_be_taken()).values(**taken).returning(*jobs.c)
        with self._database.begin() as connection:
            row = connection.execute(statement).mappings().one_or_none()
            if row is None:
                return None
            job = Job.from_row(row)
            tell_state(connection, job_id, State.RUNNING, worker=worker, attempt=job.attempts)
        return job

    def keep(self, job: Job, news: News = News()) -> bool | None:
        """Lengthen the lease of a job, and write what is new of it.

        Returns:
            Whether somebody wants it to stop; None where it is no longer this worker's.
        """
        values: dict[str, Any] = {"lease_until": FromNow(self.timing.lease)}
        if news.progress is not None:
            values["progress"] = dict(news.progress)
        if news.tail is not None:
            values["tail"] = news.tail
        statement = update(jobs).where(_is_held(job)).values(**values).returning(jobs.c.cancel_requested)
        with self._database.begin() as connection:
            wanted = connection.execute(statement).scalar_one_or_none()
            if wanted is not None:
                for kind, data in news.events:
                    tell(connection, job.id, kind, data)
        return wanted

    def asks_to_stop(self, job: Job) -> bool | None:
        """Whether somebody wants a job to stop; None where it is no longer this worker's."""
        with self._database.connect() as connection:
            return connection.execute(select(jobs.c.cancel_requested).where(_is_held(job))).scalar_one_or_none()

    def finish(self, job: Job, how: End, events: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> bool:
        """Write the end of a job, and tell whether it was still this worker's; else nothing is written."""
        values = {
            "state": how.state, "exit_code": how.exit_code, "error": how.error, "result": dict(how.result),
            "tail": how.tail, "progress": how.progress, "ended": FromNow(), "lease_until": None,
        }  # fmt: skip
        with self._database.begin() as connection:
            if not connection.execute(update(jobs).where(_is_held(job)).values(**values)).rowcount:
                return False
            for kind, data in events:
                tell(connection, job.id, kind, data)
            tell_state(connection, job.id, how.state, error=how.error, result=dict(how.result))
            if how.state is not State.DONE:
                end_followers(connection, [job.id])
        return True

    def give_back(self, job: Job) -> bool:
        """Put a job back into the queue, whose worker must stop; it counts as no lost attempt."""
        values = {"state": State.QUEUED, "lease_until": None, "attempts_allowed": jobs.c.attempts_allowed + 1}
        with self._database.begin() as connection:
            held = connection.execute(update(jobs).where(_is_held(job)).values(**values)).rowcount
            if held:
                tell_state(connection, job.id, State.QUEUED)
        return bool(held)

    def sweep(self) -> int:
        """End the jobs that no worker will end: lost too often, or cancelled before their worker was lost.

        Returns:
            How many there were.
        """
        with self._database.connect() as connection:
            found = connection.execute(_hopeless()).all()
        if not found:
            return 0
        with self._database.begin() as connection:
            return sum(self._give_up(connection, *row) for row in found)

    def _give_up(self, connection: Connection, job_id: int, attempts: int, was_cancelled: bool) -> bool:
        error = None if was_cancelled else word("jobs.lost", {"attempts": attempts}, "ko")
        state = State.CANCELLED if was_cancelled else State.FAILED
        return end(connection, job_id, state, error, jobs.c.attempts == attempts, _is_lost())


def _is_lost() -> ColumnElement[bool]:
    return and_(jobs.c.state == State.RUNNING, jobs.c.lease_until < FromNow())


def _may_be_taken() -> ColumnElement[bool]:
    before = aliased(jobs, name="before")
    is_next = select(before.c.id).where(before.c.id == jobs.c.after, before.c.state == State.DONE).exists()
    return and_(
        or_(jobs.c.state == State.QUEUED, _is_lost()),
        jobs.c.attempts < jobs.c.attempts_allowed,
        jobs.c.cancel_requested == false(),
        or_(jobs.c.after.is_(None), is_next),
    )


def _is_held(job: Job) -> ColumnElement[bool]:
    """Whether a job is still that worker's who took it: nobody has taken it since, nor ended it."""
    return and_(jobs.c.id == job.id, jobs.c.attempts == job.attempts, jobs.c.state == State.RUNNING)


def _hopeless() -> Any:
    is_over = or_(jobs.c.attempts >= jobs.c.attempts_allowed, jobs.c.cancel_requested)
    return select(jobs.c.id, jobs.c.attempts, jobs.c.cancel_requested).where(_is_lost(), is_over)
