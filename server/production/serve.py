"""The app under granian: several processes, several threads in each."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pkgutil import resolve_name

from flask import Flask

from nlu.errors import MissingPackageError
from server.app import PARSE_AHEAD, RECORDER, WARM_UP
from server.monitoring.watch import DriftWatch
from server.production import watch
from server.production.asgi import AsgiApp
from server.production.shared_folder import shared_folder
from server.production.sockets import drop_deaf_clients
from server.settings import ServerSettings
from server.trials.supervise import KEEPER, Supervisor
from server.web import logging_setup as logs

try:
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
except ImportError:
    Granian = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """How the server runs.

    Attributes:
        host: address to listen on.
        port: port to listen on; 0 for any that is free.
        workers: processes; each loads the model.
        threads: requests with long bodies, and as many others, that one process handles at a time; single utterances
            have a thread of their own.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 4


def app_from_environment() -> Flask:
    """Make the app whose settings come from the environment.

    It is imported here, in a worker: onnxruntime starts a thread when it is imported, which a fork would not survive.
    """
    app: Flask = resolve_name("server.wsgi:app")
    return app


def serve(
    make_app: Callable[[], Flask],
    process: ProcessSettings,
    when_ready: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
    keeper: Sequence[str] = KEEPER,
) -> None:
    """Run until a signal ends it; requests that began are finished.

    Args:
        make_app: makes the app; called once in each worker.
        process: how to run.
        when_ready: called with the server's URL, in a thread, once the first worker takes connections.
        environment: variables to set for the workers.
        keeper: the command of the process in which candidates are tried.

    Raises:
        MissingPackageError: granian is not installed.
        OSError: the address is taken or not ours.
    """
    if Granian is None:
        raise MissingPackageError("granian", 'pip install ".[server]"', "to serve in production")
    port = free_port(process)
    os.environ.update(environment or {})
    settings = ServerSettings.from_environment(os.environ)
    server = Granian(
        "server.wsgi:app",
        address=process.host,
        port=port,
        workers=process.workers,
        interface=Interfaces.ASGI,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(settings.keep_alive_seconds * 1000, max_buffer_size=_MOST_BUFFERED),
        websockets=False,
        backpressure=connections_of(raise_file_limit()),
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
        log_level=LogLevels(_log_level(settings)),
        log_dictconfig=_LOGGING,
    )
    announcing = threading.Thread(target=_announce, args=((process.host, port), when_ready), daemon=True)
    server.on_startup(announcing.start)
    _heed_signals_from_the_fork()
    with shared_folder():
        watch.watch()
        Supervisor(settings.models, keeper).watch()
        DriftWatch(settings).watch()
        server.serve(target_loader=partial(_load, make_app, settings, process.threads, port), wrap_loader=False)


_MOST_BUFFERED = 64 * 1024
"""Bytes of a request's head, and of an answer, that are kept for one connection."""
_FIRST_SECONDS = 1.0
_STOP_SECONDS = 15
"""How long a process may take to finish its last requests."""
_LOGGING = {"loggers": {"_granian": {"handlers": [], "propagate": True}}}
"""The server's own lines go where ours go, in their format."""


def _heed_signals_from_the_fork() -> None:
    """Let a worker that is told to stop before it listens to signals end at once.

    It would inherit the handlers of its parent, which only note a signal there, and be waited for until it is killed.
    """
    stops = {signal.SIGTERM, signal.SIGINT}

    def listen() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)

    def end() -> None:
        for one in stops:
            signal.signal(one, signal.SIG_DFL)
        listen()

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, stops), after_in_parent=listen, after_in_child=end
    )


def _log_level(settings: ServerSettings) -> str:
    return "warning" if logs.is_text(settings) and settings.log_level != "debug" else settings.log_level


def _load(make_app: Callable[[], Flask], settings: ServerSettings, threads: int, port: int) -> AsgiApp:
    """Make the app of a worker; what it is made of stays, so that nobody need look through it for garbage."""
    return_memory()
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    threading.Thread(target=drop_deaf_clients, args=(port, settings.client_seconds), daemon=True).start()
    sys.setswitchinterval(_SWITCH_SECONDS)
    app = make_app()
    gc.collect()
    gc.freeze()
    threading.Thread(target=_warm_up, args=(app,), daemon=True).start()
    recorder = app.extensions.get(RECORDER)
    return AsgiApp(
        app.wsgi_app,
        threads=threads,
        max_body=settings.max_body_bytes,
        client_seconds=settings.client_seconds,
        parse_ahead=app.extensions.get(PARSE_AHEAD, lambda bodies: [None] * len(bodies)),
        at_end=recorder.close if recorder else lambda: None,
        alive=watch.beat,
    )


def _warm_up(app: Flask) -> None:
    """Load what seldom is asked for, once the first utterances have had the process for themselves."""
    time.sleep(_FIRST_SECONDS)
    app.extensions.get(WARM_UP, lambda: None)()


def _announce(address: tuple[str, int], when_ready: Callable[[str], None]) -> None:
    """Tell the URL once a worker listens."""
    while True:
        with suppress(OSError), socket.create_connection(address):
            break
        time.sleep(0.02)
    when_ready(url(*address))


def _end_with_parent(parent: int) -> None:
    """Stop when the process that started this one is gone, which could not stop it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


_SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter from the one that reads and writes for all."""
_MOST_CONNECTIONS = 8192
"""Connections that one process keeps at once, at most."""
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
        (896, 50, 8192)
    """
    return min(_MOST_CONNECTIONS, max(files - _OTHER_FILES, files // 2))


_MALLOC = (
    ("MALLOC_ARENA_MAX", -8, 1),
    ("MALLOC_MMAP_THRESHOLD_", -3, 256 * 1024),
    ("MALLOC_TRIM_THRESHOLD_", -1, 1024 * 1024),
)
"""An environment variable, the number of the same thing in malloc.h, and its value."""


def return_memory() -> None:
    """Let the C library keep less memory that nobody uses, where it is glibc and the operator says nothing else.

    It would keep an arena for each thread, and in each of them what the largest list needed.

    Source: mallopt(3).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    for variable, number, value in _MALLOC:
        if mallopt is not None and variable not in os.environ:
            mallopt(number, value)


def url(host: str, port: int) -> str:
    """Write the URL of a server.

    Example:
        >>> url("::1", 8000)
        'http://[::1]:8000'
    """
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def free_port(process: ProcessSettings) -> int:
    """Give the port to listen on; fail at once where the server would leave without a reason.

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
        port: int = probe.getsockname()[1]
        return port
