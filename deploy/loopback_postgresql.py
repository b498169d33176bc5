"""PostgreSQL for `loopback.py`: a data folder and a port of its own, a password of its own, never as root."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

HOST = "127.0.0.1"
NAME = "nlu"
"""The user and the database, as in compose.yaml."""
URL_FILE = "records.url"
"""Where the servers keep their records, password and all; for this user's eyes only."""


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, which Debian keeps off the path; None where it is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return folders[-1].parent if folders else None


class Database:
    """A PostgreSQL server whose records outlive it.

    Args:
        folder: where its data goes, into `postgresql/`; the user who runs it must be able to get there.
        port: where it listens.

    Attributes:
        user: whom it runs as, since it refuses root; None for the user of this process.
    """

    def __init__(self, folder: Path, port: int) -> None:
        found = programs()
        assert found is not None
        self._programs, self._folder, self._port = found, folder, port
        self._data = folder / "postgresql"
        self.user = _nobody_special() if os.geteuid() == 0 else None
        self._password = self._known_password() or secrets.token_urlsafe(24)

    @property
    def command(self) -> list[str]:
        """What runs it."""
        options = ["-c", f"listen_addresses={HOST}", "-c", f"port={self._port}", "-c", "unix_socket_directories="]
        return [str(self._programs / "postgres"), "-D", str(self._data / "data"), *options]

    @property
    def url(self) -> str:
        """The database as the setting `records_url` names it, with its password."""
        return f"postgresql://{NAME}:{self._password}@{HOST}:{self._port}/{NAME}"

    def prepare(self) -> None:
        """Make the data folder if there is none, and write down the URL."""
        if not (self._data / "data" / "PG_VERSION").exists():
            self._initialise()
        path = self._folder / URL_FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{self.url}\n")

    def is_ready(self) -> bool:
        """Whether it takes connections; if so, the database is there."""
        where = f"--host={HOST}", f"--port={self._port}", f"--username={NAME}"
        password = {"PGPASSWORD": self._password}
        if self._run("pg_isready", *where, "--dbname=postgres", environment=password).returncode:
            return False
        self._run("createdb", *where, NAME, environment=password)  # fails where it is there already
        return True

    def _initialise(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)  # what a start that was stopped left behind
        self._data.mkdir(mode=0o700)
        password = self._data / "password"
        password.write_text(f"{self._password}\n")
        password.chmod(0o600)
        if self.user:
            for path in (self._data, password):
                shutil.chown(path, self.user)
        options = ["--auth=scram-sha-256", f"--pwfile={password}", f"--username={NAME}", "--encoding=UTF8"]
        try:
            done = self._run("initdb", f"--pgdata={self._data / 'data'}", *options, "--locale=C")
            told = done.stderr.strip() if done.returncode else ""
        except OSError as error:
            told = str(error)
        password.unlink(missing_ok=True)
        if told:
            shutil.rmtree(self._data, ignore_errors=True)
            hint = f"\n사용자 {self.user}이(가) {self._folder}에 들어갈 수 있어야 합니다." if self.user else ""
            raise SystemExit(
                f"PostgreSQL의 폴더를 만들지 못했습니다.{hint}\n{told}\nPostgreSQL 없이 켜려면 --no-postgresql"
            )

    def _known_password(self) -> str | None:
        try:
            written = (self._folder / URL_FILE).read_text()
        except FileNotFoundError:
            return None
        found = re.match(rf"postgresql://{NAME}:([^@]+)@", written)
        return found[1] if found and self._data.exists() else None

    def _run(
        self, program: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        group = None if self.user is None else pwd.getpwnam(self.user).pw_gid
        return subprocess.run(
            [str(self._programs / program), *arguments],
            env={**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=self.user,
            group=group,
            extra_groups=None if group is None else [],
        )


def _nobody_special() -> str:
    """A user to run as in root's place."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
