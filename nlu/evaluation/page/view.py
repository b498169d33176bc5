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
        errors: what `intent_errors.json` holds.
    """

    figures: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]] = ()
