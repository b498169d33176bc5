"""A real MLflow server for tests: its own folder, its own port on loopback."""

from __future__ import annotations

import json
import socket
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import running as running_command
from tests.processes import until
from tests.tool_environments import tool

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}
"""What keeps a server from doing more than it is asked, and from telling others of it."""


class Server:
    """A server that runs, asked over its REST interface, not by the client under test."""

    def __init__(self, url: str) -> None:
        self.url = url

    def get(self, path: str, /, **query: str) -> dict:
        with urllib.request.urlopen(f"{self.url}/api/2.0/mlflow/{path}?{urllib.parse.urlencode(query)}") as answer:
            return json.load(answer)

    def post(self, path: str, /, **body: object) -> dict:
        asked = urllib.request.Request(
            f"{self.url}/api/2.0/mlflow/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    def aliases(self, model: str) -> dict[str, str]:
        """Alias → the number of the version of a registered model."""
        found = self.get("registered-models/get", name=model)["registered_model"]
        return {one["alias"]: one["version"] for one in found.get("aliases", ())}

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@contextmanager
def running() -> Iterator[Server]:
    """Run a server; it is ended, and its folder removed, when the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="nlu-mlflow-", ignore_cleanup_errors=True) as folder:
        store, kept = f"sqlite:///{folder}/mlflow.db", Path(folder) / "artifacts"
        command = ["-m", "mlflow", "server", "--backend-store-uri", store, "--artifacts-destination", str(kept)]
        command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
        python = str(tool("mlflow"))
        with running_command(command, Path(folder), python=python, **_QUIET) as program:
            server = Server(f"http://127.0.0.1:{port}")
            until(lambda: server.is_up() or program.process.poll() is not None)
            assert server.is_up(), program.output
            yield server
