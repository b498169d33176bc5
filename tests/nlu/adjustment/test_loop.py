"""The loop over real tables and a real registry; its jobs are ended here, as workers end them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nlu.adjustment.loop import Loop
from nlu.adjustment.policy import LoopPolicy
from nlu.adjustment.runs import LoopRun
from nlu.adjustment.served import note_failures
from nlu.audit.store import rows as audit_rows
from nlu.database.engine import Database
from nlu.database.place import database_url
from nlu.events import Notice
from nlu.jobs.job import State
from nlu.jobs.leases import End
from nlu.jobs.settings import Place
from nlu.jobs.store import JobStore
from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.journal.store import RecordStore
from nlu.store.registry import Registry
from tests.server.words import WordParser, publish

BEGAN = datetime.now(UTC)
ON = LoopPolicy(enabled=True, watch_hours=24.0)


class Bot:
    """A project whose loop is turned by hand, with a clock of its own."""

    def __init__(self, project: Path, policy: LoopPolicy = ON) -> None:
        (project / "patterns").mkdir(parents=True)
        (project / "patterns" / "pattern.txt").write_text("[greet]\n안녕\n", encoding="utf-8")
        self.project, models = project, project / "models"
        self.old, self.new = publish(models, 0), publish(models, 1, activate=False)
        self.registry, self.now, self.policy = Registry(models), BEGAN, policy
        self.database = Database(database_url(models))
        self.database.prepare()
        self.store = JobStore(self.database, Place.of(models, project))
        self.moved: tuple[str, ...] = ("words",)
        self._number = 0

    @property
    def loop(self) -> Loop:
        return Loop(self.store, self.policy, lambda: self.now, lambda *_: self.moved, WordParser.load)

    def begin(self) -> LoopRun:
        run = self.loop.begin()
        assert run is not None
        turned = self.turn()
        assert turned.id == run.id
        return turned

    def turn(self, hours: float = 0.0) -> LoopRun:
        self.now += timedelta(hours=hours)
        run = self.loop.advance()
        assert run is not None
        return run

    def end_job(self, state: State = State.DONE, **result: Any) -> str:
        """End the next job as a worker does, and say its kind."""
        (number, *_) = self.store.leases.ready(("cpu",))
        job = self.store.leases.claim(number, "worker", "log")
        assert job is not None
        error = "정책이 막음" if state is State.FAILED else None
        assert self.store.leases.finish(job, End(state, int(error is not None), error, result, "", None), [])
        return job.kind

    def train(self, **judged: Any) -> list[str]:
        """End the jobs of a run whose version may answer."""
        kinds = [self.end_job(), self.end_job(version=self.new), self.end_job()]
        return [*kinds, self.end_job(version=self.new, **judged)]

    def promote(self) -> LoopRun:
        self.begin()
        self.train(promoted=True, reason="kept")
        self.registry.activate(self.new)
        return self.turn()

    def answered(self, version: str, good: int, bad: int, minutes: float) -> None:
        """Record answers of a version, so long after the loop's present time."""
        parser, time = WordParser({"피자": "menu"}, version), self.now + timedelta(minutes=minutes)
        rows = []
        for text in ["피자"] * good + ["몰라"] * bad:
            self._number += 1
            rows.append(to_row(UnmaskedRecord(f"{self._number:032x}", time, "/parse", "", parser.parse(text))))
        RecordStore(self.database).write(rows)

    def audited(self) -> list[str]:
        return [row.action for row in audit_rows(self.database, actor="loop")]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    made = Bot(tmp_path / "bot")
    yield made
    made.database.close()


def test_a_run_goes_through_its_jobs_promotes_watches_and_keeps(bot: Bot) -> None:
    assert bot.begin().state == "working"
    assert bot.train(promoted=True, reason="kept") == ["generate", "train", "compare", "promote"]
    bot.registry.activate(bot.new)  # which the last job did
    run = bot.turn()
    assert (run.state, run.before, run.version) == ("watching", bot.old, bot.new)
    assert bot.turn(23).state == "watching"
    assert bot.turn(1.1).state == "kept"
    assert bot.audited() == ["loop.begun", "loop.working", "loop.watching", "loop.kept"]
    assert bot.registry.active() == bot.new


def test_nothing_new_begins_while_one_is_open_nor_soon_after(bot: Bot) -> None:
    bot.begin()
    assert bot.loop.begin() is None
    assert bot.loop.begin_now() is None
    bot.end_job(State.FAILED)
    assert bot.turn().state == "failed"
    bot.now += timedelta(hours=25)
    assert [one.code for one in bot.loop.decision().brakes] == ["loop.nothing_new_after"]
    (bot.project / "patterns" / "pattern.txt").write_text("[greet]\n안녕\n반가워\n", encoding="utf-8")
    assert bot.begin().state == "working"


def test_two_processes_begin_one_run_and_add_its_jobs_once(bot: Bot) -> None:
    first, second = bot.loop, bot.loop
    run = first.begin()
    assert run is not None
    assert second.runs.begin(bot.now, [Notice("loop.asked")], "", 0.0, None) is None
    first.advance()
    second.advance()
    assert len(bot.store.list()) == 4
    assert second.runs.move(run, "failed", bot.now) is None  # it has moved on since


