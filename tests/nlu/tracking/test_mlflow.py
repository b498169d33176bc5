"""A training tells a real MLflow server of itself; the server is started once, and asked over its REST interface."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlu.store.registry import Registry
from tests.mlflow_server import Server
from tests.mlflow_server import running as running_server
from tests.processes import running
from tests.tool_environments import tool

pytestmark = [pytest.mark.mlflow, pytest.mark.slow]

TRAIN = "from nlu.commands.train import main; raise SystemExit(main())"
TRACK = """\
import sys, time
from pathlib import Path
from nlu.errors import TrackingError
from nlu.store.registry import Registry
from nlu.tracking.record import record_of
from nlu.tracking.sending import send
registry = Registry(Path("models"))
record = record_of(registry.open(registry.active()), "bot", is_live=True, artifacts={})
for uri, seconds in zip(sys.argv[1::2], sys.argv[2::2]):
    started = time.monotonic()
    try:
        send(record, uri, seconds=float(seconds))
    except TrackingError as error:
        print(error.code, round(time.monotonic() - started, 1), flush=True)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Takes seconds to start."""
    with running_server() as running:
        yield running


def run(code: str, *arguments: str, folder: Path, **environment: str) -> str:
    """Run a piece of Python where MLflow's client is installed; give what it shows."""
    python = str(tool("mlflow", beside_tests=True))
    with running(["-c", code, *arguments], folder, python=python, **environment) as command:
        assert command.end() == 0, command.output
    return command.output


def test_a_training_is_told_registered_and_promoted(trained: Path, server: Server) -> None:
    """Trains a tiny bot, since a training is what tells."""
    there = {"MLFLOW_TRACKING_URI": server.url}
    shown = run(TRAIN, "--force", "--no-refit", "--no-activate", folder=trained, **there)
    assert "bot의 challenger" in shown
    (version,) = Registry(trained / "models").candidates()
    experiment = server.get("experiments/get-by-name", experiment_name="bot")["experiment"]["experiment_id"]
    (found,) = server.post("runs/search", experiment_ids=[experiment])["runs"]
    run_id, data = found["info"]["run_id"], found["data"]
    assert (found["info"]["status"], found["info"]["run_name"]) == ("FINISHED", version)
    assert {"key": "generator.count", "value": "300"} in data["params"]
    scores = Registry(trained / "models").open(version).manifest.scores["slices"]["all"]
    assert {one["key"]: one["value"] for one in data["metrics"]}.items() >= {
        ("slices.all.intent_accuracy", scores["intent_accuracy"]),
        ("slices.all.utterances", 40.0),
    }
    kept = {one["path"] for one in server.get("artifacts/list", run_id=run_id, path="reports")["files"]}
    assert "reports/report.json" in kept
    assert server.get("artifacts/list", run_id=run_id, path="bundle")["files"]
    assert server.aliases("bot") == {"challenger": "1"}
    assert "champion" in run(TRAIN, "--no-refit", folder=trained, **there)  # nothing to train: the candidate goes live
    assert server.aliases("bot") == {"challenger": "1", "champion": "1"}


def test_a_server_that_is_down_or_slow_keeps_nobody_waiting(trained_once: Path) -> None:
    """Waits four seconds for a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.create_server(("127.0.0.1", 0)) as closed:
        down = f"http://me:secret@127.0.0.1:{closed.getsockname()[1]}"
        closed.close()
        slow = f"http://127.0.0.1:{silent.getsockname()[1]}"
        shown = run(TRACK, down, "60", slow, "4", folder=trained_once)
    assert [line.split()[0] for line in shown.splitlines()] == ["tracking.unreachable", "tracking.slow"]
    assert float(shown.split()[-1]) < 10
