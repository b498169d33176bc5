"""`/monitoring`: whether people still say what the model was made for, and what is usual from now on."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import g
from typing_extensions import TypedDict

from nlu.audit.actor import ACTOR_VARIABLE
from nlu.commands.common import ExitCode
from nlu.database.errors import DatabaseUnavailable
from server.live_database import LiveDatabase
from server.live_model import ModelHolder
from server.metrics import Metrics
from server.monitoring.errors import NothingServed
from server.monitoring.gauges import DriftGauges
from server.monitoring.shown import MonitoringAnswer, nothing, shown
from server.monitoring.watch import ask_for_check
from server.settings import ServerSettings
from server.web.endpoints import Endpoints, Operation
from server.web.keys import current_caller

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.drift.store import DriftStore, Kept

_STALE = timedelta(seconds=30)
_MOST_SECONDS = 120.0
_LEAST = 100
"""Utterances that could be called usual."""


class RebasedAnswer(TypedDict):
    """What is usual from now on: so many of the newest utterances."""

    model_version: str
    size: int


def register(
    endpoints: Endpoints, models: ModelHolder, database: LiveDatabase, settings: ServerSettings, metrics: Metrics
) -> None:
    """Add the routes, and the gauges."""

    def store(version: str) -> DriftStore | None:
        from nlu.drift.store import DriftStore

        found = database.open_existing()
        return DriftStore(found, version) if found else None

    def newest() -> tuple[str, Kept] | None:
        version = models.parser().version
        found = store(version)
        kept = found.kept() if found else []
        return (version, kept[0]) if kept else None

    metrics.collect_from(DriftGauges(newest))
    summary = "Whether people still say what the model was made for: signals, their chances, and what moved them."

    @endpoints.route(
        "GET",
        "/monitoring",
        Operation(summary, MonitoringAnswer, key="read", refusals=(503,), page="monitoring.html"),
    )
    def monitoring() -> MonitoringAnswer:
        version = models.parser().version
        if settings.record <= 0:
            return nothing(version, "off")
        found = store(version)
        kept = found.kept() if found else []
        is_stale = not kept or datetime.now(UTC) - kept[0].time > _STALE
        refreshing = is_stale and settings.drift_seconds > 0 and ask_for_check()
        if found is None:
            return nothing(version, "unchecked", refreshing=refreshing)
        return shown(found, version, refreshing=refreshing)

    summary = "Take what was asked last for what is usual, from now on."

    @endpoints.route(
        "POST", "/monitoring/rebase", Operation(summary, RebasedAnswer, key="operate", refusals=(409, 503))
    )
    def rebase() -> RebasedAnswer:
        """In a process of its own: reading two thousand utterances would hold up those who wait for answers."""
        version, caller = models.parser().version, current_caller()
        served = store(version)
        if served is None or served.count() < _LEAST:
            raise NothingServed("monitoring.nothing", version=version)
        command = [sys.executable, "-m", "nlu.commands.drift", "--rebase", "--models", str(settings.models)]
        environment = os.environ | settings.to_environment() | {ACTOR_VARIABLE: caller.name if caller else ""}
        done = subprocess.run(command, env=environment, capture_output=True, timeout=_MOST_SECONDS)
        if done.returncode == ExitCode.SYSTEM:
            raise DatabaseUnavailable("records.unavailable", place="", problem="nlu-drift can't read it")
        if done.returncode != ExitCode.OK:
            raise NothingServed("monitoring.nothing", version=version)
        g.is_noted = True  # by the command
        found = store(version)
        baseline = found.baseline() if found else None
        ask_for_check()
        return {"model_version": version, "size": baseline.sketch.size if baseline else 0}
