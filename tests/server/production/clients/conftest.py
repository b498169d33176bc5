"""A real server that waits only seconds for its clients."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.running import RunningServer


@pytest.fixture
def server(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A running server that gives a client three seconds, and a quiet connection four."""
    monkeypatch.setenv("NLU_CLIENT_SECONDS", "3")
    monkeypatch.setenv("NLU_KEEP_ALIVE_SECONDS", "4")
    running = RunningServer(models)
    running.wait_for_workers()
    yield running
    running.close()
