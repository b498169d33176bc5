"""Where studies are kept: SQLite in the project, or PostgreSQL for workers on any number of machines."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from nlu.errors import MissingPackageError
from nlu.search.errors import StudiesUnavailable
from nlu.system.database_url import read_url

RETRIES = 3
"""Times that a trial is begun anew whose process was killed; one that kills each process must end some day."""
_BUSY_SECONDS = 60.0
_CONNECT_SECONDS = 5
_ATTEMPTS = 5
"""To make the tables, which others may be making at the same moment."""


@dataclass(frozen=True)
class StudyStorage:
    """A database of studies; travels to other processes, each of which opens it for itself.

    Attributes:
        url: SQLAlchemy's form, `sqlite:///tuning/study.db` or `postgresql://user:password@host/database`.
        heartbeat: seconds from one sign of life of a running trial to the next.
        grace: seconds without one after which a trial counts as lost, and is begun anew.
    """

    url: str
    heartbeat: int = 60
    grace: int = 240

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        return _read_url(self.url).render_as_string(hide_password=True)

    @contextmanager
    def opened(self) -> Iterator[RDBStorage]:
        """Connect, make the tables where they are missing, and let go of the connections in the end.

        Raises:
            ConfigError: no such URL, or a database of another kind.
            StudiesUnavailable: the database can't be used, now or later in the block.
        """
        storage = self._open()
        try:
            yield storage
        except (SQLAlchemyError, StorageInternalError) as error:
            raise _unavailable(self, error) from error
        finally:
            storage.remove_session()
            storage.engine.dispose()

    def _open(self) -> RDBStorage:
        url = _read_url(self.url)
        _be_quiet()
        if url.get_backend_name() != "sqlite":
            return self._connect(url, {"connect_timeout": _CONNECT_SECONDS, "options": "-c timezone=utc"})
        file = Path(str(url.database))
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f"{file.name}.lock"), timeout=_BUSY_SECONDS):
            return self._connect(url, {"timeout": _BUSY_SECONDS})

    def _connect(self, url: URL, arguments: Mapping[str, Any]) -> RDBStorage:
        written = url.render_as_string(hide_password=False)
        written = written.replace("{", "{{").replace("}", "}}")  # optuna takes it for a template
        for attempt in range(_ATTEMPTS):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", ExperimentalWarning)
                    return RDBStorage(
                        written,
                        engine_kwargs={"connect_args": dict(arguments), "pool_pre_ping": True},
                        heartbeat_interval=self.heartbeat,
                        grace_period=self.grace,
                        heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=RETRIES),
                    )
            except ImportError:
                raise MissingPackageError("psycopg", 'pip install ".[postgresql]"', "to keep studies there") from None
            except SQLAlchemyError as error:
                if attempt == _ATTEMPTS - 1:
                    raise _unavailable(self, error) from None
                time.sleep(0.2 * (attempt + 1))
            except RuntimeError as error:  # tables of another version of optuna
                raise StudiesUnavailable("tune.storage", place=self.place, problem=str(error)) from None
        raise AssertionError


def _read_url(written: str) -> URL:
    return read_url(written, no_url="tune.no_url", driver="tune.driver")


def _unavailable(storage: StudyStorage, error: Exception) -> StudiesUnavailable:
    cause = error.__cause__ or getattr(error, "orig", None) or error
    problem = str(cause).strip().splitlines() or [type(cause).__name__]
    return StudiesUnavailable("tune.storage", place=storage.place, problem=problem[0])


def _be_quiet() -> None:
    """What optuna logs of each trial is told by us."""
    optuna.logging.set_verbosity(logging.ERROR)
