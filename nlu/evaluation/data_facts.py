"""What a report says of the data that a model was trained and measured on, from the data set's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class PartFacts:
    """One part of a data set: how many utterances, intents, entities (in all), and utterances of each slice."""

    utterances: int
    intents: int
    entities: int
    slices: Mapping[str, int]


@dataclass(frozen=True)
class DataFacts:
    """A data set.

    Attributes:
        sha256: of its manifest, which holds the hashes of its files.
        seed: what it was drawn with.
        inputs: the author's files → their SHA-256.
        parts: train, dev, test, refit.
        held_out_values: dictionary values that train has not.
        lines: pattern lines that it was made of.
    """

    sha256: str
    seed: int | None
    inputs: Mapping[str, str]
    parts: Mapping[str, PartFacts]
    held_out_values: int
    lines: int

    @classmethod
    def of(cls, manifest: Mapping[str, Any], sha256: str = "") -> DataFacts:
        """Read a data set's manifest."""
        return cls(
            sha256,
            manifest.get("seed"),
            dict(manifest.get("inputs", {})),
            {name: _part(counts) for name, counts in manifest.get("counts", {}).items()},
            len(manifest.get("held_out", ())),
            len(manifest.get("patterns", ())),
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return asdict(self)


def _part(counts: Mapping[str, Any]) -> PartFacts:
    return PartFacts(
        int(counts.get("utterances", 0)),
        sum(bool(name) for name in counts.get("intents", {})),
        sum(counts.get("entities", {}).values()),
        dict(counts.get("slices", {})),
    )
