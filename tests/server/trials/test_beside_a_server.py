"""A server as operators run it, and a candidate in the process beside it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlu.store.registry import Registry
from tests.server.running import RunningServer
from tests.server.words import publish

pytestmark = [pytest.mark.server, pytest.mark.slow]

KEY = "a-key-of-the-tests"


@pytest.fixture
def server(models: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("NLU_API_KEY", KEY)
    running = RunningServer(models, workers=1)
    yield running
    running.close()


def ask(server: RunningServer, method: str, path: str, body: object = None) -> Any:
    with server.connect() as connection:
        connection.request(method, path, body and json.dumps(body), {"X-API-Key": KEY})
        response = connection.getresponse()
        payload = response.read()
        assert response.status < 300, payload
        return json.loads(payload) if payload else None


def eventually(condition: Callable[[], Any], seconds: float = 30) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)
    return found


def keepers(server: RunningServer) -> list[int]:
    """The processes beside the server in which candidates are tried."""
    found: list[int] = []
    for children in Path(f"/proc/{server.process.pid}/task").glob("*/children"):  # a thread starts them
        with contextlib.suppress(OSError):
            started = [int(one) for one in children.read_text().split()]
            found += [one for one in started if b"keep_words" in Path(f"/proc/{one}/cmdline").read_bytes()]
    return found


def test_a_shadow_answers_beside_dies_alone_and_ends_with_the_server(server: RunningServer, models: Path) -> None:
    candidate, active = publish(models, 1, activate=False), Registry(models).active()
    assert keepers(server) == []
    ask(server, "PUT", "/trials/shadow", {"version": candidate, "share": 1})

    def found() -> Any:
        assert ask(server, "POST", "/parse", {"text": "피자 주세요"})["model_version"] == active
        return ask(server, "GET", "/differences")["differences"]

    first = eventually(found)[-1]
    assert (first["text"], first["other_intent"]) == ("피자 주세요", False)
    assert [first[who]["entities"][0]["entity"] for who in ("served", "candidate")] == ["menu0", "menu1"]
    eventually(lambda: (ask(server, "GET", "/trials")["shadow_counts"] or {}).get("other_entities"))
    counts = ask(server, "GET", "/trials")["shadow_counts"]
    assert counts["compared"] >= counts["other_entities"] >= 1
    assert counts["memory"] > 10
    assert server.numbers()["nlu_shadow_memory_bytes",] > 10e6

    (keeper,) = keepers(server)
    os.kill(keeper, signal.SIGKILL)  # nobody who asks notices, and another one goes on
    assert ask(server, "POST", "/parse", {"text": "피자"})["model_version"] == active
    eventually(lambda: keepers(server) not in ([], [keeper]))

    (keeper,) = keepers(server)
    server.stop()
    eventually(lambda: not Path(f"/proc/{keeper}").exists())
