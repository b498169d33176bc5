"""Add a job in a transaction: the same one is there once only, and one that came to no good end is begun again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.dialects import postgresql, sqlite

from nlu.errors import InputError
from nlu.jobs.arguments import Arguments, check_files, read
from nlu.jobs.clock import FromNow
from nlu.jobs.errors import UnknownJob
from nlu.jobs.inputs import key_of
from nlu.jobs.job import ENDED, Job, State
from nlu.jobs.kinds import KINDS, Kinds, kind_of
from nlu.jobs.rows import find, tell_state
from nlu.jobs.settings import Place
from nlu.jobs.tables import jobs


@dataclass(frozen=True, slots=True)
class Wanted:
    """A job that somebody wants, checked.

    Attributes:
        kind: what it is.
        values: its arguments, as they came.
        arguments: the same, read.
        inputs: names and hashes of what it reads.
    """

    kind: str
    values: Mapping[str, Any]
    arguments: Arguments
    inputs: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, kind: str, values: Mapping[str, Any], place: Place, kinds: Kinds = KINDS) -> Wanted:
        """Check what somebody wants.

        Raises:
            UnknownChoiceError: no such kind.
            InputError: arguments that it can't have, a file that is not there, or a version that is not.
        """
        arguments = read(kind_of(kind, kinds), values)
        check_files(arguments, place)
        return cls(kind, dict(values), arguments, tuple(arguments.inputs(place)))

    @classmethod
    def later(cls, kind: str, values: Mapping[str, Any], kinds: Kinds = KINDS) -> Wanted:
        """Check what somebody wants at another time, when other files may be there.

        Raises:
            UnknownChoiceError: no such kind.
            InputError: arguments that it can't have.
        """
        return cls(kind, dict(values), read(kind_of(kind, kinds), values), ())


class Adding:
    """A transaction that adds jobs.

    Args:
        connection: of the transaction.
        place: where the files lie.
        attempts: how often workers may be lost over a job.
    """

    def __init__(self, connection: Connection, place: Place, attempts: int) -> None:
        self._connection = connection
        self._place = place
        self._attempts = attempts

    def get(self, job_id: int) -> Job:
        """Give a job.

        Raises:
            UnknownJob: there is none of this number.
        """
        if (job := find(self._connection, jobs.c.id == job_id)) is None:
            raise UnknownJob("jobs.unknown", job=job_id)
        return job

    def add(
        self, wanted: Wanted, by: str, before: Job | None = None, *, key: str = "", again: bool = False
    ) -> tuple[Job, bool]:
        """Add a job unless there is the same one; begin that one again where it should be.

        Args:
            wanted: the job.
            by: who wants it.
            before: what must be done before.
            key: makes it another than those of another key.
            again: begin it again also where it is done.

        Returns:
            The job, and whether it is to run now for this.

        Raises:
            InputError: it lacks what only a job before could give.
        """
        if before is None and (argument := wanted.arguments.missing):
            raise InputError("jobs.version_missing", argument, argument=argument)
        whole = key_of(wanted.kind, wanted.values, wanted.inputs, f"{key} {before.key if before else ''}")
        job = self._same(wanted.kind, whole)
        if job is None and (made := self._insert(wanted, by, before, whole)) is not None:
            tell_state(self._connection, made, State.QUEUED, by=by)
            return self.get(made), True
        job = job or self._same(wanted.kind, whole)  # where somebody else has added it in this moment
        assert job is not None
        if not self._should_begin_again(job, wanted, again):
            return job, False
        return self._begin_again(job, by), True

    def add_chain(self, wanted: Sequence[Wanted], by: str, key: str = "") -> list[Job]:
        """Add jobs that each wait for the one before.

        Raises:
            InputError: the first one lacks what only a job before could give.
        """
        made: list[Job] = []
        for one in wanted:
            made.append(self.add(one, by, made[-1] if made else None, key=key)[0])
        return made

    def _should_begin_again(self, job: Job, wanted: Wanted, again: bool) -> bool:
        if job.state is State.DONE:
            return again or not wanted.arguments.still_holds(self._place, job.result)
        return job.is_ended

    def _insert(self, wanted: Wanted, by: str, before: Job | None, key: str) -> int | None:
        insert = (sqlite if self._connection.dialect.name == "sqlite" else postgresql).insert
        values = {
            "kind": wanted.kind, "arguments": dict(wanted.values), "key": key, "state": State.QUEUED,
            "queue": wanted.arguments.queue, "after": before.id if before else None, "added_by": by, "attempts": 0,
            "attempts_allowed": self._attempts, "cancel_requested": False, "tail": "", "result": {},
            "created": FromNow(),
        }  # fmt: skip
        statement = insert(jobs).values(**values).on_conflict_do_nothing().returning(jobs.c.id)
        return self._connection.execute(statement).scalar_one_or_none()

    def _same(self, kind: str, key: str) -> Job | None:
        return find(self._connection, jobs.c.kind == kind, jobs.c.key == key)

    def _begin_again(self, job: Job, by: str) -> Job:
        values = {
            "state": State.QUEUED, "added_by": by, "attempts_allowed": jobs.c.attempts + self._attempts,
            "cancel_requested": False, "progress": None, "tail": "", "result": {}, "exit_code": None, "error": None,
            "created": FromNow(), "started": None, "ended": None,
        }  # fmt: skip
        again = update(jobs).where(jobs.c.id == job.id, jobs.c.state.in_(ENDED)).values(**values)
        if self._connection.execute(again).rowcount:
            tell_state(self._connection, job.id, State.QUEUED, by=by)
        return self.get(job.id)
