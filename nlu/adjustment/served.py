"""What became of the utterances that each version answered, by the records of all servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from nlu.adjustment.judge import Answers
from nlu.database.engine import Database
from nlu.journal.tables import feedback, records

_MEANT = ("start", "end", "entity", "role", "value")


def answers_by_version(database: Database, since: datetime, until: datetime | None = None) -> dict[str, Answers]:
    """Count what each version answered in a time: utterances, those not understood, those somebody corrected since.

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
    with database.connect() as connection:
        rows = connection.execute(counted).all()
        answered = [dict(row) for row in connection.execute(corrected).mappings()]
    complaints = Counter(row["model_version"] for row in answered if is_complaint(row))
    return {version: Answers(count, fallen, complaints[version]) for version, count, fallen in rows}


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
