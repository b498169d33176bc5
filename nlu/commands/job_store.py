"""Open the table of jobs that a command works at: that of the database that the server uses, too."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from nlu.database.engine import Database
from nlu.database.place import URL_VARIABLE, database_url
from nlu.jobs.doorbell import MOST_SECONDS, doorbell_of
from nlu.jobs.opening import place_of
from nlu.jobs.settings import MODELS_VARIABLE, PROJECT_VARIABLE
from nlu.jobs.store import JobStore


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the project and its models lie."""
    parser.add_argument(
        "--project", type=Path, metavar="폴더", help="프로젝트 폴더 (처음 값: NLU_PROJECT, 없으면 여기)"
    )
    parser.add_argument(
        "--models",
        type=Path,
        metavar="폴더",
        default=None,
        help="모델 저장소 (기본: 환경 변수 NLU_MODELS, 없으면 프로젝트의 models)",
    )


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[tuple[JobStore, Database]]:
    """Give the jobs, and the database that they are in; SQLite's is made where it is not there.

    Raises:
        ConfigError: the database's URL, or the length of a lease, is none.
        DatabaseUnavailable: it can't be used.
    """
    named = {PROJECT_VARIABLE: arguments.project, MODELS_VARIABLE: arguments.models}
    place = place_of({**os.environ, **{name: str(path) for name, path in named.items() if path is not None}})
    with closing(Database(database_url(place.models, os.environ.get(URL_VARIABLE, "")))) as database:
        store = JobStore(database, place, doorbell=doorbell_of(os.environ, MOST_SECONDS))
        database.prepare()
        yield store, database
