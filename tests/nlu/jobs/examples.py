"""A kind of job for tests, whose command does what it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT
from nlu.database.engine import Database
from nlu.jobs.arguments import Arguments
from nlu.jobs.settings import Place, Timing
from nlu.jobs.store import JobStore

QUICK = Timing(lease=2.0, poll=0.1, grace=0.5)


@dataclass(frozen=True, config=STRICT)
class Example(Arguments):
    """What the command does.

    Attributes:
        name: makes it another job.
        seconds: how long it takes.
        then: how it ends.
    """

    name: str = "example"
    seconds: float = 0.0
    then: Literal["well", "badly", "deaf", "busy", "crash", "disk_full", "gpu"] = "well"

    @property
    def queue(self) -> str:
        return "gpu" if self.then == "gpu" else "cpu"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        return ["tests.nlu.jobs.command", json.dumps([self.name, self.seconds, self.then, dict(given)])]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        yield from ()


KINDS = {"example": Example}


def a_store(url: str, folder: Path, timing: Timing = QUICK) -> JobStore:
    """The jobs of a database whose tables are made."""
    database = Database(url)
    database.migrate()
    return JobStore(database, Place.of(folder / "models", folder), timing, KINDS)
