"""A proposal: a line or a dictionary row, with all that an author should see before accepting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

Kind = Literal["pattern", "dictionary"]


class DictionaryRow(NamedTuple):
    """A surface that the dictionary lacks: a new value, or a synonym of a value that is there."""

    entity: str
    surface: str
    synonym_of: str | None = None


class Stolen(NamedTuple):
    """An utterance of another intent that a line says too.

    Attributes:
        text: the utterance.
        intent: its intent.
        by: how that is known: the line says a held-out utterance, or the model answers one of the line's so.
    """

    text: str
    intent: str
    by: Literal["line", "model"] = "line"


@dataclass(frozen=True)
class Proposal:
    """A change of the author's files that would make utterances understood.

    Attributes:
        kind: "pattern" for a line, "dictionary" for rows alone.
        intent: whose utterances it covers.
        line: the line of the pattern language; "" where there are rows alone.
        rows: what the dictionary must learn with it.
        covers: the places of the utterances that are then said, among those that were given.
        texts: these utterances.
        samples: other utterances that it says.
        size: how many it says in all, exactly.
        stolen: utterances of other intents that it says too.
        saved: bits by which the utterances are described more shortly with it.
        is_new_intent: whether the bot has no such intent yet.
    """

    kind: Kind
    intent: str
    line: str
    rows: tuple[DictionaryRow, ...] = ()
    covers: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    size: int = 0
    stolen: tuple[Stolen, ...] = ()
    saved: float = 0.0
    is_new_intent: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        rows = [row._asdict() for row in self.rows]
        return asdict(self) | {"rows": rows, "stolen": [one._asdict() for one in self.stolen]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Proposal:
        """Read what `to_dict` gave.

        Raises:
            TypeError: it is something else.
        """
        kept = dict(values)
        for name in ("covers", "texts", "samples"):
            kept[name] = tuple(kept.get(name, ()))
        kept["rows"] = tuple(DictionaryRow(**row) for row in kept.get("rows", ()))
        kept["stolen"] = tuple(Stolen(**one) for one in kept.get("stolen", ()))
        return cls(**kept)
