"""Whether a run shall begin: a pure decision, with each reason to begin and each reason to wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nlu.adjustment.policy import LoopPolicy
from nlu.adjustment.runs import BAD, LoopRun
from nlu.events import Notice

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known at a moment.

    Attributes:
        now: the time.
        runs: the last runs, the newest first.
        version: the version that answers; None where none does.
        drift: what has moved, by name; empty without an alarm.
        accepted: changes accepted in the inbox since the last run began.
        inputs: a hash of what a run would learn from now.
    """

    now: datetime
    runs: Sequence[LoopRun]
    version: str | None
    drift: tuple[str, ...]
    accepted: int
    inputs: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether to begin.

    Attributes:
        reasons: to begin.
        brakes: reasons to wait.
    """

    reasons: tuple[Notice, ...]
    brakes: tuple[Notice, ...]

    @property
    def begins(self) -> bool:
        """Whether there is a reason to begin, and none to wait."""
        return bool(self.reasons) and not self.brakes


def decide(policy: LoopPolicy, situation: Situation) -> Decision:
    """Decide whether a run shall begin.

    Args:
        policy: the author's.
        situation: what is known.
    """
    return Decision(tuple(_reasons(policy, situation)), tuple(_brakes(policy, situation)))


def _reasons(policy: LoopPolicy, situation: Situation) -> Iterator[Notice]:
    if policy.drift and situation.drift:
        yield Notice("loop.drift", {"names": situation.drift})
    if policy.accepted and situation.accepted >= policy.accepted:
        yield Notice("loop.accepted", {"count": situation.accepted, "least": policy.accepted})
    if policy.every_days and _since_last(situation) >= timedelta(days=policy.every_days):
        yield Notice("loop.every", {"days": policy.every_days})


def _brakes(policy: LoopPolicy, situation: Situation) -> Iterator[Notice]:
    runs, now = situation.runs, situation.now
    if not policy.enabled:
        yield Notice("loop.off")
    if situation.version is None:
        yield Notice("loop.no_version")
    if any(run.ended is None for run in runs):
        yield Notice("loop.open", {"run": runs[0].id})
    if _since_last(situation) < timedelta(hours=policy.quiet_hours):
        until = runs[0].began + timedelta(hours=policy.quiet_hours)
        yield Notice("loop.quiet", {"until": until.isoformat(timespec="minutes"), "hours": policy.quiet_hours})
    if sum(now - run.began < _DAY for run in runs) >= policy.runs_a_day:
        yield Notice("loop.enough", {"most": policy.runs_a_day})
    if runs and runs[0].inputs == situation.inputs:
        yield Notice("loop.nothing_new_after" if runs[0].state in BAD else "loop.nothing_new", {"run": runs[0].id})


def _since_last(situation: Situation) -> timedelta:
    return situation.now - situation.runs[0].began if situation.runs else timedelta.max
