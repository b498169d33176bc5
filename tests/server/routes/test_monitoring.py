from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.journal.store import RecordStore
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.server.monitored import a_monitored_bot
from tests.server.words import WordParser

KEY = "a-key-of-the-tests"
ASKED = {"X-API-Key": KEY, "Accept": "application/json"}


@pytest.fixture(scope="module")
def monitored(tmp_path_factory: pytest.TempPathFactory, tiny_bundle_files: Mapping[str, bytes]) -> Path:
    """A bot with an alarm; for reading only."""
    folder = tmp_path_factory.mktemp("monitored")
    a_monitored_bot(folder, tiny_bundle_files)
    return folder


@pytest.fixture
def client(monitored: Path, tmp_path: Path) -> Iterator[FlaskClient]:
    folder = Path(shutil.copytree(monitored, tmp_path / "bot"))
    app = create_app(ServerSettings(folder / "models", api_key=KEY, reload_seconds=0), WordParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


def test_an_alarm_names_the_utterances_that_moved_it(client: FlaskClient) -> None:
    answer = client.get("/monitoring", headers=ASKED).json
    assert answer["state"] == "alarm"
    assert answer["reference"]["kind"] == "served"
    assert any(one["alarm"] for one in answer["signals"])
    assert sum("환불" in mover["text"] for mover in answer["movers"]) >= 5
    assert [one["alarm"] for one in answer["past"]] == [False, True]
    assert sum(day["utterances"] for day in answer["days"]) == 1_200
    assert {one["method"] for one in answer["accuracy"]} == {"confidence"}


def test_the_text_goes_with_its_record(client: FlaskClient, tmp_path: Path) -> None:
    store = RecordStore(f"sqlite:///{tmp_path / 'bot' / 'records' / 'records.db'}")
    store.prune_all(datetime.now(UTC).replace(year=2999))
    store.close()
    movers = client.get("/monitoring", headers=ASKED).json["movers"]
    assert movers
    assert {mover["text"] for mover in movers} == {None}
    assert "환불".encode() not in (tmp_path / "bot" / "records" / "records.db").read_bytes()


def test_only_who_may_read_is_told(client: FlaskClient) -> None:
    assert client.get("/monitoring").status_code == 401
    assert client.post("/monitoring/rebase").status_code == 401


def test_prometheus_reads_the_newest_check(client: FlaskClient) -> None:
    text = client.get("/metrics").text
    assert 'nlu_drift_alarm{reference="served",version=' in text
    numbers = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if "#" not in line}
    assert [value for name, value in numbers.items() if name.startswith("nlu_drift_alarm")] == [1.0]
    assert numbers["nlu_drift_window_utterances"] == 500
    assert numbers['nlu_drift_chance{signal="words"}'] < 0.002
    assert 0 < numbers['nlu_estimated_accuracy{method="confidence"}'] < 1
    movers = client.get("/monitoring", headers=ASKED).json["movers"]
    assert sum(name.startswith("nlu_drift_mover{") for name in numbers) == len(movers) > 5
    assert "환불" not in text


def test_before_anything_was_checked_it_says_so(models: Path) -> None:
    client = create_app(ServerSettings(models, api_key=KEY), WordParser.load).test_client()
    assert client.get("/monitoring", headers=ASKED).json["state"] == "unchecked"
    assert "nlu_drift" not in client.get("/metrics").text
    off = create_app(ServerSettings(models, api_key=KEY, record=0), WordParser.load).test_client()
    assert off.get("/monitoring", headers=ASKED).json["state"] == "off"


def test_what_was_asked_last_becomes_the_reference(client: FlaskClient) -> None:
    """In a process of its own, which loads the model: a second."""
    answer = client.post("/monitoring/rebase", headers=ASKED)
    assert (answer.status_code, answer.json["size"]) == (200, 1_200)


def test_nothing_can_be_made_the_reference_of(models: Path) -> None:
    client = create_app(ServerSettings(models, api_key=KEY), WordParser.load).test_client()
    assert client.post("/monitoring/rebase", headers=ASKED).status_code == 409
