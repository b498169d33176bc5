"""A kind of job to try faults on, and workers for it that can be killed."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Literal

from pydantic.dataclasses import dataclass

from nlu.bounds import STRICT
from nlu.database.engine import Database
from nlu.jobs.arguments import Arguments
from nlu.jobs.settings import Place, Timing
from nlu.jobs.store import JobStore
from nlu.jobs.worker import work

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
    then: Literal["well", "badly", "deaf", "busy", "crash", "disk_full", "gpu"] = field(default="well")

    @property
    def queue(self) -> str:
        """Which workers may take it."""
        return "gpu" if self.then == "gpu" else "cpu"

    def command(self, place: Place, given: Mapping[str, Any]) -> list[str]:
        """Give the command."""
        return ["benchmarks.jobs_command", json.dumps([self.name, self.seconds, self.then, dict(given)])]

    def inputs(self, place: Place) -> Iterator[tuple[str, str]]:
        """It reads nothing."""
        yield from ()


KINDS = {"example": Example}


def a_store(url: str, folder: Path, timing: Timing = QUICK) -> JobStore:
    """The jobs of a database whose tables are made, in a folder of their own."""
    database = Database(url)
    database.migrate()
    return JobStore(database, Place.of(folder / "models", folder), timing, KINDS)


class Workers:
    """Worker processes that are started and killed; whatever is left ends with the block.

    They are forked from a process that has never opened a database, since SQLite's state must not be forked.

    Args:
        url: the database.
        folder: the project.
        timing: how they keep time.
    """

    def __init__(self, url: str, folder: Path, timing: Timing = QUICK) -> None:
        self._task = (url, folder, timing)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([__name__])
        self.running: list[ForkServerProcess] = []

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for process in list(self.running):
            self.kill(process)

    def start(self) -> ForkServerProcess:
        """Start one."""
        process = self._context.Process(target=work_there, args=self._task)
        process.start()
        self.running.append(process)
        return process

    def kill(self, process: ForkServerProcess) -> None:
        """Kill one, as `kill -9` does, and wait until it has ended."""
        process.kill()
        process.join()
        process.close()
        self.running.remove(process)


def work_there(url: str, folder: Path, timing: Timing) -> None:
    """Work in a process of its own, until it is killed."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    work(JobStore(Database(url), Place.of(folder / "models", folder), timing, KINDS))


def ran(folder: Path) -> Mapping[int, Sequence[tuple[str, str]]]:
    """What the commands of each job wrote: what they did, and which process."""
    return {
        int(path.stem): [(line.split()[0], line.split()[1]) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in folder.glob("*.ran")
    }


def ran_twice_at_once(folder: Path) -> int:
    """Count the jobs that one process went on with after another had begun."""
    return sum(_overlaps(lines) for lines in ran(folder).values())


def ran_to_the_end(folder: Path) -> Counter[int]:
    """How often each job came to its end."""
    return Counter({job: sum(what == "end" for what, _ in lines) for job, lines in ran(folder).items()})


def _overlaps(lines: Sequence[tuple[str, str]]) -> bool:
    begun: list[str] = []
    for what, process in lines:
        if what == "begin":
            begun.append(process)
        elif process != begun[-1]:
            return True
    return False
