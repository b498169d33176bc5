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

TRACK = """\
import sys
from pathlib import Path
from nlu.commands import models
from nlu.commands.tracking import track
from nlu.store.registry import Registry
registry = Registry(Path("models"))
version, = registry.candidates() or [registry.active()]
track(sys.argv[1], registry, version, {"reports": Path("reports")})
if sys.argv[2:]:
    raise SystemExit(models.main(["activate", version]))
"""
SEND = """\
import sys, time
from pathlib import Path
from nlu.errors import TrackingError
from nlu.store.registry import Registry
from nlu.tracking.record import record_of
from nlu.tracking.sending import send
registry = Registry(Path("models"))
record = record_of(registry.open(registry.active()), "bot", is_live=True, artifacts={})
started = time.monotonic()
try:
    send(record, sys.argv[1], seconds=2)
except TrackingError as error:
    print(error.code, time.monotonic() - started)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Takes seconds to start."""
    with running_server() as running:
        yield running


def run(code: str, *arguments: str, folder: Path, **environment: str) -> str:
    """Run a piece of Python where MLflow's client is installed; give what it shows."""
    python = str(tool("mlflow"))
    with running(["-c", code, *arguments], folder, python=python, **environment) as command:
        assert command.end() == 0, command.output
    return command.output


def as_candidate(folder: Path) -> str:
    """Put the version of a trained bot back to where it was before it answered."""
    registry = Registry(folder / "models")
    (folder / "models" / "ACTIVE").unlink()
    (version,) = registry.candidates()
    return version


def test_a_version_is_told_registered_and_promoted(trained: Path, server: Server) -> None:
    """Starts a server, and the client twice."""
    version = as_candidate(trained)
    (trained / "reports").mkdir(exist_ok=True)
    (trained / "reports" / "report.json").write_text("{}", encoding="utf-8")
    shown = run(TRACK, server.url, "activate", folder=trained, MLFLOW_TRACKING_URI=server.url)
    assert shown.splitlines()[0].startswith(f"MLflow({server.url}): bot의 challenger, 실행 ")
    assert shown.splitlines()[2] == f"MLflow({server.url}): 이제 {version} 모델이 champion입니다."
    assert server.aliases("bot") == {"challenger": "1", "champion": "1"}
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
    history = server.get("metrics/get-history", run_id=run_id, metric_key="train.intents.loss")["metrics"]
    assert [point["step"] for point in history] == [100 * epoch for epoch in range(1, len(history) + 1)]
    for path, name in (("reports", "reports/report.json"), ("bundle", "bundle/manifest.json")):
        assert name in {one["path"] for one in server.get("artifacts/list", run_id=run_id, path=path)["files"]}


def test_a_server_that_is_down_is_a_warning(trained_once: Path) -> None:
    """Starts the client."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    shown = run(TRACK, f"http://me:secret@127.0.0.1:{port}", folder=trained_once)
    assert shown.startswith("주의: MLflow에 기록하지 못했습니다 (모델은 그대로입니다): ")
    assert f"http://…@127.0.0.1:{port}: 서버에 닿지 않습니다." in shown
    assert "secret" not in shown


def test_a_server_that_never_answers_is_not_waited_for(trained_once: Path) -> None:
    """Waits two seconds for it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shown = run(SEND, f"http://127.0.0.1:{silent.getsockname()[1]}", folder=trained_once)
    code, seconds = shown.split()
    assert code == "tracking.slow"
    assert 2 <= float(seconds) < 10
