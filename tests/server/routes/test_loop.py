from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.adjustment.runs import LoopRuns
from nlu.events import Notice
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.words import WordParser

KEY = {"X-API-Key": "a-key-of-the-tests"}


@pytest.fixture
def client(models: Path) -> Iterator[FlaskClient]:
    app = create_app(ServerSettings(models, api_key=KEY["X-API-Key"]), WordParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


def test_what_the_loop_did_is_shown_and_told_to_prometheus(client: FlaskClient) -> None:
    assert client.get("/loop", headers=KEY).json == {"runs": []}
    now = datetime.now(UTC)
    runs = LoopRuns(client.application.extensions[RECORDER].store().database)
    run = runs.begin(now, [Notice("loop.accepted", {"count": 21, "least": 20})], "", 0.0, "old")
    assert run is not None
    runs.move(run, "failed", now, finding=Notice("loop.job_failed", {"job": 3, "problem": "p.txt:2:1: 틀림"}))
    (shown,) = client.get("/loop", headers=KEY).json["runs"]
    assert (shown["state"], shown["before"], shown["finding"]["ko"]) == (
        "failed",
        "old",
        "작업 3이 잘되지 않았습니다: p.txt:2:1: 틀림",
    )
    assert shown["reasons"][0]["en"] == "21 changes were accepted in the inbox, of at least 20"
    assert 'nlu_loop_run{state="failed"} 1.0' in client.get("/metrics").text
    assert client.get("/loop").status_code == 401
