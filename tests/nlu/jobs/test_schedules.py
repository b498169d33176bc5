from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks.jobs_example import a_store
from nlu.errors import InputError, UnknownChoiceError
from nlu.jobs.errors import UnknownSchedule
from nlu.jobs.schedules import Schedules, next_time
from nlu.jobs.store import JobStore, Step
from nlu.jobs.tables import schedules as table

STEPS = [Step("example", {"name": "first"}), Step("example", {"name": "second"})]
EVENING = datetime(2026, 11, 30, 12, tzinfo=UTC)  # nine in Seoul
NIGHT = datetime(2026, 11, 30, 18, tzinfo=UTC)  # three in Seoul, on the first of December


def at(schedules: Schedules, time: datetime) -> None:
    """Turn the clock back to when a schedule was rung last."""
    with schedules.database.begin() as connection:
        connection.execute(update(table).values(rung_for=time))


def made_in_the_evening(store: JobStore) -> Schedules:
    made = Schedules(store.database, store)
    made.put("밤", "0 3 * * *", STEPS, by="kim")
    at(made, EVENING)
    return made


@pytest.fixture
def schedules(sqlite_store: JobStore) -> Schedules:
    """One schedule, made in the evening."""
    return made_in_the_evening(sqlite_store)


@pytest.fixture
def everywhere(store: JobStore) -> Schedules:
    """The same in a database of each sort."""
    return made_in_the_evening(store)


@pytest.fixture
def others(url: str, everywhere: Schedules, tmp_path: Path) -> Iterator[Schedules]:
    """The same ones, as another process sees them."""
    store = a_store(url, tmp_path)
    yield Schedules(store.database, store)
    store.close()


def test_a_schedule_rings_at_its_time_in_its_place(schedules: Schedules) -> None:
    assert schedules.ring_at(NIGHT - timedelta(seconds=1)) == []
    first, second = schedules.ring_at(NIGHT)
    assert (first.kind, first.arguments, first.added_by) == ("example", {"name": "first"}, "schedule:밤")
    assert second.after == first.id


def test_the_same_night_never_runs_twice(everywhere: Schedules, others: Schedules) -> None:
    assert len(everywhere.ring_at(NIGHT)) == 2
    assert everywhere.ring_at(NIGHT) == []
    assert others.ring_at(NIGHT + timedelta(hours=1)) == []
    assert len(others.ring_at(NIGHT + timedelta(days=1))) == 2
    assert len(everywhere.store.list()) == 4


def test_a_clock_that_was_turned_back_rings_no_night_again(schedules: Schedules) -> None:
    first, _ = schedules.ring_at(NIGHT)
    at(schedules, EVENING)
    again, _ = schedules.ring_at(NIGHT)
    assert again.id == first.id
    assert len(schedules.store.list()) == 2


def test_what_came_while_nobody_was_there_rings_once_and_not_too_late(schedules: Schedules) -> None:
    at(schedules, EVENING - timedelta(days=5))
    assert len(schedules.ring_at(NIGHT + timedelta(hours=2))) == 2
    assert schedules.ring_at(NIGHT + timedelta(hours=3)) == []
    assert schedules.ring_at(NIGHT + timedelta(days=3, hours=20)) == []


def test_what_is_off_or_new_does_not_ring(schedules: Schedules) -> None:
    schedules.switch("밤", is_on=False)
    assert schedules.ring_at(NIGHT) == []
    schedules.switch("밤", is_on=True)
    assert schedules.ring_at() == []
    schedules.put("밤", "0 3 1 1 *", STEPS, by="kim")
    assert schedules.ring_at() == []


def test_schedules_are_changed_and_removed_by_name(schedules: Schedules) -> None:
    changed = schedules.put("밤", "30 4 * * 1", STEPS[:1], by="lee", timezone="UTC")
    assert [one.name for one in schedules.list()] == ["밤"]
    assert changed.next_time(NIGHT) == datetime(2026, 12, 7, 4, 30, tzinfo=UTC)
    schedules.remove("밤")
    assert schedules.list() == []
    with pytest.raises(UnknownSchedule):
        schedules.remove("밤")
    with pytest.raises(UnknownSchedule):
        schedules.switch("밤", is_on=True)


@pytest.mark.parametrize(
    ("cron", "timezone", "code"),
    [
        ("", "Asia/Seoul", "jobs.cron"),
        ("61 * * * *", "Asia/Seoul", "jobs.cron"),
        ("every night", "Asia/Seoul", "jobs.cron"),
        ("0 3 31 2 *", "Asia/Seoul", "jobs.cron"),
        ("0 3 * * *", "Seoul", "jobs.timezone"),
        ("0 3 * * *", "../../etc/passwd", "jobs.timezone"),
        ("0 3 * * *", "", "jobs.timezone"),
    ],
)
def test_a_time_that_is_none_is_refused(schedules: Schedules, cron: str, timezone: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        schedules.put("x", cron, STEPS, by="kim", timezone=timezone)
    assert caught.value.code == code
    assert len(schedules.list()) == 1


def test_steps_that_are_none_are_refused(schedules: Schedules) -> None:
    with pytest.raises(UnknownChoiceError):
        schedules.put("x", "0 3 * * *", [Step("cook", {})], by="kim")
    with pytest.raises(InputError):
        schedules.put("x", "0 3 * * *", [Step("example", {"seconds": "long"})], by="kim")
    with pytest.raises(InputError):
        schedules.put("x", "0 3 * * *", [], by="kim")
    with pytest.raises(InputError):
        schedules.put("", "0 3 * * *", STEPS, by="kim")


def test_where_clocks_are_turned_each_night_comes_once() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)  # in Berlin, 02:30 on the 29th is left out
    assert next_time("30 2 * * *", "Europe/Berlin", before) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    first = next_time("30 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC))  # comes twice on the 25th
    assert first.date() == datetime(2026, 10, 25, tzinfo=UTC).date()
    assert next_time("30 2 * * *", "Europe/Berlin", first).date() == datetime(2026, 10, 26, tzinfo=UTC).date()
