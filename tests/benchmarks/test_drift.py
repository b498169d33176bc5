from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks import drift, plots
from benchmarks.drift_replay import Bot, Change, costs, noticed, quiet_months
from tests.nlu.drift.examples import a_reader, heard, refunds


@pytest.fixture(scope="module")
def bot() -> Bot:
    """A bot whose answers are given; what it is asked was read once."""
    reader, quiet = a_reader(), heard(3_000, seed=5)
    texts = tuple(one.text for one in heard(1_000, seed=6))
    made = Bot(None, reader, texts, (), {"refunds": ()})  # type: ignore[arg-type]
    made.__dict__["samples"] = {"quiet": reader.read(quiet), "refunds": reader.read(refunds(60))}
    return made


def test_a_new_subject_is_noticed_in_every_replay_and_named(bot: Bot) -> None:
    row = noticed(bot, Change("refunds", bot.samples["refunds"]), runs=3, seed=0)
    assert (row["noticed"], row["before"]) == (1.0, 0.0)
    assert 0 < int(str(row["median"])) <= 500
    assert float(str(row["movers"])) > 0.7
    assert plots.drift_replay([row]).startswith(b"\x89PNG")


def test_quiet_traffic_as_a_change_is_noticed_by_chance_only(bot: Bot) -> None:
    rng = random.Random(0)
    same = bot.reader.read(rng.sample(bot.samples["quiet"].heard, 100))
    assert noticed(bot, Change("nothing", same), runs=4, seed=1)["noticed"] == 0.0


def test_quiet_months_are_counted(bot: Bot) -> None:
    row = quiet_months(bot, 3, 40, 0, print)
    assert row["windows"] == 24
    assert row["alarms_a_month"] == 0.0


def test_answering_costs_nothing(bot: Bot) -> None:
    row = costs(bot)
    assert row["serving_us"] == 0.0
    assert int(str(row["sketch_bytes"])) < 100_000


def test_what_was_recorded_is_drawn_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recorded = Path(drift.__file__).parent / "recorded" / "drift" / "massive_ko.json"
    assert drift.main(["--from", str(recorded), "--plot", str(tmp_path / "drift.png")]) == 0
    assert "alarms_a_month" in capsys.readouterr().out
    assert (tmp_path / "drift.png").exists()
