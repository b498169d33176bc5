from __future__ import annotations

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from typing_extensions import TypedDict

from nlu.keys.cache import KnownKeys
from server import ServerSettings
from server.web import errors, openapi
from server.web.endpoints import Endpoints, Operation
from server.web.keys import KeyRing

KEY = "a-key-of-the-tests"


class Job(TypedDict):
    """A job."""

    id: str


@pytest.fixture
def changes() -> list[str]:
    return []


@pytest.fixture
def app(changes: list[str]) -> Flask:
    app = Flask("made")
    errors.register(app)
    settings = ServerSettings(api_key=KEY)
    keys = KeyRing(settings, KnownKeys(lambda: None))
    endpoints = Endpoints(
        app,
        settings,
        keys,
        lambda name: Response(name, content_type="text/html"),
        lambda: changes.append(request.method),
    )

    @endpoints.route("GET", "/jobs/<job_id>", Operation("One job.", Job, key="read", page="job.html"))
    def show(job_id: str) -> Job:
        return {"id": job_id}

    @endpoints.route("POST", "/jobs/<kind>/<int:number>", Operation("Another job.", Job, status=202, key="edit"))
    def make(kind: str, number: int) -> Job:
        return {"id": f"{kind}-{number + 1}"}

    openapi.register(app, endpoints.operations)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_a_view_is_called_with_the_parts_of_its_path_and_a_change_is_noted(
    client: FlaskClient, changes: list[str]
) -> None:
    assert client.post("/jobs/train/7").status_code == 401
    client.get("/jobs/a", headers={"X-API-Key": KEY})
    assert changes == []
    answer = client.post("/jobs/train/7", headers={"X-API-Key": KEY})
    assert (answer.status_code, answer.json) == (202, {"id": "train-8"})
    assert changes == ["POST"]


@pytest.mark.parametrize("wanted", ["application/json", "*/*", None])
def test_a_program_gets_json_where_it_bears_a_key(client: FlaskClient, wanted: str | None) -> None:
    headers = {"X-API-Key": KEY, **({"Accept": wanted} if wanted else {})}
    answer = client.get("/jobs/a", headers=headers)
    assert (answer.json, answer.headers["Vary"]) == ({"id": "a"}, "Accept")
    assert client.get("/jobs/a").status_code == 401


def test_a_browser_gets_the_page_without_a_key(client: FlaskClient) -> None:
    accepted = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    answer = client.get("/jobs/a", headers={"Accept": accepted})
    assert (answer.text, answer.mimetype) == ("job.html", "text/html")


def test_the_description_tells_the_parts_the_status_and_the_role(client: FlaskClient) -> None:
    paths = client.get("/openapi.json").json["paths"]
    made, shown = paths["/jobs/{kind}/{number}"]["post"], paths["/jobs/{job_id}"]["get"]
    assert [(one["name"], one["in"], one["schema"]["type"]) for one in made["parameters"]] == [
        ("kind", "path", "string"),
        ("number", "path", "integer"),
    ]
    assert "202" in made["responses"]
    assert shown["security"] == [{"bearer": ["read"]}, {"apiKey": ["read"]}]


@pytest.mark.parametrize(("sent", "message"), [(None, "got none"), ("another-key-altogether", "got another")])
def test_a_refusal_names_the_role_that_is_needed(client: FlaskClient, sent: str | None, message: str) -> None:
    answer = client.get("/jobs/a", headers={"X-API-Key": sent} if sent else {})
    assert answer.status_code == 401
    assert "with the role 'read'" in answer.json["message"]
    assert answer.json["message"].endswith(message)
