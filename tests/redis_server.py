"""A private Redis server for tests: a port of its own on loopback, a folder of its own, and nothing kept at its end."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import PATIENCE


def is_there() -> bool:
    """Whether Redis is installed."""
    return shutil.which("redis-server") is not None


class Server:
    """A Redis server that can be stopped, as a crash does, and started again, empty."""

    def __init__(self, folder: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@contextmanager
def running() -> Iterator[Server]:
    """Run a server while the block runs."""
    with tempfile.TemporaryDirectory(prefix="nlu-redis-") as folder:
        server = Server(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
