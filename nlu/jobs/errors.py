"""What can go wrong with jobs, apart from what their commands say."""

from __future__ import annotations

from nlu.errors import NluError


class UnknownJob(NluError):
    """There is no job of this number."""


class UnknownSchedule(NluError):
    """There is no schedule of this name."""


class JobOver(NluError):
    """The job has ended, so that it can't be cancelled."""
