from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nlu.adjustment.shadowing import ShadowCounts, Shadowing
from nlu.audit.store import rows as audit_rows
from nlu.database.engine import Database
from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.journal.store import RecordStore
from nlu.store.registry import Registry
from nlu.types import Parse
from server import ServerSettings
from server.metrics import Metrics
from server.trials.keeper import Keeper
from server.trials.shadow import ShadowSender
from tests.server.words import WordParser, publish


class Beside:
    """A keeper, what it is sent, and the database it writes."""

    def __init__(self, models: Path, load: Callable[[Path], WordParser] = WordParser.load, **settings: Any) -> None:
        self.registry = Registry(models)
        self.active = WordParser.load(self.registry.path(str(self.registry.active())))
        self.settings = ServerSettings(models, **settings)
        self.keeper = Keeper(self.settings, load, models.parent)
        self.sender = ShadowSender(lambda: self.registry.trials().shadow, Metrics(), models.parent)
        self.database = Database(self.settings.records_place)
        if self.settings.record > 0:
            self.database.prepare()
        self._number = 0

    def record(self, parse: Parse) -> str:
        self._number += 1
        record = UnmaskedRecord(f"{self._number:032x}", datetime.now(UTC), "/parse", "", parse)
        RecordStore(self.database).write([to_row(record)])
        return record.id

    def ask(self, *texts: str, recorded: bool = True) -> None:
        """Answer utterances and turn the keeper, often enough that none waits in the kernel."""
        for text in texts:
            parse = self.active.parse(text)
            self.sender.offer(parse, self.record(parse) if recorded else None)
            self.turn()

    def turn(self) -> None:
        self.keeper.turn(self.registry.trials(), 0.05)

    def counts(self, version: str) -> ShadowCounts:
        return Shadowing(self.database).counts(version)

    def close(self) -> None:
        self.keeper.close()
        self.database.close()


@pytest.fixture
def candidate(models: Path) -> str:
    """It calls a 피자 a `menu1` where the active version says `menu0`, and knows no 판교."""
    registry = Registry(models)
    version = publish(models, 1, activate=False)
    registry.try_beside("shadow", version, 1.0)
    return version


@pytest.fixture
def beside(models: Path, candidate: str) -> Iterator[Beside]:
    made = Beside(models)
    yield made
    made.close()


def test_differences_are_kept_beside_what_was_answered(beside: Beside, candidate: str) -> None:
    beside.ask("피자", "판교", "몰라")
    beside.keeper.close()
    (row,) = Shadowing(beside.database).page()
    assert (row["text"], row["version"], row["model_version"]) == ("피자", candidate, beside.active.version)
    assert (row["served_entities"][0]["entity"], row["entities"][0]["entity"]) == ("menu0", "menu1")
    assert not row["other_intent"]
    counts = beside.counts(candidate)
    assert (counts.compared, counts.other_intents, counts.other_entities, counts.failed) == (3, 0, 1, 0)
    assert counts.memory > 10
    assert counts.seconds > 0


def test_a_difference_goes_with_its_record(beside: Beside) -> None:
    beside.ask("피자", "피자 주세요")
    beside.keeper.close()
    assert len(Shadowing(beside.database).page()) == 2
    RecordStore(beside.database).prune_all(datetime.now(UTC))
    assert Shadowing(beside.database).page() == []
    with beside.database.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM differences").scalar() == 0


def test_a_difference_waits_for_its_record(beside: Beside) -> None:
    parse = beside.active.parse("피자")
    beside.sender.offer(parse, f"{1:032x}")
    beside.turn()
    beside.keeper._shadow.write(0, at_once=True)
    assert Shadowing(beside.database).page() == []
    assert beside.record(parse) == f"{1:032x}"
    beside.keeper._shadow.write(0, at_once=True)
    assert [row["record_id"] for row in Shadowing(beside.database).page()] == [f"{1:032x}"]


def test_personal_data_is_masked_in_what_the_candidate_understood(models: Path, candidate: str) -> None:
    class Loud(WordParser):
        def parse(self, text: str, **options: Any) -> Parse:
            self.words = {"010-1234-5678": "phone"}
            return super().parse(text, **options)

    beside = Beside(models, Loud.load)
    beside.ask("피자 010-1234-5678")
    beside.keeper.close()
    (row,) = Shadowing(beside.database).page()
    assert (row["text"], row["entities"][0]["value"]) == ("피자 ***-****-****", "***-****-****")
    beside.close()


def test_what_is_not_recorded_is_counted_and_nothing_is_kept(models: Path, candidate: str) -> None:
    beside = Beside(models, record="off")
    beside.ask("피자", "피자", recorded=False)
    assert (beside.keeper._shadow.counts.compared, beside.keeper._shadow.counts.other_entities) == (2, 2)
    beside.close()
    assert not (models.parent / "records").exists()


