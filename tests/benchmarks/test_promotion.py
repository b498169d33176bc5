"""Candidates that are simulated: as many are worse as is said, and errors come by patterns where they are said to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.promotion import WORLDS, drawn, main

ALONE, STRONG = (next(world for world in WORLDS if world.name == name) for name in ("alone", "strong"))


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_a_loss_is_as_large_as_it_is_said_to_be(world) -> None:
    rng = np.random.default_rng(0)
    found = [drawn(world, 2_000, 0.02, rng) for _ in range(60)]
    assert np.mean([one.old.mean() for one in found]) == pytest.approx(world.accuracy, abs=0.01)
    assert np.mean([one.old.mean() - one.new.mean() for one in found]) == pytest.approx(0.02, abs=0.006)


def test_errors_come_by_patterns_where_they_are_said_to() -> None:
    rng = np.random.default_rng(0)
    effects = [np.mean([drawn(world, 2_000, 0.0, rng).design_effect() for _ in range(30)]) for world in (ALONE, STRONG)]
    assert effects[0] == pytest.approx(1.0, abs=0.05)
    assert effects[1] > 2


def test_shares_of_what_was_decided_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--times", "2", "--utterances", "200", "--intents", "3", "--json", str(tmp_path / "p.json")]) == 0
    rows = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["rows"]
    assert len(rows) == 2 * len(WORLDS)
    for row in rows:
        assert sum(row[word] for word in ("better", "no_worse", "unsure", "worse")) == pytest.approx(1.0)
    assert "promoted" in capsys.readouterr().out
