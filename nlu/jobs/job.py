"""A job as a value: what is to be done, how far it is, how it ended; and what happened to it, event by event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.DONE, State.FAILED, State.CANCELLED})
"""The states that a job does not leave by itself."""


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the table `jobs`.

    Attributes:
        id: its number.
        kind: a name of `nlu.jobs.kinds.KINDS`.
        arguments: what it is to do, as JSON.
        key: what makes it the same job as another: a hash of its kind, arguments and input files.
        state: where it stands.
        queue: which workers may take it: "cpu" or "gpu".
        after: the job that must be done before; None where it need not wait.
        added_by: who wanted it.
        attempts: how often a worker has taken it; who writes about it must have taken it last.
        attempts_allowed: how often workers may take it, before it is given up.
        worker: who has taken it last.
        lease_until: when another worker may take it, unless this one says before that it is alive.
        cancel_requested: whether somebody wants it to stop.
        progress: the stage that it is at: `stage`, `done`, `total`, `unit`, and seconds left as `eta`.
        tail: the last lines of its output, without personal data.
        log: the file of all of them, on the worker's host.
        result: what it made, such as `version`.
        exit_code: of its command; None before it ended, and where it never began.
        error: why it failed, in the words of its command.
        created: when it was added, or begun again.
        started: when it was last taken.
        ended: when it came to its end.
    """

    id: int
    kind: str
    arguments: Mapping[str, Any]
    key: str
    state: State
    queue: str
    after: int | None
    added_by: str
    attempts: int
    attempts_allowed: int
    worker: str | None
    lease_until: datetime | None
    cancel_requested: bool
    progress: Mapping[str, Any] | None
    tail: str
    log: str | None
    result: Mapping[str, Any]
    exit_code: int | None
    error: str | None
    created: datetime
    started: datetime | None
    ended: datetime | None

    @classmethod
    def from_row(cls, row: RowMapping) -> Job:
        """Make a job of a row of the table."""
        return cls(**{**row, "state": State(row["state"])})

    @property
    def is_ended(self) -> bool:
        """Whether it came to its end."""
        return self.state in ENDED

    def to_dict(self) -> dict[str, Any]:
        """The job for programs, times in ISO 8601; what only workers need is left out."""
        values = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _OF_WORKERS}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


_OF_WORKERS = frozenset({"key", "lease_until"})


@dataclass(frozen=True, slots=True)
class JobEvent:
    """Something that happened to a job.

    Attributes:
        id: grows from each event to the next, over all jobs.
        job_id: the job.
        time: when, by the database's clock.
        kind: "state", "progress" or "notice".
        data: of a state its name and, at an end, `error`; of progress what `Job.progress` holds; of a notice its
            `code`, `values`, and `text` in Korean.
    """

    id: int
    job_id: int
    time: datetime
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The event for programs."""
        return {"id": self.id, "job": self.job_id, "time": self.time.isoformat(), "kind": self.kind, **self.data}
