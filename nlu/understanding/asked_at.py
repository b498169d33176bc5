"""When and where something is asked, which decides what 내일 is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from nlu.errors import InputError

_SHOWN = 60
"""Characters that a message shows of what is none."""
DEFAULT_ZONE = "Asia/Seoul"
"""Where askers are that say nothing of it."""


@dataclass(frozen=True, slots=True)
class AskedAt:
    """A moment and a place.

    Attributes:
        moment: the time, with its zone.
        zone: the name of the zone (IANA).
    """

    moment: datetime
    zone: str

    @classmethod
    def read(cls, now: str | None = None, timezone: str | None = None) -> AskedAt:
        """Read what a client says of it.

        Args:
            now: ISO 8601; a time without an offset is of the zone. None for the clock's.
            timezone: a zone's name, such as `Asia/Seoul`; None for Korea's.

        Raises:
            InputError: one of them is none; names it.

        Example:
            >>> AskedAt.read("2026-11-30T23:30Z").local
            datetime.datetime(2026, 12, 1, 8, 30)
        """
        name = DEFAULT_ZONE if timezone is None else timezone
        zone = _zone(name)
        if zone is None:
            raise InputError("request.timezone", "timezone", got=repr(name[:_SHOWN]))
        if now is None:
            return cls(datetime.now(UTC).astimezone(zone), str(zone))
        try:
            moment = datetime.fromisoformat(now)
            placed = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
        except (ValueError, OverflowError):
            raise InputError("request.now", "now", got=repr(now[:_SHOWN])) from None
        return cls(placed, str(zone))

    @property
    def local(self) -> datetime:
        """The time that a clock on the wall shows there."""
        return self.moment.replace(tzinfo=None)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # no name, no file, an unknown zone
        return None
