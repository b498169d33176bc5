"""What a report page shows: the figures of `report.json`, and the utterances that went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class View:
    """What the sections of a report draw from; JSON values, measured now or kept in a bundle.

    Attributes:
        figures: what `report.json` holds; a section that misses its key says nothing.
        errors: what `intent_errors.json` holds; None where it is known how many there are, but not which.
        most_errors: how many of them are shown.
    """

    figures: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]] | None = ()
    most_errors: int = 600

    def part(self, name: str) -> Mapping[str, Any]:
        """A table of the figures; an empty one where it was not measured."""
        return self.figures.get(name) or {}

    def interval(self, *path: str) -> tuple[float | None, float | None]:
        """An interval, by where it stands: `slices`, the slice, the figure."""
        found: Any = self.part("intervals")
        for name in path:
            found = (found or {}).get(name)
        return (found[0], found[1]) if found else (None, None)
