"""What can go wrong with the records, apart from what the client did."""

from __future__ import annotations

from nlu.errors import NluError


class RecordingOff(NluError):
    """The settings say to record nothing, so the database is left alone."""

    def __init__(self) -> None:
        super().__init__("records.off")


class UnknownRecord(NluError):
    """There is no record of this id."""
