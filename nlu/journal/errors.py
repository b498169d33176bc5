"""What can go wrong with the records, apart from what the client did."""

from __future__ import annotations

from nlu.errors import NluError


class RecordsUnavailable(NluError):
    """The database of records can't be used at the moment; says why, without what people said."""


class RecordingOff(NluError):
    """The settings say to record nothing, so the database is left alone."""

    def __init__(self) -> None:
        super().__init__("records.off")


class RowsRefused(NluError):
    """The database works, but does not take these rows."""


class UnknownRecord(NluError):
    """There is no record of this id."""
