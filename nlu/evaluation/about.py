"""What a report is of: which model, measured on what, and how far the figures may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["unseen", "files", "learned"]
"""Utterances that the measured model has not learned; those of files that were given; those that it has learned."""


@dataclass(frozen=True)
class About:
    """Where figures come from.

    Attributes:
        kind: what the utterances are to the measured model.
        version: of the model; "" where it was not published.
        created_at: when the model was made, ISO 8601; "" when unknown.
        measured: file that was measured on → its SHA-256.
        inputs: file that the model was made of → its SHA-256.
        seed: of the data set; None where it has none.
        counts: part of the data set → how many utterances.
    """

    kind: Kind
    version: str = ""
    created_at: str = ""
    measured: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON values."""
        return asdict(self)
