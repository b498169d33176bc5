from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.audit.store import rows
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.jobs.job import State
from nlu.jobs.kinds import KINDS
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.keys.store import KeyStore
from server import ServerSettings, create_app
from server.app import RECORDER
from server.job_events import JobEvents
from tests.server.words import WordParser

KEY = "a-key-of-the-tests"
HEADERS = {"X-API-Key": KEY}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "patterns").mkdir()
    (tmp_path / "patterns" / "pattern.txt").write_text("[greet]\n안녕\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def client(models: Path, project: Path) -> Iterator[FlaskClient]:
    app = create_app(ServerSettings(models, api_key=KEY), WordParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


@pytest.fixture
def store(models: Path, project: Path) -> Iterator[JobStore]:
    database = Database(database_url(models))
    database.prepare()
    store = JobStore(database, Place.of(models, project))
    yield store
    store.close()


def test_a_job_is_added_once_and_its_place_is_told(client: FlaskClient, store: JobStore) -> None:
    first = client.post("/jobs/generate", json={"count": 50}, headers=HEADERS)
    assert (first.status_code, first.headers["Location"]) == (202, f"/jobs/{first.json['id']}")
    assert (first.json["state"], first.json["arguments"], first.json["added_by"]) == (
        "queued",
        {"count": 50},
        "NLU_API_KEY",
    )
    again = client.post("/jobs/generate", json={"count": 50}, headers=HEADERS)
    assert (again.status_code, again.headers["Location"]) == (200, first.headers["Location"])
    assert client.get(first.headers["Location"], headers=HEADERS).json == again.json
    assert len(store.list()) == 1


@pytest.mark.parametrize("body", [b"", b" ", b"{}"])
def test_a_job_as_usual_needs_no_body(client: FlaskClient, body: bytes) -> None:
    assert client.post("/jobs/generate", data=body, headers=HEADERS).json["arguments"] == {}


@pytest.mark.parametrize(
    ("path", "body", "status", "parameter", "message"),
    [
        ("generate", '{"count": "many"}', 400, "count", "count: expected a whole number, got 'many'"),
        ("generate", '{"count": 0}', 400, "count", "count: expected ≥ 1, got 0"),
        ("generate", '{"coutn": 5}', 400, "coutn", "no argument 'coutn'; did you mean 'count'?"),
        ("generate", '{"mode": "x"}', 400, "mode", "mode: expected one of held-out, random, all, got 'x'"),
        ("generate", "[1]", 400, None, 'expected an object such as {"count": 50000}, got an array'),
        ("generate", "{", 400, None, "expected JSON"),
        ("generate", '{"patterns": ["../x"]}', 400, "patterns", "patterns: expected a file inside the project"),
        ("generate", '{"patterns": ["x.txt"]}', 400, "patterns", "patterns: there is no file 'x.txt'"),
        ("promote", "{}", 400, "version", "version: name a version"),
        ("promote", '{"version": "20200101-000000-00000000"}', 400, "version", "no version '20200101-000000-00000000'"),
        ("generate?after=0", "{}", 400, "after", "expected at least 1 as 'after', got '0'"),
        ("generate?after=77", "{}", 404, None, "there is no job 77"),
        ("sing", "{}", 404, None, "no kind of job 'sing'; there are: generate, "),
    ],
)
def test_what_no_job_can_have_is_refused_and_makes_no_row(
    client: FlaskClient, store: JobStore, path: str, body: str, status: int, parameter: str | None, message: str
) -> None:
    answer = client.post(f"/jobs/{path}", data=body, headers=HEADERS)
    assert answer.status_code == status
    assert message in answer.json["message"]
    assert answer.json["details"].get("parameter") == parameter
    assert store.list() == []
    assert list(rows(store.database)) == []


def test_jobs_are_listed_by_state_and_kind_in_pages(client: FlaskClient, store: JobStore) -> None:
    ids = [client.post("/jobs/generate", json={"count": 50 + n}, headers=HEADERS).json["id"] for n in range(3)]
    store.cancel(ids[0])

    def listed(query: str) -> dict[str, Any]:
        return client.get(f"/jobs?{query}", headers=HEADERS).json

    assert [job["id"] for job in listed("")["jobs"]] == ids[::-1]
    assert [job["id"] for job in listed("state=queued&kind=generate")["jobs"]] == ids[:0:-1]
    page = listed("limit=2")
    assert (len(page["jobs"]), page["next"]) == (2, ids[1])
    assert [job["id"] for job in listed(f"limit=2&before={page['next']}")["jobs"]] == ids[:1]
    assert client.get("/jobs?state=asleep", headers=HEADERS).status_code == 400


def test_a_job_is_cancelled_once_started_it_is_asked_to_stop(client: FlaskClient, store: JobStore) -> None:
    job_id = client.post("/jobs/generate", headers=HEADERS).json["id"]
    assert client.delete(f"/jobs/{job_id}", headers=HEADERS).json["state"] == "cancelled"
    done = client.post("/jobs/generate", json={"count": 9}, headers=HEADERS).json["id"]
    assert store.leases.claim(done, worker="w") is not None
    assert client.delete(f"/jobs/{done}", headers=HEADERS).json["cancel_requested"]
    assert client.delete("/jobs/77", headers=HEADERS).status_code == 404


def test_who_may_what(client: FlaskClient, store: JobStore) -> None:
    reader = {"X-API-Key": KeyStore(store.database).add("보는 사람", "read", by="t")[0]}
    editor = {"X-API-Key": KeyStore(store.database).add("고치는 사람", "edit", by="t")[0]}
    operator = {"X-API-Key": KeyStore(store.database).add("김운영", "operate", by="t")[0]}
    assert client.get("/jobs", headers=reader).status_code == 200
    assert client.get("/jobs/kinds", headers=reader).status_code == 200
    assert client.post("/jobs/generate", headers=editor).status_code == 403
    assert client.get("/jobs").status_code == 401
    job = client.post("/jobs/generate", headers=operator).json
    client.post("/jobs/generate", headers=operator)
    client.delete(f"/jobs/{job['id']}", headers=operator)
    assert job["added_by"] == "김운영"
    noted = [(row.actor, row.action, row.subject, row.source) for row in rows(store.database, action="job")]
    assert noted == [
        ("김운영", "job.add", str(job["id"]), "POST /jobs/<kind>"),
        ("김운영", "job.cancel", str(job["id"]), "DELETE /jobs/<int:job_id>"),
    ]


def test_the_kinds_say_what_each_takes(client: FlaskClient) -> None:
    kinds = {one["name"]: one for one in client.get("/jobs/kinds", headers=HEADERS).json["kinds"]}
    assert kinds.keys() == KINDS.keys()
    assert kinds["generate"]["arguments"]["properties"]["force"] == {
        "default": False,
        "title": "Force",
        "type": "boolean",
    }


def read(stream: bytes) -> list[tuple[str, str | None, dict[str, Any]]]:
    """The events of a stream: kind, number, data."""
    found = []
    for part in stream.decode().strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.split("\n"))
        if "event" in fields:
            found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
    return found


def test_a_job_is_followed_to_its_end_and_again_from_where_one_left(client: FlaskClient, store: JobStore) -> None:
    job, _ = store.add("generate", {}, by="t")
    store.cancel(job.id)
    answer = client.get(f"/jobs/{job.id}/events", headers=HEADERS)
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    events = read(answer.data)
    assert [kind for kind, *_ in events] == ["job", "state", "state", "end"]
    assert events[-1][2]["state"] == State.CANCELLED
    first = events[1][1]
    assert first is not None
    rest = read(client.get(f"/jobs/{job.id}/events", headers={**HEADERS, "Last-Event-ID": first}).data)
    assert [number for _, number, _ in rest] == [None, events[2][1], None]
    last = {**HEADERS, "Last-Event-ID": str(events[2][1])}
    assert client.get(f"/jobs/{job.id}/events", headers=last).status_code == 204
    assert client.get("/jobs/77/events", headers=HEADERS).status_code == 404


def test_nothing_that_happens_to_a_job_is_missed_or_told_twice(store: JobStore) -> None:
    job, _ = store.add("generate", {}, by="t")
    events = JobEvents(store, job.id, 0)
    assert [kind for kind, *_ in read(events.poll()[0])] == ["job", "state"]
    assert events.poll() == (b"", False)
    store.cancel(job.id)
    piece, is_last = events.poll()
    assert [kind for kind, *_ in read(piece)] == ["state", "end"]
    assert is_last
