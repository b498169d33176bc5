"""The part of `loopback.py` that works: Redis, training workers, and who rings for them, as in compose.yaml."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"
URL_FILE = "broker.url"
"""Where Redis is, password and all; for this user's eyes only."""
ROLES = ("all", "master", "workers")

Say = Callable[[str], None]


class Jobs:
    """What runs the jobs of a project.

    Args:
        folder: for configuration and logs.
        project: the author's files.
        models: the registry.
        role: `master` has no workers, and `workers` nothing else.
        workers: how many.
        port: where Redis is to listen.
        say: tells the operator.
    """

    def __init__(self, folder: Path, project: Path, models: Path, role: str, workers: int, port: int, say: Say) -> None:
        self._folder, self._project, self._models = folder, project, models
        self._role, self._workers, self._port, self._say = role, workers, port, say
        self._has_celery = find_spec("celery") is not None and find_spec("redis") is not None

    def programs(self) -> Iterator[tuple[str, list[str]]]:
        """Name what is to run, and its command; sets the variables that all of it shares."""
        os.environ.update(NLU_PROJECT=str(self._project), NLU_MODELS=str(self._models))
        redis = self._redis() if self._role != "workers" else None
        if redis:
            yield "redis", redis
        elif self._role == "workers":
            self._find_broker()
        is_rung = bool(os.environ.get("NLU_BROKER_URL")) and self._has_celery
        if self._role != "workers":
            yield from self._masters(is_rung=is_rung)
        if self._role != "master":
            for number in range(1, self._workers + 1):
                name = f"worker-{number}"
                own = ("-Q", "cpu,gpu", "--concurrency", "1", "-n", f"{name}@{socket.gethostname()}")
                yield name, _celery("worker", *own) if is_rung else [sys.executable, "-m", "nlu.commands.worker"]

    def _masters(self, *, is_rung: bool) -> Iterator[tuple[str, list[str]]]:
        if is_rung:
            schedule = ["--schedule", str(self._folder / "beat"), "--pidfile", str(self._folder / "beat.pid")]
            yield "master", _celery("beat", *schedule)
            yield "loop", [sys.executable, "-m", "nlu.commands.loop", "run", "--watch"]

    def _redis(self) -> list[str] | None:
        """Write Redis' configuration, and give its command; None where there is none, or another one is named."""
        if os.environ.get("NLU_BROKER_URL"):
            return None
        program = shutil.which("redis-server")
        if program is None or not self._has_celery:
            missing = "redis-server" if program is None else 'celery (pip install ".[celery]")'
            self._say(f"{missing}가 없어, 작업자가 작업의 표를 스스로 살핍니다.")
            return None
        password, path = secrets.token_urlsafe(24), self._folder / "redis.conf"
        lines = [f"port {self._port}", f"bind {HOST}", f"requirepass {password}", 'save ""', f"dir {self._folder}"]
        _write_secret(path, "\n".join(lines) + "\n")
        url = f"redis://:{password}@{HOST}:{self._port}/0"
        _write_secret(self._folder / URL_FILE, f"{url}\n")
        os.environ["NLU_BROKER_URL"] = url
        return [program, str(path)]

    def _find_broker(self) -> None:
        """Take the Redis, and the database, of the master that was started with the same folder."""
        for name, variable in ((URL_FILE, "NLU_BROKER_URL"), ("records.url", "NLU_RECORDS_URL")):
            path = self._folder / name
            if path.exists() and not os.environ.get(variable):
                os.environ[variable] = path.read_text(encoding="utf-8").strip()


def is_project(folder: Path) -> bool:
    """Whether an author's patterns lie there."""
    return (folder / "patterns" / "pattern.txt").is_file()


def is_open(environment: Mapping[str, str]) -> bool:
    """Whether Redis takes connections, where there is one."""
    found = re.search(r"@([^:/@]+):(\d+)", environment.get("NLU_BROKER_URL", ""))
    if found is None:
        return True
    try:
        socket.create_connection((found[1], int(found[2])), timeout=1).close()
    except OSError:
        return False
    return True


def _celery(*words: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "nlu.jobs.celery", *words]


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
