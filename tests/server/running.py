"""The production server in a process of its own, and requests that do not let up."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.server.test_metrics import numbers


class RunningServer:
    """The production server in its own process."""

    def __init__(self, models: Path, before: str = "", workers: int = 2) -> None:
        program = f"from tests.server.words import serve_words\n{before}\nserve_words({str(models)!r}, {workers})"
        self._workers = workers
        self._log = models.parent / "log.jsonl"  # a pipe that nobody reads would stop the server when it is full
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        self.address = urlsplit(self.process.stdout.readline().strip())

    def connect(self) -> closing[http.client.HTTPConnection]:
        return closing(http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=30))

    def post(self, body: object) -> tuple[int, dict]:
        with self.connect() as connection:
            return post(connection, body)

    def numbers(self) -> dict[tuple[str, ...], float]:
        """What it tells Prometheus."""
        with self.connect() as connection:
            connection.request("GET", "/metrics")
            return numbers(connection.getresponse().read().decode())

    def stop(self) -> str:
        """End it as an operator would, and give what it logged."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=40)
        return self.log()

    def log(self) -> str:
        """What it logged so far."""
        return self._log.read_text(encoding="utf-8")

    def close(self) -> None:
        """End it if it runs still, and leave nothing open."""
        if self.process.poll() is None:
            self.stop()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def wait_for_workers(self) -> None:
        """Wait until each process has answered."""
        seen: set[str] = set()
        deadline = time.monotonic() + 30
        while len(seen) < self._workers:
            assert time.monotonic() < deadline, seen
            seen.add(self.post({"text": "누구"})[1]["model_version"])

    def kill(self, worker: int) -> None:
        """Kill a process that answers, and wait until it is gone with the requests that it had."""
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while worker in self.workers():
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def workers(self) -> set[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {int(one) for one in children.read_text().split()}


def post(connection: http.client.HTTPConnection, body: object) -> tuple[int, dict]:
    connection.request("POST", "/parse", json.dumps(body))
    response = connection.getresponse()
    return response.status, json.loads(response.read())


@dataclass
class Load:
    """What came of requests that were sent one after the other on several connections.

    Attributes:
        answered_on: how many were answered with 200 on each connection.
        failures: what came of the others, each with the number of its connection.
        finished: connections that the server closed after an answer, as it said.
    """

    answered_on: Counter[int] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    finished: set[int] = field(default_factory=set)

    @property
    def answered(self) -> int:
        """How many were answered with 200."""
        return self.answered_on.total()


@contextmanager
def loaded(
    server: RunningServer, connections: int = 4, check: Callable[[dict], str] = lambda answer: ""
) -> Iterator[Load]:
    """Load a server as long as the block runs.

    A connection on which a request fails is opened anew; one that the server ends is not.

    Args:
        server: the server.
        connections: how many clients ask at once.
        check: what is wrong with an answer; "" when nothing is.
    """
    load, stop = Load(), threading.Event()

    def ask(number: int) -> None:
        while not stop.is_set() and number not in load.finished:
            try:
                with server.connect() as connection:
                    while not stop.is_set() and number not in load.finished:
                        connection.request("POST", "/parse", json.dumps({"text": ["피자", "판교"]}))
                        response = connection.getresponse()
                        answer = json.loads(response.read())
                        wrong = f"{response.status}: {answer}" if response.status != 200 else check(answer)
                        if wrong:
                            load.failures.append((number, wrong))
                        else:
                            load.answered_on[number] += 1
                        if response.headers.get("Connection") == "close":
                            load.finished.add(number)
            except (OSError, http.client.HTTPException) as error:
                load.failures.append((number, repr(error)))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        stop.set()
        for thread in threads:
            thread.join()
