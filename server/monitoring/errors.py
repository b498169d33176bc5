"""What can go wrong with monitoring."""

from __future__ import annotations

from nlu.errors import NluError


class NothingServed(NluError):
    """There is nothing yet that could be called usual."""