def test_a_candidate_that_fails_again_and_again_ends_its_trial(models: Path, candidate: str) -> None:
    class Ill(WordParser):
        def parse(self, text: str, **options: Any) -> Parse:
            return super().parse("고장" if text == "피자" else text, **options)

    beside = Beside(models, Ill.load)
    beside.ask("피자", "판교", "피자")
    assert beside.registry.trials().shadow is not None
    beside.ask("피자")
    (over,) = beside.registry.trials().ended
    assert (over.reason, over.fault.values["failures"], over.fault.values["error"]) == (
        "failed",
        3,
        "ZeroDivisionError",
    )
    beside.close()


def test_a_candidate_that_can_not_be_loaded_ends_its_trial(models: Path, candidate: str) -> None:
    def load(folder: Path) -> WordParser:
        raise MemoryError

    beside = Beside(models, load)
    beside.turn()
    (over,) = beside.registry.trials().ended
    assert (over.reason, over.fault.values) == ("not_loaded", {"error": "MemoryError"})
    beside.close()


def test_the_model_is_let_go_where_nothing_is_tried_any_more(beside: Beside, candidate: str) -> None:
    beside.ask("피자")
    beside.registry.end_trial("shadow")
    beside.turn()
    assert beside.keeper._shadow is None
    assert beside.counts(candidate).compared == 1


def test_it_runs_until_nothing_is_tried(beside: Beside, candidate: str) -> None:
    beside.sender.offer(beside.active.parse("피자"), beside.record(beside.active.parse("피자")))
    looks = iter([True])
    beside.keeper.run(lambda: next(looks, False))
    assert beside.counts(candidate).compared == 1
    beside.registry.activate(candidate)
    Keeper(beside.settings, WordParser.load, beside.registry.root.parent).run(lambda: True)


def test_another_active_version_is_counted_apart(beside: Beside, candidate: str) -> None:
    beside.ask("피자")
    beside.active = WordParser({"피자": "menu1"}, "20261121-150000-00000000")
    beside.ask("피자", "피자")
    beside.keeper.close()
    counts = beside.counts(candidate)
    assert (counts.compared, counts.other_entities) == (3, 1)
    with beside.database.connect() as connection:
        rows = connection.exec_driver_sql("SELECT compared FROM shadow_runs ORDER BY compared").scalars()
        assert list(rows) == [1, 2]


def answered(beside: Beside, version: str, texts: Sequence[str]) -> None:
    parser = WordParser(beside.active.words, version)
    now = datetime.now(UTC)
    rows = [to_row(UnmaskedRecord(uuid.uuid4().hex, now, "/parse", "", parser.parse(text))) for text in texts]
    RecordStore(beside.database).write(rows)


def test_a_canary_that_understands_less_by_the_records_is_stopped(beside: Beside, candidate: str) -> None:
    beside.registry.end_trial("shadow")
    trial = beside.registry.try_beside("canary", candidate, 0.1)
    answered(beside, beside.active.version, ["피자"] * 95 + ["몰라"] * 5)
    answered(beside, candidate, ["피자"] * 48 + ["몰라"] * 2)
    beside.keeper.judge(trial)
    assert beside.registry.trials().canary == trial
    answered(beside, candidate, ["피자"] * 60 + ["몰라"] * 40)
    beside.turn()
    assert beside.registry.trials().canary is None
    beside.turn()
    (noted,) = audit_rows(beside.database, action="canary.stop")
    assert (noted.actor, noted.subject) == ("server", candidate)
    assert beside.registry.trials().ended[-1].fault.code == "beside.fallbacks"


def test_a_canary_whose_answers_are_corrected_is_stopped(beside: Beside, candidate: str) -> None:
    trial = beside.registry.try_beside("canary", candidate, 0.1)
    answered(beside, beside.active.version, ["피자"] * 100)
    answered(beside, candidate, ["피자"] * 100)
    store = RecordStore(beside.database)
    for row in store.page(200):
        is_right = row["model_version"] != candidate
        given = {"time": row["time"], "known_intent": True, "comment": None, "entities": row["entities"]}
        store.add_feedback(row["id"], given | {"intent": "order_food" if is_right else "greet"})
    beside.keeper.judge(trial)
    assert beside.registry.trials().ended[-1].fault.code == "beside.complaints"


def test_a_database_that_is_away_ends_nothing(models: Path, candidate: str) -> None:
    beside = Beside(models)
    beside.settings = beside.keeper._settings = ServerSettings(models, records_url="sqlite:////proc/no/records.db")
    beside.keeper._opened = None
    beside.turn()
    beside.sender.offer(beside.active.parse("피자"), "a")
    beside.turn()
    assert beside.registry.trials().shadow is not None
    beside.close()
