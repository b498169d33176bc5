"""What can go wrong with the database."""

from __future__ import annotations

from nlu.errors import NluError


class DatabaseUnavailable(NluError):
    """The database can't be used at the moment; says why, without what people said."""


class RowsRefused(NluError):
    """The database works, but does not take these rows."""
