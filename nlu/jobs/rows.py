"""Statements that the store and the leases share: events, and what follows from the end of a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, update

from nlu.jobs.clock import FromNow
from nlu.jobs.job import Job, State
from nlu.jobs.tables import job_events, jobs
from nlu.messages import word

OPEN = (State.QUEUED, State.RUNNING)


def tell(connection: Connection, job_id: int, kind: str, data: Mapping[str, Any]) -> None:
    """Write an event; the job's row was changed in the same transaction before, so events come in their order."""
    connection.execute(job_events.insert().values(job_id=job_id, time=FromNow(), kind=kind, data=dict(data)))


def tell_state(connection: Connection, job_id: int, state: State, **data: Any) -> None:
    """Write that a job has come to a state."""
    tell(connection, job_id, "state", {"state": state, **data})


def end(connection: Connection, job_id: int, state: State, error: str | None, *conditions: Any) -> bool:
    """End a job that nobody works at, if it is still as it was; tell whether it was."""
    values = {"state": state, "error": error, "ended": FromNow(), "lease_until": None}
    if not connection.execute(update(jobs).where(jobs.c.id == job_id, *conditions).values(**values)).rowcount:
        return False
    tell_state(connection, job_id, state, error=error)
    if state is not State.DONE:
        end_followers(connection, [job_id])
    return True


def end_followers(connection: Connection, failed: Sequence[int]) -> None:
    """Cancel what waits for jobs that came to no good end, and what waits for that."""
    waiting = select(jobs.c.id, jobs.c.after).where(jobs.c.after.in_(failed), jobs.c.state == State.QUEUED)
    for job_id, before in connection.execute(waiting.order_by(jobs.c.id)).all():
        error = word("jobs.before_failed", {"job": before}, "ko")
        end(connection, job_id, State.CANCELLED, error, jobs.c.state == State.QUEUED)


def find(connection: Connection, *conditions: Any) -> Job | None:
    """Read one job."""
    row = connection.execute(select(jobs).where(*conditions)).mappings().one_or_none()
    return Job.from_row(row) if row is not None else None
