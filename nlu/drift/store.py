"""Drift in the database: records are read, counts, baselines and checks are kept."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.sql import Select

from nlu.database.engine import Database
from nlu.database.errors import RowsRefused
from nlu.drift.sample import Heard, types
from nlu.drift.sketch import ORDERED, Sketch
from nlu.drift.tables import baselines, checks, days
from nlu.journal.tables import feedback, records
from nlu.types import FALLBACK_INTENT

_KEPT_CHECKS = 400
"""Of each version; older ones go."""
_LOOKED_UP = 500
"""Ids of one question to the database."""


@dataclass(frozen=True)
class Day:
    """What was counted of one day.

    Attributes:
        day: such as "2026-11-30", in UTC.
        count: utterances.
        fallbacks: those not understood.
        counts: intents, entity types, histograms of confidence and length, feedback; see `counted`.
    """

    day: str
    count: int
    fallbacks: int
    counts: Mapping[str, Any]


@dataclass(frozen=True)
class Baseline:
    """What served utterances looked like.

    Attributes:
        sketch: it.
        time: when it was made.
        is_chosen: whether somebody said that it was usual.
    """

    sketch: Sketch
    time: datetime
    is_chosen: bool


@dataclass(frozen=True)
class Kept:
    """A check that was kept: when, and what `Check.to_dict` made of it, without texts."""

    time: datetime
    alarm: bool
    check: Mapping[str, Any]


class DriftStore:
    """What drift knows of one version of the model.

    Every method raises `DatabaseUnavailable` when the database can't be used at the moment.

    Args:
        database: where the records are.
        version: of the model.
    """

    def __init__(self, database: Database, version: str) -> None:
        self._database = database
        self._version = version

    def count(self) -> int:
        """How many records of this version there are."""
        query = select(func.count()).select_from(records).where(records.c.model_version == self._version)
        with self._database.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def newest(self, limit: int) -> list[Heard]:
        """The newest utterances, in the order in which they were said."""
        order = records.c.time.desc(), records.c.id.desc()
        return self._heard(self._records().order_by(*order).limit(limit))[::-1]

    def first(self, limit: int) -> list[Heard]:
        """The first ones."""
        return self._heard(self._records().order_by(records.c.time, records.c.id).limit(limit))

    def _records(self) -> Select[Any]:
        return select(records).where(records.c.model_version == self._version)

    def _heard(self, query: Select[Any]) -> list[Heard]:
        with self._database.connect() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            newest = _newest_feedback(connection, [row["id"] for row in rows])
        return [Heard.of_record({**row, "feedback": newest.get(row["id"], [])}) for row in rows]

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """What was said, by the ids of records that are still there."""
        query = select(records.c.id, records.c.text).where(records.c.id.in_(ids))
        with self._database.connect() as connection:
            return {row.id: row.text for row in connection.execute(query)}

    def count_days(self, now: datetime) -> None:
        """Count today, and every day before it since the last that was counted; earlier counts stay."""
        first = self._first_uncounted()
        day = first and datetime.combine(first.astimezone(UTC).date(), time(), UTC)
        while day is not None and day <= now:
            if rows := self._heard(self._records().where(records.c.time >= day, records.c.time < day + _DAY)):
                self._keep_day(counted(day.date().isoformat(), rows))
            day += _DAY

    def _first_uncounted(self) -> datetime | None:
        """From where to count: the last day that was counted, which may have gone on, else the first record."""
        with self._database.connect() as connection:
            last = connection.execute(
                select(func.max(days.c.day)).where(days.c.model_version == self._version)
            ).scalar()
            if last:
                return datetime.fromisoformat(str(last)).replace(tzinfo=UTC)
            first = select(func.min(records.c.time)).where(records.c.model_version == self._version)
            found: datetime | None = connection.execute(first).scalar()
        return found

    def _keep_day(self, day: Day) -> None:
        values = {"count": day.count, "fallbacks": day.fallbacks, "counts": dict(day.counts)}
        mine = (days.c.model_version == self._version) & (days.c.day == day.day)
        with suppress(RowsRefused), self._database.begin() as connection:  # another server counts the same day
            before = connection.execute(select(days.c.count).where(mine)).scalar()
            if before is None:
                connection.execute(insert(days).values(model_version=self._version, day=day.day, **values))
            elif day.count >= before:  # fewer are left of a day whose records are being deleted
                connection.execute(update(days).where(mine).values(**values))

    def days(self, limit: int = 400) -> list[Day]:
        """The last days that were counted, the first of them first."""
        query = select(days).where(days.c.model_version == self._version).order_by(days.c.day.desc()).limit(limit)
        with self._database.connect() as connection:
            rows = connection.execute(query).all()
        return [Day(row[1], row[2], row[3], row[4]) for row in rows][::-1]

    def baseline(self) -> Baseline | None:
        """The baseline; None where there is none."""
        query = select(baselines).where(baselines.c.model_version == self._version)
        with self._database.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Baseline(Sketch.from_json(row.sketch), row.time, row.is_chosen)

    def set_baseline(self, sketch: Sketch, now: datetime, *, is_chosen: bool) -> None:
        """Keep a baseline in the place of the one before."""
        row = {"model_version": self._version, "time": now, "size": sketch.size, "is_chosen": is_chosen}
        with suppress(RowsRefused), self._database.begin() as connection:  # another server has made the same one
            connection.execute(delete(baselines).where(baselines.c.model_version == self._version))
            connection.execute(insert(baselines).values(**row, sketch=sketch.to_json()))

    def keep(self, check: Mapping[str, Any], now: datetime) -> None:
        """Keep a check, as `Check.to_dict` makes it without texts, if it says anything new."""
        mine = checks.c.model_version == self._version
        if (kept := self.kept()) and kept[0].check == json.loads(json.dumps(check)):
            return
        with self._database.begin() as connection:
            alarm = bool(check["alarm"])
            connection.execute(insert(checks).values(model_version=self._version, time=now, alarm=alarm, check=check))
            newest = select(checks.c.id).where(mine).order_by(checks.c.id.desc()).offset(_KEPT_CHECKS).limit(1)
            if (oldest := connection.execute(newest).scalar()) is not None:
                connection.execute(delete(checks).where(mine, checks.c.id <= oldest))

    def kept(self, limit: int = 1) -> list[Kept]:
        """The newest checks, the newest first."""
        query = select(checks).where(checks.c.model_version == self._version).order_by(checks.c.id.desc()).limit(limit)
        with self._database.connect() as connection:
            return [Kept(row.time, row.alarm, row.check) for row in connection.execute(query)]


_DAY = timedelta(days=1)


def counted(day: str, rows: Sequence[Heard]) -> Day:
    """Count the utterances of a day."""
    intents = Counter(row.intent for row in rows)
    told = [row.is_right for row in rows if row.is_right is not None]
    values = {
        "intents": dict(sorted(intents.items())),
        "entities": dict(sorted(Counter(name for row in rows for name in types(row)).items())),
        "confidence": _histogram("confidence", [row.confidence for row in rows]),
        "length": _histogram("length", [len(row.text) for row in rows]),
        "confidence_sum": round(sum(row.confidence for row in rows), 6),
        "feedback": len(told),
        "right": sum(told),
    }
    return Day(day, len(rows), intents.get(FALLBACK_INTENT, 0), values)


def _histogram(name: str, values: Sequence[float]) -> list[int]:
    codes = np.searchsorted(ORDERED[name], np.array(values, dtype=float), "left")
    return [int(one) for one in np.bincount(codes, minlength=len(ORDERED[name]) + 1)]


def _newest_feedback(connection: Connection, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """The newest feedback on each of some records that have any."""
    newest: dict[str, list[Mapping[str, Any]]] = {}
    for some in _portions(ids):
        query = select(feedback).where(feedback.c.record_id.in_(some)).order_by(feedback.c.id)
        newest.update({row["record_id"]: [row] for row in connection.execute(query).mappings()})
    return newest


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(ids), _LOOKED_UP):
        yield ids[at : at + _LOOKED_UP]
