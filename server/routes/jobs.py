"""`/jobs`: long work of the bot as jobs: add, look at, follow, cancel; workers do it, never the server itself."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from flask import Response, request
from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from nlu.errors import UnknownChoiceError
from nlu.jobs.errors import UnknownJob
from nlu.understanding.json_form import to_json
from server.auditor import Auditor
from server.job_events import JobEvents
from server.live_jobs import LiveJobs
from server.web.endpoints import LARGEST_NUMBER, Endpoints, Operation
from server.web.event_stream import stream
from server.web.keys import current_caller
from server.wire import JSON_TYPE, Body, Query, Switch

JOBS_URL = "/jobs"
LAST_EVENT_HEADER = "Last-Event-ID"


class JobArguments(Body):
    """The arguments of the kind of job, by name; `GET /jobs/kinds` describes them. None for all that is usual."""

    model_config = ConfigDict(extra="allow")
    EXAMPLE: ClassVar = '{"count": 50000}'


class AddQuery(Query):
    """How to add a job."""

    after: int | None = Field(None, ge=1, le=LARGEST_NUMBER, description="The job that must be done before.")
    again: Switch | None = Field(None, description="Do it again, though the same job is done.")


class JobsQuery(Query):
    """Which jobs to show, and how many."""

    state: Literal["queued", "running", "done", "failed", "cancelled"] | None = Field(
        None, description="Only those in this state."
    )
    kind: str | None = Field(None, description="Only those of this kind.")
    before: int | None = Field(
        None, ge=1, le=LARGEST_NUMBER, description="Only those added before the job of this number."
    )
    limit: int = Field(50, ge=1, le=500, description="How many at most.")


class EventsQuery(Query):
    """Where to go on."""

    after: int = Field(0, ge=0, le=LARGEST_NUMBER, description="The number of the last event that is known already.")


class JobAnswer(TypedDict):
    """A job.

    Attributes:
        arguments: what it is to do.
        state: `queued`, `running`, `done`, `failed` or `cancelled`.
        queue: `cpu` or `gpu`: which workers may take it.
        after: the job that must be done before.
        added_by: the name of a key, or who else wanted it.
        attempts: how often a worker has taken it.
        progress: the stage that it is at, `done` of `total` units, seconds left as `eta`.
        tail: the last lines of its output, without personal data.
        result: what it made, such as `version`.
        error: why it failed, in the words of its command.
    """

    id: int
    kind: str
    arguments: dict[str, Any]
    state: str
    queue: str
    after: int | None
    added_by: str
    attempts: int
    attempts_allowed: int
    worker: str | None
    cancel_requested: bool
    progress: dict[str, Any] | None
    tail: str
    log: str | None
    result: dict[str, Any]
    exit_code: int | None
    error: str | None
    created: str
    started: str | None
    ended: str | None


class JobsAnswer(TypedDict):
    """Jobs, the newest first.

    Attributes:
        next: What to send as `before` for the next page; null on the last.
    """

    jobs: list[JobAnswer]
    next: int | None


class KindAnswer(TypedDict):
    """A kind of job.

    Attributes:
        summary: what it does.
        arguments: its arguments as JSON Schema.
    """

    name: str
    summary: str
    arguments: dict[str, Any]


class KindsAnswer(TypedDict):
    """All kinds of jobs."""

    kinds: list[KindAnswer]


def register(endpoints: Endpoints, jobs: LiveJobs, auditor: Auditor) -> None:
    """Add the routes."""
    one = f"{JOBS_URL}/<int:job_id>"
    seen, asked = "Jobs, the newest first.", "Add a job, unless there is the same one, which is answered by 200."

    @endpoints.route(
        "GET", JOBS_URL, Operation(seen, JobsAnswer, query=JobsQuery, key="read", refusals=(503,), page="jobs.html")
    )
    def list_jobs(query: JobsQuery) -> dict[str, Any]:
        states = [query.state] if query.state else []
        found = jobs.store().list(states=states, kind=query.kind, before=query.before, limit=query.limit + 1)
        page = found[: query.limit]
        return {
            "jobs": [job.to_dict() for job in page],
            "next": page[-1].id if len(found) > query.limit else None,
        }

    @endpoints.route("GET", f"{JOBS_URL}/kinds", Operation("All kinds of jobs.", KindsAnswer, key="read"))
    def list_kinds() -> KindsAnswer:
        return {"kinds": _kinds()}

    @endpoints.route(
        "POST",
        f"{JOBS_URL}/<kind>",
        Operation(
            asked,
            JobAnswer,
            JobArguments,
            AddQuery,
            key="operate",
            refusals=(404, 503),
            status=202,
            others=(200,),
            may_lack_body=True,
        ),
    )
    def add_job(given: JobArguments, query: AddQuery, kind: str) -> Response:
        caller, again = current_caller(), bool(query.again)
        by = caller.name if caller else ""
        try:
            job, is_new = jobs.store().add(kind, given.model_extra or {}, by=by, after=query.after, again=again)
        except UnknownChoiceError as error:
            raise UnknownJob(error.code, **error.values) from None
        if is_new:
            auditor.note("job.add", str(job.id), kind=kind, after=query.after)
        else:
            auditor.note_nothing()
        response = Response(to_json(job.to_dict()), 202 if is_new else 200, content_type=JSON_TYPE)
        response.headers["Location"] = f"{request.script_root}{JOBS_URL}/{job.id}"
        return response

    @endpoints.route("GET", one, Operation("One job.", JobAnswer, key="read", refusals=(404, 503)))
    def show_job(job_id: int) -> dict[str, Any]:
        return jobs.store().get(job_id).to_dict()

    @endpoints.route(
        "DELETE",
        one,
        Operation("Cancel a job, and those that wait for it.", JobAnswer, key="operate", refusals=(404, 409, 503)),
    )
    def cancel_job(job_id: int) -> dict[str, Any]:
        job = jobs.store().cancel(job_id)
        auditor.note("job.cancel", str(job.id), kind=job.kind)
        return job.to_dict()

    followed = "What happens to a job, as server-sent events: `job`, `state`, `progress`, `notice`, and `end`."

    @endpoints.route(
        "GET",
        f"{one}/events",
        Operation(followed, str, query=EventsQuery, key="read", refusals=(404, 503), media="text/event-stream"),
    )
    def follow_job(query: EventsQuery, job_id: int) -> Response:
        last = request.headers.get(LAST_EVENT_HEADER, "")
        after = int(last) if last.isascii() and last.isdecimal() and len(last) < 19 else query.after
        events = JobEvents(jobs.store(), job_id, after)
        if last and events.is_over:  # whoever comes back is told by this not to come again
            return Response(status=204)
        return stream(events)


def _kinds() -> list[KindAnswer]:
    from nlu.jobs.kinds import KINDS

    return [_kind(name, one) for name, one in KINDS.items()]


def _kind(name: str, one: Any) -> KindAnswer:
    schema = TypeAdapter(one).json_schema()
    summary = str(one.__doc__ or "").partition("\n")[0]
    return {"name": name, "summary": summary, "arguments": schema}
