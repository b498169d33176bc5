from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlu.adjustment.served import answers_by_version
from nlu.store.registry import Registry
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.test_live_model import eventually
from tests.server.words import WordParser


def test_what_a_version_fails_to_answer_is_counted_in_the_database(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.trials.failures._GATHER_SECONDS", 0.1)
    app = create_app(ServerSettings(models), WordParser.load)
    client, version = app.test_client(), Registry(models).active()
    for _ in range(2):
        assert client.post("/parse", json={"text": "고장"}).status_code == 500
    assert client.post("/parse", json={"text": "피자", "intents": ["없음"]}).status_code == 400
    database, since = app.extensions[RECORDER].store().database, datetime.now(UTC) - timedelta(hours=1)
    eventually(lambda: answers_by_version(database, since).get(version))
    assert answers_by_version(database, since)[version].failures == 2
    assert answers_by_version(database, since, since + timedelta(minutes=1)) == {}
    app.extensions[RECORDER].close()
