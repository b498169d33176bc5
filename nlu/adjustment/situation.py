"""What is known when it is decided whether to begin: gathered from the database, the registry and the author's files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from nlu.adjustment.policy import LoopPolicy
from nlu.adjustment.reasons import Situation
from nlu.adjustment.runs import LoopRun, LoopRuns
from nlu.database.engine import Database
from nlu.drift.passing import pass_over
from nlu.inbox.tables import decisions
from nlu.jobs.kinds import Generate
from nlu.jobs.settings import Place
from nlu.journal.tables import feedback
from nlu.store.registry import Registry

Moved = Callable[[Database, Registry, str, datetime], tuple[str, ...]]
"""Tells what has moved of what people say to a version, by name."""
_RUNS = 50


def what_moved(database: Database, registry: Registry, version: str, now: datetime) -> tuple[str, ...]:
    """Check the newest records against the version's reference, and name the signals and daily rates that moved."""
    passed = pass_over(database, registry.open(version, verify=False), now)
    if not passed.is_alarm:
        return ()
    signals: list[dict[str, Any]] = passed.to_dict(with_text=False)["signals"]
    names = [str(one["name"]) for one in signals if one.get("alarm")]
    return tuple(names or [f"day:{name}" for name, days in passed.moved.items() if days]) or ("drift",)


def gather(
    policy: LoopPolicy, database: Database, place: Place, now: datetime | None = None, moved: Moved = what_moved
) -> Situation:
    """Look at everything that a decision needs.

    Args:
        policy: what of it is needed.
        database: the records, the inbox, the runs.
        place: the project and its registry.
        now: the time; that of the clock when None.
        moved: tells what has moved.
    """
    now = now or datetime.now(UTC)
    registry, runs = Registry(place.models), LoopRuns(database).list(_RUNS)
    version = registry.active()
    drift = moved(database, registry, version, now) if policy.drift and version else ()
    return Situation(now, runs, version, drift, _accepted(database, runs), _inputs(policy, database, place))


def _accepted(database: Database, runs: Sequence[LoopRun]) -> int:
    query = select(func.count()).select_from(decisions)
    query = query.where(decisions.c.action == "accept", decisions.c.undone.is_(False))
    if runs:
        query = query.where(decisions.c.time >= runs[0].began)
    with database.connect() as connection:
        return connection.execute(query).scalar_one()


def _inputs(policy: LoopPolicy, database: Database, place: Place) -> str:
    """A hash of what a run would learn from: the author's files, and what was corrected where that is imported."""
    parts = sorted(Generate().inputs(place))
    if policy.imports:
        with database.connect() as connection:
            parts.append(("feedback", str(connection.execute(select(func.max(feedback.c.id))).scalar())))
    return hashlib.sha256(repr(parts).encode()).hexdigest()