def test_what_the_gate_holds_back_never_answers(bot: Bot) -> None:
    bot.begin()
    bot.end_job()
    bot.end_job(version=bot.new)
    bot.end_job()
    bot.end_job(State.FAILED, version=bot.new, promoted=False, reason="held")
    run = bot.turn()
    assert (run.state, run.version, run.finding.code) == ("held", bot.new, "loop.held")
    assert "정책이 막음" in run.finding.values["why"]
    assert bot.registry.active() == bot.old


def test_a_job_that_fails_or_is_cancelled_ends_the_run(bot: Bot) -> None:
    bot.begin()
    bot.end_job()
    bot.store.cancel(bot.store.list(states=["queued"])[-1].id)
    run = bot.turn()
    assert (run.state, run.finding.code) == ("failed", "loop.job_failed")


def test_a_training_that_made_nothing_new_ends_quietly(bot: Bot) -> None:
    bot.begin()
    for result in ({}, {"version": bot.old}, {}, {}):
        bot.end_job(**result)
    assert bot.turn().state == "unchanged"


def test_a_promoted_version_that_is_surely_worse_is_taken_back(bot: Bot) -> None:
    bot.answered(bot.old, 95, 5, minutes=-60)
    assert bot.promote().state == "watching"
    bot.answered(bot.new, 48, 2, minutes=1)
    assert bot.turn(1).state == "watching"
    bot.answered(bot.new, 50, 50, minutes=1)
    run = bot.turn(1)
    assert (run.state, run.finding.code) == ("rolled_back", "beside.fallbacks")
    assert bot.registry.active() == bot.old
    assert bot.audited()[-1] == "loop.rolled_back"


def test_a_promoted_version_that_fails_to_answer_is_taken_back(bot: Bot) -> None:
    bot.promote()
    note_failures(bot.database, {bot.old: 2}, bot.now - timedelta(hours=1))
    bot.answered(bot.old, 5, 0, minutes=-60)
    assert bot.turn(1).state == "watching"
    note_failures(bot.database, {bot.new: 3}, bot.now)
    run = bot.turn()
    assert (run.state, run.finding.code) == ("rolled_back", "beside.failures")
    assert bot.registry.active() == bot.old


def test_it_is_only_told_where_the_policy_takes_nothing_back(tmp_path: Path) -> None:
    bot = Bot(tmp_path / "bot", replace(ON, rollback=False))
    bot.answered(bot.old, 95, 5, minutes=-60)
    bot.promote()
    bot.answered(bot.new, 50, 50, minutes=1)
    assert bot.turn(1).state == "worse"
    assert bot.registry.active() == bot.new
    bot.database.close()


def test_a_version_that_somebody_else_replaced_is_left_alone(bot: Bot) -> None:
    bot.promote()
    bot.registry.activate(publish(bot.registry.root, 2, activate=False))
    assert bot.turn(1).state == "overtaken"


def test_a_canary_answers_some_users_first_and_the_gate_is_asked_again(tmp_path: Path) -> None:
    bot = Bot(tmp_path / "bot", replace(ON, canary=0.1, canary_hours=2.0))
    bot.begin()
    judged = bot.store.list()[0]
    assert (judged.kind, judged.arguments) == ("promote", {"activate": False})
    bot.train(promoted=False, reason="kept")
    assert bot.turn().state == "canary"
    assert (bot.registry.trials().canary.version, bot.registry.trials().canary.share) == (bot.new, 0.1)
    assert bot.registry.active() == bot.old
    assert bot.turn(1).state == "canary"
    assert bot.turn(1.1).state == "promoting"
    assert bot.end_job(version=bot.new, promoted=True, reason="kept") == "promote"
    bot.registry.activate(bot.new)
    assert bot.turn().state == "watching"
    bot.database.close()


def test_a_canary_that_was_stopped_ends_the_run(tmp_path: Path) -> None:
    bot = Bot(tmp_path / "bot", replace(ON, canary=0.1))
    bot.begin()
    bot.train(promoted=False, reason="kept")
    bot.turn()
    fault = Notice("beside.failures", {"failures": 1, "count": 9, "error": "ValueError"})
    bot.registry.end_trial("canary", "failed", fault)
    run = bot.turn()
    assert (run.state, run.finding) == ("stopped", fault)
    assert bot.registry.active() == bot.old
    bot.database.close()


def test_a_project_without_patterns_can_not_begin(bot: Bot) -> None:
    assert bot.loop.begin_now() is not None
    (bot.project / "patterns" / "pattern.txt").unlink()
    run = bot.turn()
    assert (run.state, run.finding.code) == ("failed", "loop.not_begun")


def test_it_begins_for_accepted_proposals_alone(tmp_path: Path) -> None:
    bot = Bot(tmp_path / "bot", replace(ON, accepted=2))
    bot.moved = ()
    assert bot.loop.begin() is None
    with bot.database.begin() as connection:
        for undone in (False, True, False):
            connection.exec_driver_sql(
                "INSERT INTO inbox_decisions (time, by, action, count, before, undone) "
                f"VALUES ('{datetime.now(UTC).replace(tzinfo=None)}', 'a', 'accept', 1, '[]', {int(undone)})"
            )
    run = bot.loop.begin()
    assert run is not None
    assert [one.code for one in run.reasons] == ["loop.accepted"]
    bot.database.close()
