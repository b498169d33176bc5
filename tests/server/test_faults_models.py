"""Versions that change, or are broken, while the server is loaded; disks that are full while a version is written."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from nlu.errors import BundleError
from nlu.store.bundle import Bundle
from nlu.store.registry import Registry
from nlu.store.served import ACTIVE_NAME
from nlu.system.files import write_atomic
from tests.processes import run_python
from tests.server.running import RunningServer, loaded
from tests.server.words import publish

_CHECKING = """
threads = {}
setup = function(thread) table.insert(threads, thread) end
init = function(args)
  kinds, mixed = {}, 0
  for version, kind in string.gmatch(args[1], "(%S+)=(%S+)") do kinds[version] = kind end
end
request = function() return wrk.format("POST", "/parse", nil, '{"text": ["피자", "피자 하나"]}') end
response = function(status, headers, body)
  for version in string.gmatch(body, '"model_version":"([^"]+)"') do
    for other, kind in pairs(kinds) do
      local found = string.find(body, '"entity":"' .. kind .. '"', 1, true) ~= nil
      if found ~= (other == version) then mixed = mixed + 1 end
    end
  end
end
done = function(summary, latency)
  local errors, mixed = summary.errors, 0
  for _, thread in ipairs(threads) do mixed = mixed + thread:get("mixed") end
  io.write(string.format('{"answered": %d, "failed": %d, "mixed": %d}\\n', summary.requests,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout, mixed))
end
"""


@pytest.mark.server
@pytest.mark.wrk
def test_twenty_versions_are_activated_under_wrk_without_a_failed_or_mixed_answer(
    server: RunningServer, models: Path, tmp_path: Path
) -> None:
    versions = [Registry(models).active(), publish(models, 1, activate=False)]
    script = tmp_path / "check.lua"
    script.write_text(_CHECKING, encoding="utf-8")
    kinds = " ".join(f"{version}=menu{number}" for number, version in enumerate(versions))
    command = ["wrk", "-t2", "-c8", "-d600s", "--timeout", "10s", "-s", script, server.address.geturl(), "--", kinds]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as wrk:
        try:
            for activated in range(1, 21):
                time.sleep(0.1)
                version = versions[activated % 2]
                Registry(models).activate(version)
                wait_for_version(server, version)
            assert wrk.poll() is None, "expected wrk to ask during all activations"
        finally:
            wrk.send_signal(signal.SIGINT)  # it ends as after its time
        found = json.loads(wrk.communicate()[0].splitlines()[-1])
    assert (found["failed"], found["mixed"]) == (0, 0)
    assert found["answered"] > 20


@pytest.mark.server
def test_a_version_broken_after_it_was_activated_leaves_the_old_one_answering_and_is_told(
    server: RunningServer, models: Path
) -> None:
    good, broken = Registry(models).active(), publish(models, 1, activate=False)
    server.wait_for_workers()
    with (models / "versions" / broken / "weights" / "intent.safetensors").open("r+b") as file:
        file.write(b"\xff")
    with loaded(server, check=lambda answer: "" if answer["model_version"] == good else str(answer)) as load:
        write_atomic(models / ACTIVE_NAME, json.dumps({"version": broken, "history": [good]}))
        health = wait_for_health(server, "degraded")
    assert load.failures == []
    assert health["model_version"] == good
    assert "expected SHA-256" in health["degraded"]
    Registry(models).roll_back()
    assert wait_for_health(server, "ok")["model_version"] == good


def test_an_altered_version_is_not_activated(models: Path) -> None:
    good, altered = Registry(models).active(), publish(models, 1, activate=False)
    path = models / "versions" / altered / "words.json"
    path.write_bytes(path.read_bytes().replace(b"menu1", b"menu9"))
    with pytest.raises(BundleError, match="expected SHA-256"):
        Registry(models).activate(altered)
    assert Registry(models).active() == good


_FULL = """
import resource, signal
from pathlib import Path
from nlu.store.registry import Registry
from tests.server.words import publish
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
models = Path({models!r})
try:
    {step}
except OSError as error:
    print(error.strerror)
"""
"""Writes with room for so many bytes in a file: the system refuses more as it does on a full disk."""


@pytest.mark.parametrize(
    "room", [0, 100, 5_000], ids=["no room", "room for a part", "room for all but the largest file"]
)
def test_a_disk_full_while_a_version_is_written_changes_nothing(models: Path, tmp_path: Path, room: int) -> None:
    before = sorted(path.name for path in models.rglob("*"))
    active = Registry(models).active()
    run = run_python(_FULL.format(room=room, models=str(models), step="publish(models, 1)"), tmp_path)
    assert run.stdout == "File too large\n", run.stderr
    assert Registry(models).active() == active
    assert sorted(path.name for path in models.rglob("*")) == before
    assert publish(models, 1) == Registry(models).active()  # with room again


def test_a_disk_full_while_a_version_is_activated_changes_nothing(models: Path, tmp_path: Path) -> None:
    active, other = Registry(models).active(), publish(models, 1, activate=False)
    step = f"Registry(models).activate({other!r})"
    run = run_python(_FULL.format(room=10, models=str(models), step=step), tmp_path)
    assert run.stdout == "File too large\n", run.stderr
    assert Registry(models).active() == active
    assert Bundle.open(Registry(models).path(active)).version == active
    assert [path.name for path in models.iterdir() if path.name.startswith(f".{ACTIVE_NAME}")] == []


@pytest.mark.server
def test_a_models_folder_that_vanishes_under_load_leaves_the_model_answering(
    server: RunningServer, models: Path
) -> None:
    good = Registry(models).active()
    server.wait_for_workers()
    with loaded(server, check=lambda answer: "" if answer["model_version"] == good else str(answer)) as load:
        shutil.move(models, models.with_name("away"))
        assert wait_for_health(server, "degraded")["model_version"] == good
        shutil.move(models.with_name("away"), models)
        wait_for_health(server, "ok")
    assert load.failures == []


def wait_for_version(server: RunningServer, version: str) -> None:
    deadline = time.monotonic() + 20
    while server.post({"text": "피자"})[1]["model_version"] != version:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_health(server: RunningServer, status: str) -> dict:
    """Wait until a worker says so in its health; another may find out a moment later."""
    deadline = time.monotonic() + 40
    while True:
        with server.connect() as connection:
            connection.request("GET", "/health")
            health = json.loads(connection.getresponse().read())
        if health["status"] == status:
            return health
        assert time.monotonic() < deadline, health
        time.sleep(0.05)
