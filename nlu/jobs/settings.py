"""Where jobs run, and after how long a worker that says nothing counts as lost."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nlu.errors import ConfigError
from nlu.store.registry import VERSIONS_NAME

LEASE_VARIABLE = "NLU_JOB_LEASE_SECONDS"
"""The environment variable of a lease's length."""
BROKER_VARIABLE = "NLU_BROKER_URL"
"""The environment variable of the queue's URL, password and all."""
PROJECT_VARIABLE, MODELS_VARIABLE = "NLU_PROJECT", "NLU_MODELS"
"""The folder of the author's files (where the process stands if not set), and the registry (its `models`)."""
_SHORTEST, _LONGEST = 0.5, 3600.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the files of jobs lie, on the host that runs them.

    Attributes:
        project: the folder of the author's files, in which commands run.
        models: the registry.
        logs: the folder of the logs.
    """

    project: Path
    models: Path
    logs: Path

    @property
    def kept(self) -> tuple[Path, ...]:
        """The folders of the bot, into which no job writes what somebody names."""
        named = ("patterns", "dictionaries", "data", ".nlu")
        return (self.models, self.logs.parent, *(self.project / name for name in named))

    @classmethod
    def of(cls, models: Path, project: Path | None = None) -> Place:
        """The place of a project, here unless it is named; logs lie beside the database of records."""
        models = models.absolute()
        registry = models.parent.parent if models.parent.name == VERSIONS_NAME else models  # one bundle of a registry
        return cls((project or Path.cwd()).absolute(), registry, registry.parent / "records" / "jobs")


@dataclass(frozen=True, slots=True)
class Timing:
    """How workers keep time, in seconds.

    Attributes:
        lease: how long a worker that says nothing keeps its job.
        poll: from one look for work, or for a wish to cancel, to the next.
        grace: from the wish that a job may stop by itself to its end by force.
        attempts: how often workers may be lost over one job before it is given up.
    """

    lease: float = 30.0
    poll: float = 0.5
    grace: float = 2.0
    attempts: int = 10

    @property
    def renewal(self) -> float:
        """From one renewal of the lease to the next, so that two may fail."""
        return self.lease / 3

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Timing:
        """Read the length of a lease, where it is set.

        Raises:
            ConfigError: it is no number of seconds from 0.5 to 3600.

        Example:
            >>> Timing.from_environment({"NLU_JOB_LEASE_SECONDS": "60"}).lease
            60.0
        """
        written = (os.environ if environment is None else environment).get(LEASE_VARIABLE, "").strip()
        if not written:
            return cls()
        try:
            lease = float(written)
        except ValueError:
            lease = 0.0
        if not _SHORTEST <= lease <= _LONGEST:
            values = {"variable": LEASE_VARIABLE, "got": written, "least": _SHORTEST, "most": _LONGEST}
            raise ConfigError("jobs.lease", **values)
        return cls(lease=lease)
