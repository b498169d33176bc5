"""Which records somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records to show.

    Attributes:
        since: not older than this.
        until: older than this.
        intent: the intent that was recorded.
        fallback: only those not understood (True), or understood (False).
        feedback: only those with feedback (True), or without (False).
    """

    since: datetime | None = None
    until: datetime | None = None
    intent: str | None = None
    fallback: bool | None = None
    feedback: bool | None = None
