from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nlu.adjustment.policy import LoopPolicy
from nlu.adjustment.reasons import Situation, decide
from nlu.adjustment.runs import LoopRun, State

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
QUIET = Situation(NOW, (), "20261121-143015-0a1b2c3d", (), 0, "inputs now")
ON = LoopPolicy(enabled=True)


def a_run(hours_ago: float, state: State = "kept", inputs: str = "inputs then") -> LoopRun:
    began = NOW - timedelta(hours=hours_ago)
    ended = None if state in ("working", "watching") else began + timedelta(minutes=5)
    return LoopRun(1, began, (), inputs, 0.0, state, began, (), None, None, None, ended)


@pytest.mark.parametrize(
    ("policy", "situation", "codes"),
    [
        (ON, QUIET, []),
        (ON, replace(QUIET, drift=("words",)), ["loop.drift"]),
        (replace(ON, drift=False), replace(QUIET, drift=("words",)), []),
        (ON, replace(QUIET, accepted=19), []),
        (ON, replace(QUIET, accepted=20), ["loop.accepted"]),
        (replace(ON, accepted=0), replace(QUIET, accepted=99), []),
        (replace(ON, every_days=1.0), QUIET, ["loop.every"]),
        (replace(ON, every_days=1.0), replace(QUIET, runs=(a_run(23),)), []),
        (replace(ON, every_days=1.0), replace(QUIET, runs=(a_run(25),)), ["loop.every"]),
    ],
)
def test_reasons_to_begin(policy: LoopPolicy, situation: Situation, codes: list[str]) -> None:
    assert [one.code for one in decide(policy, situation).reasons] == codes


MOVED = replace(QUIET, drift=("words",))


@pytest.mark.parametrize(
    ("policy", "situation", "codes"),
    [
        (ON, MOVED, []),
        (LoopPolicy(), MOVED, ["loop.off"]),
        (ON, replace(MOVED, version=None), ["loop.no_version"]),
        (ON, replace(MOVED, runs=(a_run(30, "watching"),)), ["loop.open"]),
        (ON, replace(MOVED, runs=(a_run(11),)), ["loop.quiet", "loop.enough"]),
        (ON, replace(MOVED, runs=(a_run(13),)), ["loop.enough"]),
        (replace(ON, runs_a_day=2), replace(MOVED, runs=(a_run(13),)), []),
        (ON, replace(MOVED, runs=(a_run(30, "kept", "inputs now"),)), ["loop.nothing_new"]),
        (ON, replace(MOVED, runs=(a_run(30, "rolled_back", "inputs now"),)), ["loop.nothing_new_after"]),
        (ON, replace(MOVED, runs=(a_run(30, "held", "inputs now"),)), ["loop.nothing_new_after"]),
        (ON, replace(MOVED, runs=(a_run(30, "held", "inputs then"),)), []),
    ],
)
def test_reasons_to_wait(policy: LoopPolicy, situation: Situation, codes: list[str]) -> None:
    decision = decide(policy, situation)
    assert [one.code for one in decision.brakes] == codes
    assert decision.begins == (not codes)


def test_nothing_begins_without_a_reason() -> None:
    assert not decide(ON, QUIET).begins
