"""Talks while the server's processes are killed: each message counts once, however often it had to be sent."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from nlu.journal.store import RecordStore
from nlu.scenario.kept import KeptTalk
from nlu.scenario.store import SqlTalkStore
from tests.processes import PATIENCE, until
from tests.server.routes.test_kakao_talks import SCENARIOS
from tests.server.running import RunningServer

pytestmark = pytest.mark.server

USERS = 4
KILLS = {"sqlite": 2, "postgresql": 1}
"""A server takes a second to start; by hand it was killed many times more."""
Start = Callable[..., RunningServer]
SAID = ("피자", "판교", "글쎄", "네", "취소")


@pytest.fixture
def start(
    models: Path, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], RunningServer]]:
    """Starts the server, over the same database each time."""
    scenarios = tmp_path / "scenarios.yml"
    scenarios.write_text(SCENARIOS, encoding="utf-8")
    monkeypatch.setenv("NLU_SCENARIOS", str(scenarios))
    monkeypatch.setenv("NLU_RECORDS_URL", url)
    store = RecordStore(url)
    store.migrate()
    store.close()
    started: list[RunningServer] = []

    def begin(workers: int = 2) -> RunningServer:
        started.append(RunningServer(models, workers=workers))
        return started[-1]

    yield begin
    for one in started:
        one.close()


@dataclass
class User:
    """Someone who says one thing after the other, each until it is answered, by whichever server runs."""

    name: str
    server: RunningServer
    stop: threading.Event
    sent_again: int = 0
    has_just_answered: bool = False
    answers: list[dict[str, Any]] = field(default_factory=list)

    def talk(self) -> None:
        while not self.stop.is_set():
            self.say(random.choice(SAID))

    def say(self, text: str) -> None:
        message = {"text": text, "user": self.name, "message_id": f"m{len(self.answers)}"}
        deadline = time.monotonic() + PATIENCE
        while (answer := self._try(message)) is None:
            assert time.monotonic() < deadline
            self.sent_again += 1
            time.sleep(0.02)
        self.answers.append(answer)
        self.has_just_answered = True

    def _try(self, message: dict[str, str]) -> dict[str, Any] | None:
        try:
            with self.server.connect() as connection:
                connection.request("POST", "/chat", json.dumps(message))
                response = connection.getresponse()
                answer = json.loads(response.read())
        except (OSError, http.client.HTTPException):
            return None
        assert response.status == 200, answer
        return answer


def kept(url: str, user: str) -> KeptTalk:
    store = RecordStore(url)
    try:
        return SqlTalkStore(store.database).read(store.people.hidden(user))
    finally:
        store.close()


def test_no_turn_is_lost_or_taken_twice_where_all_is_killed(start: Start, url: str) -> None:
    server, stop = start(), threading.Event()
    users = [User(f"u{number}", server, stop) for number in range(USERS)]
    with ThreadPoolExecutor(USERS) as pool:
        talking = [pool.submit(user.talk) for user in users]
        try:
            for _ in range(KILLS[url.partition(":")[0]]):
                until(lambda: all(user.has_just_answered for user in users))
                time.sleep(random.uniform(0.0, 0.05))
                kill(server)
                server = start()
                for user in users:
                    user.server, user.has_just_answered = server, False
            until(lambda: all(user.has_just_answered for user in users))
        finally:
            stop.set()
        for one in talking:
            one.result()
    assert sum(user.sent_again for user in users) > 0
    for user in users:
        talk = kept(url, user.name)
        assert talk.turn == len(user.answers)
        assert [frame.intent for frame in talk.state.frames] == [one["intent"] for one in user.answers[-1]["frames"]]


def kill(server: RunningServer) -> None:
    """Kill all its processes at once, as a machine does that loses its power."""
    workers = server.workers()
    for process in (server.process.pid, *workers):
        os.kill(process, signal.SIGKILL)
    server.process.wait()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_those_who_wait_for_a_webhook_keep_nobody_else(start: Start, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        hook = f"{{url: 'http://127.0.0.1:{silent.getsockname()[1]}/', timeout: 1}}"
        scenarios = SCENARIOS.replace("    done:", f"    webhook: {hook}\n    done:")
        (tmp_path / "scenarios.yml").write_text(scenarios, encoding="utf-8")
        server = start(workers=1)
        users = [User(f"u{number}", server, threading.Event()) for number in range(12)]
        for user in users:
            user.say("피자")
            user.say("판교")

        def confirm(user: User) -> float:
            began = time.monotonic()
            user.say("네")
            return time.monotonic() - began

        with ThreadPoolExecutor(len(users)) as pool:
            confirming = [pool.submit(confirm, user) for user in users]
            time.sleep(0.3)
            began = time.monotonic()
            assert server.post({"text": "피자"})[0] == 200
            User("other", server, threading.Event()).say("피자")
            assert time.monotonic() - began < 0.7
            assert max(one.result() for one in confirming) < 2.5  # four at a time would take three seconds
        assert all(user.answers[-1]["acts"][-1]["kind"] == "failed" for user in users)
