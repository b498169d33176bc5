"""The loop, whole: people begin to say something new, and a worker trains, judges and promotes with nobody's hand."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from nlu.adjustment.runs import LoopRun, LoopRuns
from nlu.commands.drift import main as drift
from nlu.data import dataset as datasets
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.store.registry import Registry
from nlu.understanding.parser import UtteranceParser
from server import ServerSettings, create_app
from server.app import RECORDER
from tests.processes import PATIENCE, Command, running

pytestmark = [pytest.mark.slow, pytest.mark.server]

NEW = ("환불해 줘", "환불해 주세요", "피자 환불해 줘", "어제 시킨 라면 환불해 주세요", "돈을 돌려 주세요")
LEARNED = "\n[refund]\n{menu}? 환불해~<줘>\n어제 시킨 {menu} 환불해~<줘>\n"
CORRECTED = "돈을 돌려 주세요"
POLICY = """\
enabled = true
imports = ["journal"]
quiet_hours = 0.0
runs_a_day = 9
watch_hours = 0.0
look_minutes = 0.02
"""


@pytest.fixture
def client(trained: Path) -> Iterator[FlaskClient]:
    app = create_app(ServerSettings(trained / "models", reload_seconds=0.05), UtteranceParser.load)
    yield app.test_client()
    app.extensions[RECORDER].close()


@pytest.fixture
def runs(trained: Path) -> Iterator[Callable[[], list[LoopRun]]]:
    database = Database(database_url(trained / "models"))
    database.prepare()
    yield lambda: list(LoopRuns(database).list())
    database.close()


def say(client: FlaskClient, texts: list[str]) -> None:
    for start in range(0, len(texts), 50):
        assert client.post("/parse", json={"text": texts[start : start + 50]}).status_code == 200
    client.application.extensions[RECORDER].close()  # all of them are written


def correct(client: FlaskClient, text: str) -> None:
    """Say what each record of a text means, as somebody does who reads the inbox."""
    store = client.application.extensions[RECORDER].store()
    given = {"time": datetime.now(UTC), "known_intent": False, "comment": None, "entities": []}
    for row in store.page(500):
        if row["text"] == text:
            store.add_feedback(row["id"], given | {"intent": "refund"})


def usual(bot: Path, count: int) -> list[str]:
    texts = [row.utterance.text for row in datasets.read(bot / "data").part("dev")]
    return random.Random(0).choices(texts, k=count)


def wait_for(condition: Callable[[], object], worker: Command) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, worker.output
        assert worker.process.poll() is None, worker.output
        time.sleep(0.1)


def test_a_new_intent_is_noticed_learned_judged_and_served(
    trained: Path, client: FlaskClient, runs: Callable[[], list[LoopRun]]
) -> None:
    old = Registry(trained / "models").active()
    say(client, usual(trained, 400))
    assert drift(["--rebase"]) == 0
    mixed = [*usual(trained, 80), *NEW * 8]
    random.Random(1).shuffle(mixed)
    say(client, mixed)
    correct(client, CORRECTED)
    (trained / "loop.toml").write_text(POLICY, encoding="utf-8")
    with (trained / "patterns" / "pattern.txt").open("a", encoding="utf-8") as file:
        file.write(LEARNED)
    with (trained / "nlu.toml").open("a", encoding="utf-8") as file:
        file.write('\n[intake]\nimports = ["imports/journal=3"]\n')
    must = trained / "patterns" / "must.jsonl"
    must.write_text('{"text": "환불해 줘", "intent": "weather"}\n', encoding="utf-8")

    with running(["-m", "nlu.commands.worker"], trained, NLU_MODELS="") as worker:
        wait_for(lambda: [run for run in runs() if run.ended], worker)
        (held,) = runs()
        assert (held.state, held.reasons[0].code) == ("held", "loop.drift")
        assert "환불해 줘" in held.finding.values["why"]
        answer = client.post("/parse", json={"text": "환불해 줘"}).json
        assert (answer["model_version"], answer["intent"]["name"] != "refund") == (old, True)

        must.write_text('{"text": "환불해 줘", "intent": "refund"}\n', encoding="utf-8")
        wait_for(lambda: runs()[0].state == "kept", worker)
        kept, _ = runs()
        assert (kept.before, kept.version) == (old, held.version)  # it is not trained again
        wait_for(lambda: client.get("/health").json["model_version"] == kept.version, worker)
    for text in ("어제 시킨 냉면 환불해 줘", CORRECTED):
        answer = client.post("/parse", json={"text": text}).json
        assert (answer["model_version"], answer["intent"]["name"]) == (kept.version, "refund")
