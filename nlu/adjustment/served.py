"""What became of the utterances that each version answered, by the records of all servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, func, select

from nlu.adjustment.judge import Answers
from nlu.adjustment.tables import failed_answers
from nlu.database.engine import Database
from nlu.journal.tables import feedback, records

_KEPT = timedelta(days=90)
_MEANT = ("start", "end", "entity", "role", "value")


def answers_by_version(database: Database, since: datetime, until: datetime | None = None) -> dict[str, Answers]:
    """Count what each version answered in a time: those not understood, corrected since, and failed, too.

    Args:
        database: where the records are.
        since: not older than this.
        until: older than this; None for up to now.

    Raises:
        DatabaseUnavailable: it can't be used at the moment.
    """
    times = records.c.time >= since
    if until is not None:
        times = and_(times, records.c.time < until)
    fallbacks = func.count().filter(records.c.is_fallback)
    counted = select(records.c.model_version, func.count(), fallbacks).where(times).group_by(records.c.model_version)
    newest = select(func.max(feedback.c.id)).group_by(feedback.c.record_id)
    corrected: Select[Any] = (
        select(
            records.c.model_version,
            records.c.intent,
            records.c.entities,
            feedback.c.intent.label("right_intent"),
            feedback.c.entities.label("right_entities"),
        )
        .join(feedback, feedback.c.record_id == records.c.id)
        .where(times, feedback.c.id.in_(newest))
    )
    failing = failed_answers.c.time >= since
    if until is not None:
        failing = and_(failing, failed_answers.c.time < until)
    summed = func.sum(failed_answers.c["count"])
    failed = select(failed_answers.c.version, summed).where(failing).group_by(failed_answers.c.version)
    with database.connect() as connection:
        rows = connection.execute(counted).all()
        answered = [dict(row) for row in connection.execute(corrected).mappings()]
        failures = {row[0]: int(row[1]) for row in connection.execute(failed)}
    complaints = Counter(row["model_version"] for row in answered if is_complaint(row))
    counts = {version: (count, fallen) for version, count, fallen in rows}
    return {
        version: Answers(*counts.get(version, (0, 0)), complaints[version], failures.get(version, 0))
        for version in {**counts, **failures}
    }


def note_failures(database: Database, failed: Mapping[str, int], now: datetime) -> None:
    """Write how many requests versions failed to answer, and forget what is old.

    Args:
        database: where.
        failed: version → how many.
        now: the time.

    Raises:
        DatabaseUnavailable: it can't be used at the moment.
    """
    with database.begin() as connection:
        rows = [{"time": now, "version": version, "count": count} for version, count in failed.items()]
        connection.execute(failed_answers.insert(), rows)
        connection.execute(delete(failed_answers).where(failed_answers.c.time < now - _KEPT))


def is_complaint(row: Mapping[str, Any]) -> bool:
    """Whether feedback says something else than was answered; it may also say that all was right.

    Args:
        row: `intent` and `entities` as they were answered, `right_intent` and `right_entities`.
    """
    if row["intent"] != row["right_intent"]:
        return True
    return _meant(row["entities"]) != _meant(row["right_entities"])


def _meant(entities: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(str(one.get(name)) for name in _MEANT) for one in entities)
