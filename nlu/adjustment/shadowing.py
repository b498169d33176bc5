"""What a shadow answered beside the served version: counted, and kept where it differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from nlu.adjustment.tables import differences, shadow_runs
from nlu.database.engine import Database
from nlu.journal.tables import records

RUNS_KEPT = 200
"""Rows of the table of runs; older ones are forgotten."""


@dataclass(frozen=True, slots=True)
class ShadowCounts:
    """What was compared.

    Attributes:
        compared: utterances that both versions answered.
        other_intents: those of them with another intent.
        other_entities: those with the same intent and other entities.
        failed: those that the candidate failed to answer.
        dropped: those that had no room to wait for the candidate.
        seconds: that the candidate took for all it answered.
        memory: MiB that its process takes, which are its own beside those of the server.
    """

    compared: int = 0
    other_intents: int = 0
    other_entities: int = 0
    failed: int = 0
    dropped: int = 0
    seconds: float = 0.0
    memory: int = 0


class Shadowing:
    """The tables of shadows.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: it, with the newest schema.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Keep differences.

        Args:
            rows: the columns of the table `differences` but for its id.

        Returns:
            Those whose record is not written yet.
        """
        wanted = {row["record_id"] for row in rows}
        with self._database.begin() as connection:
            there = set(connection.execute(select(records.c.id).where(records.c.id.in_(wanted))).scalars())
            if found := [dict(row) for row in rows if row["record_id"] in there]:
                connection.execute(differences.insert(), found)
        return [row for row in rows if row["record_id"] not in there]

    def count(self, run: str, about: Mapping[str, Any], counts: ShadowCounts, now: datetime) -> None:
        """Write what a process has counted so far, in place of what it wrote before.

        Args:
            run: its id.
            about: `version`, `against`, `place` and `since`.
            counts: what it counted.
            now: the time.
        """
        row = {"id": run, **about, "until": now, **{one.name: getattr(counts, one.name) for one in fields(counts)}}
        with self._database.begin() as connection:
            connection.execute(delete(shadow_runs).where(shadow_runs.c.id == run))
            connection.execute(shadow_runs.insert().values(row))
            oldest = select(shadow_runs.c.id).order_by(shadow_runs.c.until.desc(), shadow_runs.c.id)
            connection.execute(delete(shadow_runs).where(shadow_runs.c.id.in_(oldest.offset(RUNS_KEPT).limit(100))))

    def counts(self, version: str, since: datetime | None = None) -> ShadowCounts:
        """Sum what all processes counted of a candidate.

        Args:
            version: the candidate.
            since: only those that began then or later; None for all.
        """
        names = [one.name for one in fields(ShadowCounts)]
        summed = [func.coalesce(func.sum(shadow_runs.c[name]), 0) for name in names[:-1]]
        memory = func.coalesce(func.max(shadow_runs.c.memory), 0)
        query = select(*summed, memory).where(shadow_runs.c.version == version)
        if since is not None:
            query = query.where(shadow_runs.c.since >= since)
        with self._database.connect() as connection:
            counted: dict[str, Any] = dict(zip(names, connection.execute(query).one(), strict=True))
        return ShadowCounts(**counted)

    def page(self, version: str | None = None, limit: int = 50, before: int | None = None) -> list[dict[str, Any]]:
        """Give differences beside what was answered, the newest first.

        Args:
            version: the candidate; None for all.
            limit: how many at most.
            before: the id of the last one of the page before.
        """
        answered = (records.c.time, records.c.text, records.c.model_version)
        said = [records.c[name].label(f"served_{name}") for name in ("intent", "confidence", "is_fallback", "entities")]
        query = select(differences, *answered, *said).join(records, records.c.id == differences.c.record_id)
        if version is not None:
            query = query.where(differences.c.version == version)
        if before is not None:
            query = query.where(differences.c.id < before)
        with self._database.connect() as connection:
            rows = connection.execute(query.order_by(differences.c.id.desc()).limit(limit)).mappings()
            return [dict(row) for row in rows]
