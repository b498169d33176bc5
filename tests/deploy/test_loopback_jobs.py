"""The picture with its workers: what is posted through nginx a worker does, and both servers take up the outcome."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nlu.store.registry import Registry
from tests.deploy.test_loopback import free_port
from tests.processes import PATIENCE, ROOT, Command, running, until

KEY = "a-key-of-the-tests"
ENVIRONMENT = {"NLU_RECORDS_URL": "", "NLU_BROKER_URL": "", "NLU_API_KEY": KEY, "NLU_JOB_LEASE_SECONDS": "5"}


@pytest.fixture
def bot(trained_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained_once, tmp_path / "bot"))


def add_candidate(models: Path) -> str:
    """Publish the active version once more, as if it had been made an hour later."""
    registry = Registry(models)
    bundle = registry.open(str(registry.active()))
    later = replace(bundle.manifest, created_at=bundle.manifest.created_at + timedelta(hours=1))
    return registry.publish({name: bundle.path(name) for name in bundle.manifest.files}, later)


@contextmanager
def topology(bot: Path, folder: Path, *options: str) -> Iterator[tuple[Command, str]]:
    port = free_port()
    script = [str(ROOT / "deploy" / "loopback.py"), "--models", str(bot / "models"), "--project", str(bot)]
    places = ["--port", str(port), "--folder", str(folder), "--no-prometheus", "--no-postgresql", *options]
    with running([*script, *places], folder, **ENVIRONMENT) as command:
        command.line_with("에서 답합니다.")
        yield command, f"http://127.0.0.1:{port}"
        command.process.terminate()
        assert command.end() == 0, command.output


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=PATIENCE) as answer:
        return json.load(answer)


@pytest.mark.nginx
@pytest.mark.server
@pytest.mark.redis
def test_a_worker_does_what_is_posted_and_both_servers_take_up_the_version(bot: Path, tmp_path: Path) -> None:
    """Starts ten processes."""
    candidate, folder = add_candidate(bot / "models"), tmp_path / "run"
    folder.mkdir()
    with topology(bot, folder, "--trainers", "1") as (command, url):
        assert "작업: redis, master, loop, worker-1" in command.output
        job = ask(f"{url}/jobs/promote", {"version": candidate, "force": True})
        until(lambda: ask(f"{url}/jobs/{job['id']}")["state"] in ("done", "failed"))
        done = ask(f"{url}/jobs/{job['id']}")
        assert (done["state"], done["error"]) == ("done", None)
        until(lambda: {ask(f"{url}/version")["model_version"] for _ in range(6)} == {candidate})
        for name in ("redis.conf", "broker.url"):
            assert (folder / name).stat().st_mode & 0o777 == 0o600
        assert (folder / "broker.url").read_text().split("@")[0].rpartition(":")[2] not in command.output
