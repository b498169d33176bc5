"""Pruners replayed: over toy curves by hand, over the recorded ones for what the product's pruner is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest

from benchmarks import plots, pruning
from benchmarks.replay import by_optuna, compare, i_epoch, methods, nothing, ours, replay
from benchmarks.trials import Recording, Trial, drawn, read
from nlu.search.pruner import CurvePolicy, CurvePruner
from tests.benchmarks.toy import utterances, write_task

ENDS = (0.5, 0.9, 0.7, 0.3, 0.8)


def toy(ends: tuple[float, ...] = ENDS, total: int = 20) -> list[Trial]:
    """Trials that rise in a straight line, a second a score; the worst ones lead in the first epoch."""
    steps = range(1, total + 1)
    return [
        Trial({}, tuple(end * step / total + (step <= 4) * (1 - end) * 0.5 for step in steps), tuple(map(float, steps)))
        for end in ends
    ]


def test_nothing_saves_nothing() -> None:
    outcome = replay(nothing, toy(), seed=0)
    assert (outcome.saved, outcome.regret) == (0, 0)


@pytest.mark.parametrize(("epochs", "kept", "found"), [(1, 2, 0.5), (2, 2, 0.9), (2, 1, 0.9), (1, 5, 0.9)])
def test_i_epoch_goes_on_with_those_that_lead_after_so_many_epochs(epochs: int, kept: int, found: float) -> None:
    outcome = replay(i_epoch(epochs, kept), toy(), seed=3)
    assert outcome.saved == pytest.approx((5 - kept) / 5 * (1 - 4 * epochs / 20))
    assert outcome.regret == pytest.approx(0.9 - found)


def test_same_seed_is_the_same_order() -> None:
    method = methods(CurvePolicy(100))["median"]
    assert replay(method, toy(), seed=1) == replay(method, toy(), seed=1)


RECORDED = pytest.mark.parametrize("path", pruning.RECORDED, ids=lambda path: path.stem)


@RECORDED
def test_in_a_study_the_pruner_stops_the_same_trials(path: Path) -> None:
    recording, trials = read(path)
    trials, policy = trials[:12], CurvePolicy(recording.dev)
    inside = by_optuna(lambda total: CurvePruner(policy), lambda total: range(1, total + 1), first=0)
    assert inside(trials, 0) == ours(policy)(trials, 0)


@RECORDED
def test_on_recorded_trials_it_saves_half_at_little_regret(path: Path) -> None:
    """Three orders of most of them; `benchmarks/README.md` has two hundred of all, beside other pruners."""
    recording, trials = read(path)
    policy = CurvePolicy(recording.dev)
    outcomes = [replay(ours(policy), trials[:48], seed, policy) for seed in range(3)]
    assert fmean(outcome.saved for outcome in outcomes) >= 0.45
    assert fmean(outcome.regret for outcome in outcomes) <= 0.005
    assert fmean(held for outcome in outcomes for held in outcome.covered) >= 0.75


@RECORDED
def test_recordings_are_of_sixty_full_trials(path: Path) -> None:
    recording, trials = read(path)
    assert len(trials) >= 60
    assert {len(trial.scores) for trial in trials} == {len(trial.seconds) for trial in trials} == {4 * recording.epochs}
    assert len({json.dumps(trial.settings) for trial in trials}) == len(trials)


def test_table_and_plot_show_every_method() -> None:
    rows = list(compare(Recording("toy", "intents", 1, 100, 5), toy(), 2, CurvePolicy(100)))
    assert [row["method"] for row in rows if "epoch" not in str(row["method"])] == [
        "none", "median", "successive halving", "hyperband", "ours",
    ]  # fmt: skip
    assert plots.pruning(rows).startswith(b"\x89PNG")


def test_draws_depend_on_seed_and_number_alone() -> None:
    assert drawn("intents", 0, 3) == drawn("intents", 0, 3)
    assert drawn("intents", 0, 3) != drawn("intents", 0, 4) != drawn("intents", 1, 4)


@pytest.mark.slow
def test_recording_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three trainings of a toy, each a tenth of a second, after word vectors."""
    data = write_task(
        tmp_path / "data" / "toy", [replace(one, text=f"{one.text}{n}") for one in utterances() for n in range(20)]
    )
    out = tmp_path / "recorded" / "toy.jsonl"
    options = ["--data", str(data), "--task", "toy", "--share", "1", "--epochs", "1", "--out", str(out)]
    assert pruning.main(["record", *options, "--trials", "1"]) == 0
    first = out.read_text(encoding="utf-8")
    assert pruning.main(["record", *options, "--trials", "2"]) == 0
    recording, trials = read(out)
    assert out.read_text(encoding="utf-8").startswith(first)
    assert recording == Recording("toy", "intents", 480, 480, 1)
    assert [trial.settings for trial in trials] == [json.loads(json.dumps(drawn("intents", 0, at))) for at in (0, 1)]
    assert pruning.main(["record", *options[:-4], "--epochs", "2", "--out", str(out)]) == 2
    assert "expected trials of " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["replay", "--bound", "2", "--orders", "1"], "bound: expected another value than 2.0"),
        (["replay", __file__], f"{__file__}: expected recorded trials"),
        (["record", "--out", "trials.jsonl"], "--data와 --task, 아니면 --dataset이 있어야 합니다."),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line(
    words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pruning.main(words) == 2
    assert capsys.readouterr().err == f"benchmarks/pruning.py: {problem}\n"
