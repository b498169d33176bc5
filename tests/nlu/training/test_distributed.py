"""Several processes that train one network, started by torch's own launcher."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlu.errors import TrainingError
from nlu.pipeline.generate import generate
from nlu.training.distributed import Ranks, joined
from nlu.understanding.parser import UtteranceParser
from tests.nlu.training.fit_together import fit_both
from tests.processes import ROOT
from tests.projects import config_of, dictionaries_of, patterns_of, write_project

pytestmark = pytest.mark.slow


def launch(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module in two processes that stand in a folder."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", module]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_two_processes_take_the_steps_of_one(tmp_path: Path) -> None:
    done = launch(tmp_path, "tests.nlu.training.fit_together", str(tmp_path))
    assert done.returncode == 0, done.stderr
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    alone = fit_both()
    assert first.keys() == alone.keys()
    for name, values in alone.items():
        assert first[name] == pytest.approx(values, rel=1e-4, abs=1e-4), name


def test_the_first_process_publishes_what_all_have_learned(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "bot")
    generate(patterns_of(folder), dictionaries_of(folder), folder / "data", config_of(folder))
    done = launch(folder, "nlu.commands.train", "--no-refit")
    assert done.returncode == 0, done.stderr
    (version,) = (folder / "models" / "versions").iterdir()
    assert done.stdout.count(f"새 모델: {version.name}") == 1
    assert UtteranceParser.load(version).parse("판교 날씨 알려줘").intent.name == "weather"


def test_a_share_is_every_nth_row_and_all_shares_are_the_batch() -> None:
    rows = list(range(7))
    shares = [Ranks(rank, 3).share(rows) for rank in range(3)]
    assert sorted(row for share in shares for row in share) == rows
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


def test_alone_where_the_launcher_started_one() -> None:
    with joined({"WORLD_SIZE": "1"}) as ranks:
        assert ranks == Ranks()
    with joined({}) as ranks:
        assert ranks == Ranks()


def test_processes_that_can_not_be_reached_are_told() -> None:
    nowhere = {"WORLD_SIZE": "2", "RANK": "1"}
    with pytest.raises(TrainingError, match="can't be reached"), joined(nowhere, "cpu"):
        pass
