"""What happens to a job, for whoever follows it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nlu.database.errors import DatabaseUnavailable
from server.web.event_stream import RETRY, event

if TYPE_CHECKING:  # they bring SQLAlchemy
    from nlu.jobs.job import JobEvent
    from nlu.jobs.store import JobStore


class JobEvents:
    """The events of one job: first the job as it is, then what happened since an event, at last the job at its end.

    Args:
        store: the jobs.
        job_id: the job.
        after: the number of the last event that is known already.

    Raises:
        UnknownJob: there is none of this number.
    """

    def __init__(self, store: JobStore, job_id: int, after: int) -> None:
        self._store = store
        self._seen = after
        self._job = store.get(job_id)
        self._is_new = True

    @property
    def is_over(self) -> bool:
        """Whether the job has ended, and all that happened to it is known already."""
        return self._job.is_ended and not self._store.events(self._job.id, self._seen, limit=1)

    def poll(self) -> tuple[bytes, bool]:
        """Give what happened since the last time; a database that is away is waited for."""
        pieces = [RETRY, event("job", self._job.to_dict())] if self._is_new else []
        self._is_new = False
        with suppress(DatabaseUnavailable):
            found = self._news()
            if any(one.kind == "state" for one in found):
                self._job = self._store.get(self._job.id)
            while self._job.is_ended and (more := self._news()):
                found += more
            pieces += [event(one.kind, one.to_dict(), one.id) for one in found]
            if self._job.is_ended:
                return b"".join([*pieces, event("end", self._job.to_dict())]), True
        return b"".join(pieces), False

    def _news(self) -> list[JobEvent]:
        found = list(self._store.events(self._job.id, self._seen))
        self._seen = found[-1].id if found else self._seen
        return found
