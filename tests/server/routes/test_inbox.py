from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from nlu.audit.store import rows as audit_rows
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.journal.store import RecordStore
from nlu.keys.store import KeyStore
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.nlu.inbox.examples import failed
from tests.nlu.journal.examples import an_id
from tests.parsers import untrained_parser

KEY = "a-key-of-the-tests"
PATTERNS = "[order]\n{menu} 주문해 줘\n"
REFUNDS = ("환불해 줘", "피자 환불해 줘", "콜라 환불해 줘")


@pytest.fixture
def database(models: Path) -> Iterator[Database]:
    """Beside the models, three refunds that were not understood, and the author's files."""
    bot = models.parent
    (bot / "patterns").mkdir()
    (bot / "patterns" / "pattern.txt").write_text(PATTERNS, encoding="utf-8")
    (bot / "dictionaries").mkdir()
    (bot / "dictionaries" / "dict.csv").write_text("menu,피자\nmenu,콜라\n", encoding="utf-8")
    made = Database(database_url(models))
    made.prepare()
    RecordStore(made).write([failed(text, number) for number, text in enumerate(REFUNDS, 1)])
    yield made
    made.close()


@pytest.fixture
def client(models: Path, database: Database) -> Iterator[FlaskClient]:
    model = untrained_parser(threshold=1.0).model  # it understands nothing

    def load(folder: Path) -> UtteranceParser:
        return UtteranceParser(replace(model, version=folder.name))

    app = create_app(ServerSettings(models, api_key=KEY), load)
    made = app.test_client()
    made.environ_base["HTTP_X_API_KEY"] = KEY
    yield made
    app.extensions[RECORDER].close()


def ask(client: FlaskClient, path: str, status: int = 200, **body: Any) -> Any:
    response = client.post(path, json=body)
    assert response.status_code == status, response.json
    return response.json


def test_what_waits_is_gathered_shown_decided_and_undone(client: FlaskClient, database: Database) -> None:
    assert client.get("/inbox").json["groups"] == []
    assert ask(client, "/inbox/gather")["found"] == 3
    listed = client.get("/inbox").json
    (group,) = listed["groups"]
    assert (listed["counts"]["open"], listed["next"], group["words"][0]) == (1, None, "환불")
    path = f"/inbox/groups/{group['id']}"
    assert len(client.get(path).json["members"]) == 3
    ask(client, f"{path}/decisions", action="exclude", records=[an_id(3)])
    made = ask(client, f"{path}/decisions", action="edit", intent="weather")
    assert [one["action"] for one in client.get("/inbox/decisions").json["decisions"]] == ["edit", "exclude"]
    assert ask(client, f"/inbox/decisions/{made['id']}/undo")["decision"]["undone"]
    assert client.get("/inbox?state=excluded").json["groups"][0]["count"] == 1
    noted = [(row.actor, row.action) for row in audit_rows(database)]
    assert [action for _, action in noted if action.startswith("inbox.")] == [
        "inbox.exclude",
        "inbox.edit",
        "inbox.undo",
    ]


def test_the_group_of_a_record_is_found_whatever_its_state(client: FlaskClient) -> None:
    ask(client, "/inbox/gather")
    (group,) = client.get("/inbox").json["groups"]
    ask(client, f"/inbox/groups/{group['id']}/decisions", action="exclude")
    assert [one["id"] for one in client.get(f"/inbox?record={an_id(2)}").json["groups"]] == [group["id"]]
    assert client.get(f"/inbox?record={an_id(99)}").json["groups"] == []


def test_a_proposal_is_looked_at_accepted_and_taken_out_again(client: FlaskClient, models: Path) -> None:
    patterns = models.parent / "patterns" / "pattern.txt"
    ask(client, "/inbox/gather")
    path = f"/inbox/groups/{client.get('/inbox').json['groups'][0]['id']}"
    proposal = client.get(f"{path}/proposals?intent=refund").json["proposals"][0]
    wanted = {"number": proposal["number"], "line": proposal["line"], "intent": "refund"}
    seen = ask(client, f"{path}/accept", **wanted, dry_run=True)
    assert f"+{proposal['line']}" in seen["diff"]
    assert patterns.read_text(encoding="utf-8") == PATTERNS
    made = ask(client, f"{path}/accept", **wanted, edited=f"{proposal['line']} 지금")
    assert f"{proposal['line']} 지금" in patterns.read_text(encoding="utf-8")
    ask(client, f"/inbox/decisions/{made['decision']['id']}/undo")
    assert patterns.read_text(encoding="utf-8") == PATTERNS


UNFIT: list[tuple[str, dict[str, Any], int]] = [
    ("/inbox/groups/99/decisions", {"action": "hold"}, 404),
    ("/inbox/decisions/99/undo", {}, 404),
    ("/inbox/groups/1/decisions", {"action": "edit"}, 400),
    ("/inbox/groups/1/decisions", {"action": "edit", "intent": "두 낱말"}, 400),
    ("/inbox/groups/1/decisions", {"action": "eat"}, 400),
    ("/inbox/groups/1/decisions", {"action": "hold", "records": ["none"]}, 404),
    (
        "/inbox/groups/1/decisions",
        {
            "action": "edit",
            "intent": "order",
            "records": [an_id(1)],
            "entities": [{"entity": "menu", "start": 0, "end": 99}],
        },
        400,
    ),
    ("/inbox/groups/1/accept", {"number": 1, "line": "다른 줄"}, 409),
    ("/inbox/groups/1/accept", {"number": 9, "line": ""}, 409),
]
"""Path, body, and the status that refuses it."""


def test_what_does_not_fit_is_refused(client: FlaskClient) -> None:
    ask(client, "/inbox/gather")
    for path, body, status in UNFIT:
        refused = ask(client, path, status, **body)
        assert status != 409 or refused["details"]["ko"]


def test_each_role_may_do_its_part(client: FlaskClient, database: Database) -> None:
    ask(client, "/inbox/gather")
    keys = {role: KeyStore(database).add(role, role, by="test")[0] for role in ("read", "label", "edit")}
    asked = [
        ("read", "/inbox/groups/1/decisions", {"action": "hold"}, 403),
        ("label", "/inbox/groups/1/decisions", {"action": "hold"}, 200),
        ("label", "/inbox/groups/1/accept", {"number": 1, "line": ""}, 403),
        ("edit", "/inbox/groups/1/accept", {"number": 1, "line": ""}, 409),
    ]
    for role, path, body, status in asked:
        client.environ_base["HTTP_X_API_KEY"] = keys[role]
        assert client.post(path, json=body).status_code == status
    assert client.get("/inbox").status_code == 200
    del client.environ_base["HTTP_X_API_KEY"]
    assert client.get("/inbox").status_code == 401


def test_a_browser_gets_the_page_without_a_key(client: FlaskClient) -> None:
    del client.environ_base["HTTP_X_API_KEY"]
    shown = client.get("/inbox", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (shown.status_code, shown.mimetype) == (200, "text/html")
