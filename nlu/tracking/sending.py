"""Tell a tracking server of a version, in a process of its own: it can neither break a training nor keep it waiting."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nlu
from nlu.errors import MissingPackageError, TrackingError
from nlu.tracking.record import VersionRecord

SECONDS = 60.0
"""How long a server may take for everything."""

_CLIENT = "nlu.tracking.mlflow_client"
_SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
    "PYTHONIOENCODING": "utf-8",
}
"""What the client is told where nobody set it: to give up soon, and to tell nobody else."""
_NO_CONNECTION = re.compile(r"Max retries exceeded|Connection(?:Error| refused| aborted)|Read timed out")
_MOST_SAID = 300
"""Characters of a server's refusal that are shown."""
_SECRET = re.compile(r"(?<=://)[^/@\s]*@")


def send(record: VersionRecord, uri: str, seconds: float = SECONDS) -> str:
    """Tell of a version: a run with all that is known of it, registered, its alias moved.

    Args:
        record: what is told.
        uri: of the server, or of a database (`sqlite:///…`).
        seconds: how long everything may take.

    Returns:
        The id of the run.

    Raises:
        MissingPackageError: the client is not installed.
        TrackingError: the server can't be reached, refuses, or is too slow.
    """
    experiment = os.environ.get("MLFLOW_EXPERIMENT_NAME") or record.model
    values = asdict(record) | {"created_at": record.created_at.timestamp()}
    return str(_ask({"verb": "record", "uri": uri, "experiment": experiment, **values}, uri, seconds)["run"])


def move_alias(model: str, version: str, alias: str, uri: str, seconds: float = SECONDS) -> bool:
    """Say that a version became another; False where the server does not know it.

    Raises:
        MissingPackageError: the client is not installed.
        TrackingError: the server can't be reached, refuses, or is too slow.
    """
    asked = {"verb": "alias", "uri": uri, "model": model, "version": version, "alias": alias}
    return bool(_ask(asked, uri, seconds)["found"])


def without_secret(uri: str) -> str:
    """Leave the name and the password out of a URI.

    Example:
        >>> without_secret("https://me:secret@mlflow.example.com/team")
        'https://…@mlflow.example.com/team'
    """
    return _SECRET.sub("…@", uri)


def _ask(request: Mapping[str, Any], uri: str, seconds: float) -> dict[str, Any]:
    if find_spec("mlflow") is None:
        raise MissingPackageError("mlflow-skinny", 'pip install ".[mlflow]"')
    shown = without_secret(uri)
    process = subprocess.Popen(
        [sys.executable, "-m", _CLIENT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=_environment(), start_new_session=True,
    )  # fmt: skip
    try:
        out, error = process.communicate(json.dumps(request, default=str).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TrackingError("tracking.slow", uri=shown, seconds=seconds) from None
    finally:
        if process.returncode is None:
            _end(process)
    if process.returncode:
        problem = without_secret(_last_line(error))
        if _NO_CONNECTION.search(problem):
            raise TrackingError("tracking.unreachable", uri=shown)
        raise TrackingError("tracking.refused", uri=shown, problem=problem[:_MOST_SAID])
    answer: dict[str, Any] = json.loads(_last_line(out))
    return answer


def _environment() -> dict[str, str]:
    """The environment of the client, which finds this package wherever it is."""
    package = str(Path(nlu.__file__).parents[1])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return {**_SETTINGS, **os.environ, "PYTHONPATH": path}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a client that is still at work, and whatever it started."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _last_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
