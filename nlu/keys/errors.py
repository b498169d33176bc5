"""What can go wrong with keys."""

from __future__ import annotations

from nlu.errors import NluError


class KeyTaken(NluError):
    """There is a key of this name that still opens."""


class UnknownKey(NluError):
    """There is no key of this name that still opens."""
