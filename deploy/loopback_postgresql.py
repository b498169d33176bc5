"""PostgreSQL for `loopback.py`: a data folder and a port of its own, a password of its own, never as root."""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from loopback_process import HOST, PATIENCE, Process, as_user

NAME = "nlu"
"""The user and the database, as in compose.yaml."""
URL_FILE = "records.url"
"""Where the servers keep their records, password and all; for this user's eyes only."""


class CannotStart(Exception):
    """PostgreSQL does not run; says why, in Korean."""


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
    """

    def __init__(self, folder: Path, port: int) -> None:
        found = programs()
        assert found is not None
        self._programs, self._folder, self._port = found, folder, port
        self._data = folder / "postgresql"
        self._user = _nobody_special() if os.geteuid() == 0 else None
        self._password = self._known_password() or secrets.token_urlsafe(24)
        options = ["-c", f"listen_addresses={HOST}", "-c", f"port={port}", "-c", "unix_socket_directories="]
        command = [str(found / "postgres"), "-D", str(self._data / "data"), *options]
        name = f"PostgreSQL ({HOST}:{port})"
        self.process = Process(name, command, folder / "postgresql.log", user=self._user)

    @property
    def url(self) -> str:
        """The database as the setting `records_url` names it, with its password."""
        return f"postgresql://{NAME}:{self._password}@{HOST}:{self._port}/{NAME}"

    @property
    def _where(self) -> tuple[str, ...]:
        return f"--host={HOST}", f"--port={self._port}", f"--username={NAME}"

    def start(self) -> None:
        """Make the data folder if there is none, start, and wait until it takes connections.

        Raises:
            CannotStart: it does not.
        """
        if not (self._data / "data" / "PG_VERSION").exists():
            self._initialise()
        self._write_url()
        self.process.start()
        deadline = time.monotonic() + PATIENCE
        while not self._calls("pg_isready", *self._where, "--dbname=postgres"):
            if self.process.end is not None or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL이 켜지지 않았습니다. {self._folder / 'postgresql.log'}를 보세요.")
            time.sleep(0.1)
        self._calls("createdb", *self._where, NAME)  # fails where it is there already

    def _initialise(self) -> None:
        shutil.rmtree(self._data, ignore_errors=True)  # what a start that was stopped left behind
        self._data.mkdir(mode=0o700)
        password = self._data / "password"
        password.write_text(f"{self._password}\n")
        password.chmod(0o600)
        if self._user:
            for path in (self._data, password):
                shutil.chown(path, self._user)
        options = [
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            f"--username={NAME}",
            "--encoding=UTF8",
            "--locale=C",
        ]
        try:
            self._call("initdb", f"--pgdata={self._data / 'data'}", *options)
        except (OSError, subprocess.CalledProcessError) as error:
            shutil.rmtree(self._data, ignore_errors=True)
            told = error.stderr.strip() if isinstance(error, subprocess.CalledProcessError) else str(error)
            hint = (
                f" root가 아닌 사용자 {self._user}이(가) {self._folder}에 들어갈 수 있어야 합니다."
                if self._user
                else ""
            )
            raise CannotStart(f"PostgreSQL의 폴더를 만들지 못했습니다.{hint}\n{told}") from None
        password.unlink()

    def _known_password(self) -> str | None:
        try:
            written = (self._folder / URL_FILE).read_text()
        except FileNotFoundError:
            return None
        found = re.match(rf"postgresql://{NAME}:([^@]+)@", written)
        return found[1] if found and self._data.exists() else None

    def _write_url(self) -> None:
        path = self._folder / URL_FILE
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{self.url}\n")

    def _calls(self, program: str, *arguments: str) -> bool:
        try:
            self._call(program, *arguments, environment={"PGPASSWORD": self._password})
        except subprocess.CalledProcessError:
            return False
        return True

    def _call(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        command: Sequence[str] = [str(self._programs / program), *arguments]
        variables = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
        options = as_user(self._user)
        subprocess.run(command, env=variables, cwd="/", capture_output=True, text=True, check=True, **options)


def _nobody_special() -> str:
    """A user to run as in root's place, since PostgreSQL refuses root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)
