"""What is known when it is decided whether to begin: from the database, the registry and the author's files."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from nlu.adjustment.policy import LoopPolicy
from nlu.adjustment.reasons import Situation
from nlu.adjustment.runs import LoopRun, LoopRuns
from nlu.database.engine import Database
from nlu.drift.passing import pass_over
from nlu.drift.store import DriftStore
from nlu.errors import BundleError
from nlu.inbox.tables import decisions
from nlu.intake.sources import JOURNAL
from nlu.jobs.inputs import author_files
from nlu.jobs.kinds import Generate
from nlu.jobs.settings import Place
from nlu.journal.tables import feedback
from nlu.store.registry import Registry

logger = logging.getLogger("nlu.loop")

_ASKED_EVERY = timedelta(hours=2.4)
"""How long a check counts: its alarms are meant for ten a day."""
Moved = Callable[[Database, Registry, str, datetime], tuple[str, ...]]
"""Tells what has moved of what people say to a version, by name."""
_RUNS = 50
_IMPORTED = "imports/"
"""How the names of imported sets begin."""


def what_moved(database: Database, registry: Registry, version: str, now: datetime) -> tuple[str, ...]:
    """Check the newest records against the version's reference, and name the signals and daily rates that moved.

    Utterances that patterns made are no reference: what people say differs from them by itself.
    """
    kept = DriftStore(database, version).kept()
    if kept and now - kept[0].time < _ASKED_EVERY:
        check: Mapping[str, Any] = kept[0].check
    else:
        try:
            check = pass_over(database, registry.open(version, verify=False), now).to_dict(with_text=False)
        except BundleError as error:  # made before there were sketches
            logger.warning("%s can't be checked: %s", version, error)
            return ()
    if not check["alarm"] or (check.get("reference") or {}).get("kind") == "generated":
        return ()
    signals = [str(one["name"]) for one in check["signals"] if one["alarm"]]
    return tuple(signals or [name for name, days in check["moved"].items() if days])


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
    return Situation(now, runs, version, drift, _accepted(database, runs), _inputs(policy, database, place, now))


def _accepted(database: Database, runs: Sequence[LoopRun]) -> int:
    query = select(func.count()).select_from(decisions)
    query = query.where(decisions.c.action == "accept", decisions.c.undone.is_(False))
    if runs:
        query = query.where(decisions.c.time >= runs[0].began)
    with database.connect() as connection:
        return connection.execute(query).scalar_one()


def _inputs(policy: LoopPolicy, database: Database, place: Place, now: datetime) -> str:
    """A hash of what a run would learn from and be judged by.

    Of imported sets, which the run itself makes, it holds what they are made of: the corrections in the records; and
    of other sources, which only an import can ask, the day.
    """
    files = {*Generate().inputs(place), *author_files(place, ("policy", "regression"))}
    parts = sorted(one for one in files if not one[0].startswith(_IMPORTED))
    if JOURNAL in policy.imports:
        with database.connect() as connection:
            parts.append((JOURNAL, str(connection.execute(select(func.max(feedback.c.id))).scalar())))
    if {*policy.imports} - {JOURNAL}:
        parts.append(("day", now.date().isoformat()))
    return hashlib.sha256(repr(parts).encode()).hexdigest()
