"""When the machine may train again and what it may do then: the policy, in `loop.toml`; off unless that says so."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import Annotated, Self

from annotated_types import Ge, Le
from pydantic.dataclasses import dataclass

from nlu.adjustment.judge import Bounds
from nlu.bounds import MOST_DAYS, STRICT, Above0, AtLeast0, Count, Positive
from nlu.config import read_settings

POLICY_NAME = "loop.toml"
"""The file, in the project's folder."""

CanaryShare = Annotated[float, Ge(0), Le(1)]


@dataclass(frozen=True, config=STRICT)
class LoopPolicy:
    """What sets the loop going, what holds it back, and what it does with a version.

    Attributes:
        enabled: whether it may begin anything by itself.
        drift: whether an alarm that people say other things begins a run.
        accepted: so many changes accepted in the inbox since the last run begin one; 0 for none.
        every_days: so many days after the last run another one begins; 0 for none.
        imports: where real utterances are imported from first, such as `journal`.
        quiet_hours: how long nothing is begun after a run began.
        runs_a_day: runs that may begin in 24 hours.
        canary: the share of the users that a version answers first that the gate lets through; 0 for none.
        canary_hours: for how long, before it answers all.
        watch_hours: how long a promoted version is watched.
        rollback: whether a version that is surely worse then is taken back, and not only told of.
        look_minutes: how often to look whether there is a reason to begin.
        bounds: what a version may do worse as canary, or while it is watched.
    """

    enabled: bool = False
    drift: bool = True
    accepted: Count = 20
    every_days: Annotated[float, Ge(0), Le(MOST_DAYS)] = 0.0
    imports: tuple[str, ...] = ()
    quiet_hours: AtLeast0 = 12.0
    runs_a_day: Positive = 1
    canary: CanaryShare = 0.0
    canary_hours: Above0 = 24.0
    watch_hours: AtLeast0 = 24.0
    rollback: bool = True
    look_minutes: Above0 = 10.0
    bounds: Bounds = field(default_factory=Bounds)

    @classmethod
    def read(cls, project: Path) -> Self:
        """Read a project's policy; where there is no file, the usual one, which is off.

        Raises:
            SettingError: it is not TOML.
            SourceErrors: settings that nothing reads, of the wrong kind or out of range; all of them.
        """
        path = project / POLICY_NAME
        return read_settings(cls(), path) if path.exists() else cls()
