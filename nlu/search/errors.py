"""What may go wrong with studies, beside what a search space may say wrong."""

from __future__ import annotations

from nlu.errors import NluError


class StudyError(NluError):
    """A study that can't be joined, or has no result."""


class StudiesUnavailable(NluError):
    """The database of studies can't be used at the moment."""
