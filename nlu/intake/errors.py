"""What goes wrong outside of the author's files while data is read in."""

from __future__ import annotations

from nlu.errors import NluError


class SourceUnavailable(NluError):
    """A source that can't be reached at the moment, or does not understand what it is asked."""
