"""What can go wrong with the inbox, apart from what the client did."""

from __future__ import annotations

from nlu.errors import NluError


class InboxError(NluError):
    """A decision that can't be made or undone now; says why and what to do first."""


class UnknownGroup(InboxError):
    """There is no group, decision or member of this number."""
