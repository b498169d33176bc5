"""Which candidates are tried beside the version being served: the file `TRIALS`.

A *shadow* answers a share of the requests beside the active version, and nobody sees its answers. A *canary* answers a
share of the users. Both end by themselves where their version is activated or removed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from nlu.errors import RegistryError, SourceError
from nlu.events import Notice
from nlu.system.files import read_bytes, write_atomic

TRIALS_NAME = "TRIALS"
_MOST_ENDED = 20
"""Trials that are over and still told of."""

TrialKind = Literal["shadow", "canary"]
EndReason = Literal["stopped", "replaced", "activated", "removed", "not_loaded", "failed", "slower", "worse"]
"""Why a trial is over: somebody stopped it; another took its place; its version is served, or gone; it could not be
loaded; it failed to answer; it was slower, or surely understood less, than the active version."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A candidate on trial.

    Attributes:
        kind: as shadow or as canary.
        version: it.
        share: the part of the requests (shadow) or of the users (canary), above 0 and up to 1.
        since: when it began, in UTC, ISO 8601.
    """

    kind: TrialKind
    version: str
    share: float
    since: str

    @classmethod
    def begun(cls, kind: TrialKind, version: str, share: float) -> Self:
        """A trial that begins now.

        Raises:
            ValueError: the share is not above 0 and up to 1.
        """
        if not 0 < share <= 1:
            raise ValueError(f"expected a share above 0 and up to 1, got {share}")
        return cls(kind, version, share, datetime.now(UTC).isoformat(timespec="milliseconds"))


@dataclass(frozen=True, slots=True)
class EndedTrial:
    """A trial that is over.

    Attributes:
        trial: it.
        at: when it ended, in UTC, ISO 8601.
        reason: why.
        fault: what was found, as a message; None where the reason says all.
    """

    trial: Trial
    at: str
    reason: EndReason
    fault: Notice | None = None


@dataclass(frozen=True, slots=True)
class Trials:
    """Those that run, one of a kind at most, and the last that ended, oldest first."""

    running: Mapping[TrialKind, Trial] = field(default_factory=dict)
    ended: tuple[EndedTrial, ...] = ()

    @property
    def shadow(self) -> Trial | None:
        """The one that answers beside."""
        return self.running.get("shadow")

    @property
    def canary(self) -> Trial | None:
        """The one that answers some users."""
        return self.running.get("canary")

    def of(self, version: str) -> tuple[Trial, ...]:
        """The trials of a version."""
        return tuple(trial for trial in self.running.values() if trial.version == version)

    def with_trial(self, trial: Trial) -> Trials:
        """The same with another trial of its kind; one of the same version goes on with another share."""
        before = self.running.get(trial.kind)
        if before is not None and before.version == trial.version:
            trial = replace(trial, since=before.since)
            return replace(self, running={**self.running, trial.kind: trial})
        ended = self.without(trial.kind, "replaced") if before else self
        return replace(ended, running={**ended.running, trial.kind: trial})

    def without(self, kind: TrialKind, reason: EndReason, fault: Notice | None = None) -> Trials:
        """The same where a running trial has ended."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        over = EndedTrial(self.running[kind], now, reason, fault)
        left = {name: one for name, one in self.running.items() if name != kind}
        return Trials(left, (*self.ended, over)[-_MOST_ENDED:])

    def without_version(self, version: str, reason: EndReason) -> Trials:
        """The same where all trials of a version have ended."""
        left = self
        for trial in self.of(version):
            left = left.without(trial.kind, reason)
        return left


def is_chosen(trial: Trial, key: str) -> bool:
    """Whether a trial's share holds a user: always the same answer for the same user and version.

    A larger share holds all users of a smaller one.

    Args:
        trial: it.
        key: who asks, or what is asked where nobody says who.

    Example:
        >>> trial = Trial("canary", "20261121-143015-0a1b2c3d", 0.05, "")
        >>> sum(is_chosen(trial, f"user {number}") for number in range(10_000))
        483
    """
    digest = hashlib.blake2b(f"{trial.version}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) < trial.share * 2**64


def read_trials(root: Path) -> Trials:
    """Read what a registry's folder says.

    Raises:
        RegistryError: the file is damaged, or no file but a folder or a pipe.
    """
    path = root / TRIALS_NAME
    try:
        raw = json.loads(read_bytes(path))
        running = [_trial(one) for one in raw["running"]]
        return Trials({one.kind: one for one in running}, tuple(map(_ended, raw["ended"])))
    except FileNotFoundError:
        return Trials()
    except (OSError, SourceError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RegistryError("registry.trials_file", path=path, problem=repr(error)) from None


def write_trials(root: Path, trials: Trials) -> None:
    """Write them in one step."""
    raw = {"running": [asdict(one) for one in trials.running.values()], "ended": [asdict(one) for one in trials.ended]}
    write_atomic(root / TRIALS_NAME, json.dumps(raw, ensure_ascii=False, indent=2, default=str) + "\n")


def _trial(raw: Mapping[str, Any]) -> Trial:
    kind, share = raw["kind"], float(raw["share"])
    if kind not in ("shadow", "canary") or not (math.isfinite(share) and 0 < share <= 1):
        raise ValueError(f"no trial: {raw!r}")
    return Trial(kind, str(raw["version"]), share, str(raw["since"]))


def _ended(raw: Mapping[str, Any]) -> EndedTrial:
    fault = raw["fault"] and Notice(str(raw["fault"]["code"]), dict(raw["fault"]["values"]))
    return EndedTrial(_trial(raw["trial"]), str(raw["at"]), raw["reason"], fault)
