"""An S3-compatible server on loopback: moto's, over real HTTP, in a process of its own that can be ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import PATIENCE

VARIABLES = {
    "AWS_ACCESS_KEY_ID": "an-id-of-the-tests",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests",
    "AWS_DEFAULT_REGION": "ap-northeast-2",
    "AWS_EC2_METADATA_DISABLED": "true",
}


class Server:
    """A server, which forgets all when it is stopped."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.variables = VARIABLES | {"AWS_ENDPOINT_URL": self.url}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **VARIABLES},
        )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def make_bucket(self, name: str) -> str:
        """Make an empty bucket and give its URL."""
        request = urllib.request.Request(f"{self.url}/{name}", method="PUT")
        urllib.request.urlopen(request, timeout=PATIENCE).close()
        return f"s3://{name}"

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/moto-api/", timeout=PATIENCE).close()
        except OSError:
            return False
        return True


@contextmanager
def running() -> Iterator[Server]:
    """Run a server while the block runs."""
    server = Server()
    try:
        yield server
    finally:
        server.stop()
