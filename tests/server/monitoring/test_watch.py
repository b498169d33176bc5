from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from nlu.commands.common import ExitCode
from server.metrics import FOLDER_VARIABLE
from server.monitoring.watch import DriftWatch, ask_for_check
from server.settings import ServerSettings


class Runs:
    """Takes commands, and ends them with codes that were given."""

    def __init__(self, *codes: int) -> None:
        self.codes, self.commands = list(codes), []

    def __call__(self, command: Sequence[str]) -> int:
        self.commands.append(list(command))
        return self.codes.pop(0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_it_checks_when_somebody_asks_and_once_for_each_asking(folder: Path) -> None:
    runs = Runs(ExitCode.OK)
    watch = DriftWatch(ServerSettings(folder / "models", drift_seconds=1_000), runs)
    watch.look()
    assert runs.commands == []
    assert ask_for_check()
    for _ in range(2):
        watch.look()
    assert [command[1:] for command in runs.commands] == [
        ["-m", "nlu.commands.drift", "--models", str(folder / "models")]
    ]


def test_an_alarm_is_logged_when_it_begins_and_a_failure_each_time(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch = DriftWatch(ServerSettings(folder, drift_seconds=1_000), Runs(1, 1, 0, 1, ExitCode.MODEL))
    with caplog.at_level(logging.WARNING, "nlu.server"):
        for _ in range(5):
            ask_for_check()
            watch.look()
    told = ["moved away" in record.message for record in caplog.records]
    assert told == [True, True, False]


def test_nobody_is_asked_where_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert not ask_for_check()
