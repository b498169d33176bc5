"""The app under gunicorn: several processes, several threads in each."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from nlu.errors import MissingPackageError
from server import metrics
from server.production import connection_balance as balance
from server.settings import ServerSettings
from server.web import logging_setup as logs

try:
    import fcntl
    import resource

    from gunicorn.app.base import BaseApplication
    from gunicorn.glogging import Logger
    from gunicorn.util import import_app

    from server.production.worker import Worker
except ImportError:  # not installed, or not on this system
    BaseApplication = None
    Logger = object


APP = "server.wsgi:app"
"""The app whose settings come from the environment."""


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the server runs.

    Attributes:
        host: address to listen on.
        port: port to listen on; 0 for any that is free.
        workers: processes; each loads the model.
        threads: requests that one process handles at a time.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4


class ProcessLogger(Logger):  # type: ignore[misc]
    """Lets gunicorn's own lines go where the server's go, in their format."""

    def setup(self, cfg: Any) -> None:
        """Take over gunicorn's loggers; called at the start and when the configuration is read again."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True


def serve(
    make_app: Callable[[], Flask] | str,
    process: ProcessSettings,
    when_ready: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run until a signal ends it; requests that began are finished.

    Args:
        make_app: makes the app, or names it (`APP`); called or imported once in each worker. onnxruntime must not be
            imported before: it starts a thread then, threads do not survive the fork, and the worker aborts at its end.
        process: how to run.
        when_ready: called with the server's URL when it listens.
        environment: variables to set for the workers.

    Raises:
        MissingPackageError: gunicorn is not installed.
        OSError: the address is taken or not ours.
    """
    if BaseApplication is None:
        raise MissingPackageError("gunicorn", 'pip install ".[server]"', "to serve in production")
    check_address(process)

    class Application(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            variables = dict(environment or {})
            settings = ServerSettings.from_environment({**os.environ, **variables})
            options = {
                **process_options(settings),
                **_options(process, when_ready),
                "raw_env": _to_set(variables),
            }
            for name, value in options.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Flask:
            app: Flask = import_app(make_app) if isinstance(make_app, str) else make_app()
            return app

    Application().run()


def _to_set(variables: Mapping[str, str]) -> list[str]:
    """The variables that the environment does not hold yet; gunicorn logs these, and secrets come from there."""
    return [f"{name}={value}" for name, value in variables.items() if value != os.environ.get(name, "").strip()]


def _options(process: ProcessSettings, when_ready: Callable[[str], None]) -> dict[str, Any]:
    def on_ready(arbiter: Any) -> None:
        when_ready(url(process.host, arbiter.LISTENERS[0].getsockname()[1]))

    return {
        "bind": f"[{process.host}]:{process.port}" if ":" in process.host else f"{process.host}:{process.port}",
        "workers": process.workers,
        "threads": process.threads,
        "when_ready": on_ready,
    }


def process_options(settings: ServerSettings) -> dict[str, Any]:
    """Give gunicorn's options that follow from the settings, however it is started; see `server.gunicorn_config`."""
    plain = logs.is_text(settings) and settings.log_level != "debug"
    return {
        "worker_class": Worker,
        "worker_connections": connections_of(raise_file_limit()),
        "graceful_timeout": 10,
        "timeout": settings.worker_seconds,
        "keepalive": settings.keep_alive_seconds,
        "proc_name": "nlu-serve",
        "logger_class": ProcessLogger,
        "loglevel": "warning" if plain else settings.log_level,
        "worker_tmp_dir": MEMORY,
        "control_socket_disable": True,
        "on_starting": make_shared_folder,
        "child_exit": forget_worker,
        "on_exit": remove_shared_folder,
    }


_MOST_CONNECTIONS = 2048
"""Connections that one process keeps at once, at most: each may hold most of a body in memory."""
_OTHER_FILES = 128
"""Files that a process has open beside its connections: the model's, the database's, the log, the shared numbers."""


def raise_file_limit() -> int:
    """Let this process and its children open as many files as connections could need, and tell how many they may.

    Source: setrlimit(2); a process may raise its soft limit up to the hard one.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return wanted
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    except (OSError, ValueError):  # some systems allow less than they say
        return soft
    return most


def connections_of(files: int) -> int:
    """Give how many connections a process may have that may open so many files.

    Example:
        >>> connections_of(1024), connections_of(100), connections_of(1_000_000)
        (896, 50, 2048)
    """
    return min(_MOST_CONNECTIONS, max(files - _OTHER_FILES, files // 2))


# Heartbeats and numbers are files; where there is a memory file system, a slow disk must not hold up a request.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_PREFIX = "nlu-serve-"
_LOCK = "lock"


def make_shared_folder(arbiter: Any) -> None:
    """Make the folder in which the workers keep their numbers, an empty one for each start."""
    remove_abandoned_folders()
    folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=MEMORY)
    # Left open: the lock ends with the last process of this server, however it ends.
    fcntl.flock(os.open(f"{folder}/{_LOCK}", os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    os.environ[metrics.FOLDER_VARIABLE] = folder


def remove_abandoned_folders(least_age: float = 60.0) -> None:
    """Remove what killed servers left behind.

    Args:
        least_age: seconds; a younger folder may be one that its server is about to lock.
    """
    for folder in Path(MEMORY or tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.stat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < least_age:
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(lock)


def forget_worker(arbiter: Any, worker: Any) -> None:
    """Take a worker that ended off the gauges, and off the table of connections."""
    metrics.forget_process(worker.pid)
    balance.forget(Path(os.environ[metrics.FOLDER_VARIABLE]), worker.pid)


def remove_shared_folder(arbiter: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ[metrics.FOLDER_VARIABLE], ignore_errors=True)


def url(host: str, port: int) -> str:
    """Write the URL of a server.

    Example:
        >>> url("::1", 8000)
        'http://[::1]:8000'
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check_address(process: ProcessSettings) -> None:
    """Fail at once where gunicorn would try for seconds and leave without a reason.

    Raises:
        OSError: the address is taken or not ours.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(process.host, process.port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise OSError(error.errno, f"{url(process.host, process.port)}: {error.strerror}") from None
