"""Keys of authors over HTTP: who may do what, and what is written down of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.audit.store import rows
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.keys.roles import ROLES, Role
from nlu.keys.store import KeyStore
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.words import WordParser, publish

OPERATOR = "a-key-of-the-settings"


@pytest.fixture
def database(models: Path) -> Iterator[Database]:
    made = Database(database_url(models))
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def keys(database: Database) -> dict[Role, str]:
    return {role: KeyStore(database).add(f"the-{role}er", role, by="tests")[0] for role in ROLES}


@pytest.fixture
def client(models: Path) -> Iterator[FlaskClient]:
    app = create_app(ServerSettings(models, api_key=OPERATOR), WordParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


def test_each_role_opens_its_routes_and_refusals_say_which_is_needed(
    client: FlaskClient, keys: dict[Role, str]
) -> None:
    parse_id = client.post("/parse", json={"text": "피자"}).json["parse_id"]
    asked = {
        ("GET", "/records", "read"): None,
        ("POST", "/feedback", "label"): {"parse_id": parse_id, "intent": "order_food"},
        ("PUT", "/model", "operate"): {"model_file": "nothing"},
    }
    for (method, path, needed), body in asked.items():
        for role, key in keys.items():
            answer = client.open(path, method=method, json=body, headers={"X-API-Key": key})
            if ROLES.index(role) >= ROLES.index(needed):
                assert answer.status_code not in (401, 403), (path, role)
            else:
                assert (answer.status_code, answer.json["details"]) == (403, {"role": needed})
                assert answer.json["message"] == (
                    f"expected a key with the role '{needed}', got 'the-{role}er' with the role '{role}'"
                )
                assert answer.json["help"] == f"Ask an operator for such a key: nlu-keys add NAME --role {needed}."


def test_writes_are_audited_with_the_keys_name_and_reads_are_not(
    client: FlaskClient, keys: dict[Role, str], database: Database, models: Path
) -> None:
    before, version = client.get("/version").json["model_version"], publish(models, 1, activate=False)
    parse_id = client.post("/parse", json={"text": "피자 주문"}).json["parse_id"]
    client.get("/records", headers={"X-API-Key": keys["read"]})
    given = {"parse_id": parse_id, "intent": "order_food", "comment": "비밀"}
    for _ in range(2):
        client.post("/feedback", json=given, headers={"X-API-Key": keys["label"]})
    headers = {"X-API-Key": OPERATOR, "X-Request-ID": "r-7"}
    assert client.put("/model", json={"model_file": version}, headers=headers).status_code == 204
    client.put("/model", json={"model_file": "nothing"}, headers=headers)
    labelled, activated = list(rows(database))[len(ROLES) :]
    assert (labelled.actor, labelled.action, labelled.subject) == ("the-labeler", "feedback.add", parse_id)
    assert (activated.actor, activated.action, activated.subject) == ("NLU_API_KEY", "model.activate", version)
    assert (activated.source, activated.request_id) == ("PUT /model", "r-7")
    assert json.loads(activated.detail) == {"before": before}
    assert not any(word in row.detail for row in rows(database) for word in ("피자", "비밀"))


def test_a_key_that_is_taken_back_opens_no_more(client: FlaskClient, keys: dict[Role, str], database: Database) -> None:
    KeyStore(database).revoke("the-reader", by="tests")
    answer = client.get("/records", headers={"X-API-Key": keys["read"]})
    assert (answer.status_code, answer.json["message"]) == (
        401,
        "expected a valid API key with the role 'read', got another",
    )


def test_keys_of_authors_open_a_server_without_a_key_of_its_own(models: Path, keys: dict[Role, str]) -> None:
    client = create_app(ServerSettings(models), WordParser.load).test_client()
    assert client.get("/records", headers={"X-API-Key": keys["read"]}).status_code == 200
    assert client.get("/records").status_code == 401


def test_a_request_goes_on_where_the_audits_database_is_away(models: Path, caplog: pytest.LogCaptureFixture) -> None:
    (models.parent / "file").write_text("")
    url = f"sqlite:///{models.parent}/file/records.db"
    settings = ServerSettings(models, api_key=OPERATOR, records_url=url, record=0)
    client, version = create_app(settings, WordParser.load).test_client(), publish(models, 1, activate=False)
    assert client.put("/model", json={"model_file": version}, headers={"X-API-Key": OPERATOR}).status_code == 204
    assert "a row of the audit is lost" in caplog.text
    assert version in caplog.text


def test_who_speaks_is_recorded_as_a_hash(client: FlaskClient, database: Database, models: Path) -> None:
    asked = (
        ("/parse", {"text": "피자", "user": "김손님"}),
        ("/model/parse", {"text": "피자", "sender": "김손님"}),
        ("/kakao/skill", {"userRequest": {"utterance": "피자", "user": {"id": "김손님"}}}),
        ("/parse", {"text": "피자", "user": "이손님"}),
        ("/parse", {"text": "피자"}),
    )
    for path, body in asked:
        client.post(path, json=body)
    client.application.extensions[RECORDER].close()
    with database.connect() as connection:
        hashes = [row[0] for row in connection.exec_driver_sql("SELECT user_hash FROM records ORDER BY id")]
    assert len(hashes) == 5
    assert sorted(map(hashes.count, hashes)) == [1, 1, 3, 3, 3]
    assert None in hashes
    assert not any("손님".encode() in path.read_bytes() for path in (models.parent / "records").iterdir())
