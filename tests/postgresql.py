"""A private PostgreSQL server for tests: its own folder, its own port on loopback, never as root."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, which Debian keeps off the path; None where there is no server."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return folders[-1] if folders else None


class Server:
    """A PostgreSQL server that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        found = binaries()
        assert found is not None
        self._binaries, self._folder = found, folder
        # initdb refuses root.
        self._user = next(name for name in ("postgres", "nobody") if _is_user(name)) if os.getuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._call("initdb", "--auth=trust", "--username=nlu", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        options = (
            f"-c listen_addresses=127.0.0.1 -c port={self.port} -c fsync=off -c unix_socket_directories={self._folder}"
        )
        self._call("pg_ctl", "start", "--wait", "--log", str(self._folder / "log"), "-o", options)

    def stop(self) -> None:
        self._call("pg_ctl", "stop", "--wait", "--mode=immediate")

    def empty(self) -> str:
        """Empty the database and give its URL."""
        url = f"postgresql://nlu@127.0.0.1:{self.port}/postgres"
        with psycopg.connect(url) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        return url

    def _call(self, command: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / command, f"--pgdata={self._folder / 'data'}", *arguments],
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )


def _is_user(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


@contextmanager
def running() -> Iterator[Server]:
    """Run a server; it is stopped and its folder removed when the block ends."""
    with tempfile.TemporaryDirectory(prefix="nlu-postgresql-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()
