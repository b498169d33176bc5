from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nlu.drift.passing import pass_over, rebase
from nlu.drift.reading import Reader
from nlu.drift.sample import Heard
from nlu.drift.sketch import Kind, Sketch
from nlu.drift.store import DriftStore
from nlu.journal.rows import to_row
from nlu.journal.store import RecordStore
from nlu.store.bundle import Bundle, write_bundle
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore
from tests.nlu import tiny
from tests.nlu.drift.examples import heard, mixed, refunds
from tests.nlu.journal.examples import NOW, a_feedback, an_id, an_unmasked_record


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RecordStore]:
    made = RecordStore(f"sqlite:///{tmp_path / 'records.db'}")
    made.prepare()
    yield made
    made.close()


@pytest.fixture
def any_store(url: str) -> Iterator[RecordStore]:
    """One of each kind of database."""
    made = RecordStore(url)
    made.migrate()
    yield made
    made.close()


@pytest.fixture
def bundle(tmp_path: Path, tiny_bundle_files: Mapping[str, bytes]) -> Bundle:
    """The tiny bot, which nothing was sketched of."""
    return write_bundle(tmp_path / "bundle", tiny_bundle_files, tiny.MANIFEST)


def with_sketch(bundle: Bundle, folder: Path, kind: Kind) -> Bundle:
    """The same bot with a sketch."""
    files = {name: bundle.read(name) for name in bundle.manifest.files}
    sketch = Sketch.of(Reader.open(bundle).read(heard(600, seed=1)), kind)
    return write_bundle(folder / kind, {**files, **sketch.files()}, tiny.MANIFEST)


def record(store: RecordStore, version: str, rows: Sequence[Heard], start: datetime = NOW, first: int = 1) -> datetime:
    """Record utterances a minute apart, and tell when the last was said."""
    records = []
    for at, row in enumerate(rows):
        entities = [Entity(name, 0, 1, row.text[0], row.text[0]) for name in row.entities]
        verdict = Fallback("unsure" if row.intent == FALLBACK_INTENT else None, 0.5, 0.5)
        time = start + timedelta(minutes=at)
        more = {"version": version, "intent": IntentScore(row.intent, row.confidence), "fallback": verdict}
        records.append(to_row(an_unmasked_record(first + at, row.text, *entities, time=time, **more)))
    store.write(records)
    return start + timedelta(minutes=len(rows))


def test_before_there_is_a_reference_it_says_what_it_waits_for(store: RecordStore, bundle: Bundle) -> None:
    now = record(store, bundle.version, heard(150))
    passed = pass_over(store.database, bundle, now, baseline=200)
    assert (passed.check, passed.is_alarm, passed.standing.wanted, passed.standing.served) == (None, False, 200, 150)


def test_the_first_ones_served_become_the_reference_and_a_new_subject_raises_an_alarm(
    any_store: RecordStore, bundle: Bundle
) -> None:
    now = record(any_store, bundle.version, heard(900, seed=1))
    quiet = pass_over(any_store.database, bundle, now, baseline=600)
    assert quiet.standing.baseline is not None
    assert not quiet.is_alarm
    now = record(any_store, bundle.version, mixed(heard(475, seed=2), refunds(25)), now, 1_001)
    passed = pass_over(any_store.database, bundle, now, baseline=600)
    assert passed.is_alarm
    kept = DriftStore(any_store.database, bundle.version).kept(9)
    assert [one.alarm for one in kept] == [True, False]
    assert "환불" not in str(kept[0].check)
    texts = DriftStore(any_store.database, bundle.version).texts([one["id"] for one in kept[0].check["movers"]])
    assert any("환불" in text for text in texts.values())


def test_a_sketch_of_what_people_wrote_is_the_reference_and_one_of_patterns_until_enough_was_served(
    store: RecordStore, bundle: Bundle, tmp_path: Path
) -> None:
    now = record(store, bundle.version, heard(300, seed=1))
    written, generated = (with_sketch(bundle, tmp_path, kind) for kind in ("written", "generated"))
    record(store, written.version, heard(300, seed=1), first=1_001)
    record(store, generated.version, heard(300, seed=1), first=2_001)
    found = [pass_over(store.database, one, now, baseline=300) for one in (written, generated)]
    assert [one.standing.sketch.kind for one in found if one.standing.sketch] == ["written", "served"]
    early = pass_over(store.database, with_sketch(bundle, tmp_path / "more", "generated"), now, baseline=900)
    assert early.standing.sketch is not None


def test_what_was_served_last_can_be_made_the_reference(store: RecordStore, bundle: Bundle, tmp_path: Path) -> None:
    bot = with_sketch(bundle, tmp_path, "written")
    now = record(store, bot.version, mixed(heard(300, seed=2), refunds(200)))
    assert pass_over(store.database, bot, now).is_alarm
    assert rebase(store.database, bot, now).kind == "served"
    passed = pass_over(store.database, bot, now)
    assert not passed.is_alarm
    assert passed.to_dict(with_text=False)["reference"]["chosen"] is True


def test_days_stay_counted_when_their_records_are_gone(any_store: RecordStore, bundle: Bundle) -> None:
    rows = [one._replace(intent=FALLBACK_INTENT) if at < 30 else one for at, one in enumerate(heard(200))]
    record(any_store, bundle.version, rows)
    any_store.add_feedback(an_id(1), a_feedback(FALLBACK_INTENT))
    drift = DriftStore(any_store.database, bundle.version)
    drift.count_days(NOW + timedelta(days=1))
    before = drift.days()
    assert [(day.day, day.count, day.fallbacks) for day in before] == [("2026-11-21", 200, 30)]
    assert (before[0].counts["feedback"], before[0].counts["right"]) == (1, 1)
    any_store.prune_all(NOW + timedelta(days=30))
    drift.count_days(NOW + timedelta(days=2))
    assert drift.days() == before
    assert not any(word in str(before) for row in rows for word in row.text.split())


def test_a_pass_that_finds_nothing_new_leaves_nothing_new(store: RecordStore, bundle: Bundle) -> None:
    now = record(store, bundle.version, heard(300, seed=1))
    for _ in range(2):
        pass_over(store.database, bundle, now, baseline=200)
    assert len(DriftStore(store.database, bundle.version).kept(9)) == 1
