"""Utterances as columns: what was said and how it was understood, read once, for every signal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlu.types import FALLBACK_INTENT, Parse

NO_ENTITY = "-"
"""Stands for the types of an utterance without entities."""


class Heard(NamedTuple):
    """One utterance as it was said and understood.

    Attributes:
        text: what was said, masked where it was recorded so.
        intent: the decision.
        confidence: of it, 0..1.
        entities: the types found, in any order.
        id: of its record; "" where there is none.
        time: when it was said; None where nobody wrote that down.
        is_right: whether feedback says that the intent is right; None without feedback.
    """

    text: str
    intent: str
    confidence: float
    entities: tuple[str, ...] = ()
    id: str = ""
    time: datetime | None = None
    is_right: bool | None = None

    @classmethod
    def of_parse(cls, parse: Parse, text: str | None = None, right: str | None = None) -> Heard:
        """What a parser answered.

        Args:
            parse: the answer.
            text: the text as it would have been recorded; None for the answer's.
            right: the intent that is right, where that is known.
        """
        name, types = str(parse.intent.name), tuple(one.entity for one in parse.entities)
        is_right = None if right is None else right == name
        return cls(parse.text if text is None else text, name, parse.intent.confidence, types, is_right=is_right)

    @classmethod
    def of_record(cls, row: Mapping[str, Any]) -> Heard:
        """What the database keeps of a parse; of the feedback on it the newest counts."""
        feedback = row.get("feedback") or []
        name = str(row["intent"])
        is_right = feedback[0]["intent"] == name if feedback else None
        types = tuple(str(one["entity"]) for one in row["entities"])
        return cls(row["text"], name, float(row["confidence"]), types, row["id"], row["time"], is_right)


@dataclass(frozen=True)
class Sample:
    """N utterances as columns.

    Attributes:
        heard: the utterances themselves.
        unknown: `(N,)` the share of their content words that training never saw, 0..1.
        events: kind of `nlu.drift.reading.BUCKETS` → of each utterance the numbers of what it holds, sorted.
        vectors: `(N, D)` the mean vector of each, of length 1, or 0 where no word has one.
    """

    heard: tuple[Heard, ...]
    unknown: NDArray[np.float64]
    events: Mapping[str, tuple[tuple[int, ...], ...]]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.heard)

    def take(self, places: Sequence[int] | slice | NDArray[np.intp]) -> Sample:
        """Some of them, in the order of the places."""
        numbers = np.arange(len(self))[places].tolist()
        return Sample(
            tuple(self.heard[at] for at in numbers),
            self.unknown[numbers],
            {kind: tuple(rows[at] for at in numbers) for kind, rows in self.events.items()},
            self.vectors[numbers],
        )

    def joined(self, other: Sample) -> Sample:
        """These and then others."""
        return Sample(
            self.heard + other.heard,
            np.concatenate([self.unknown, other.unknown]),
            {kind: rows + other.events[kind] for kind, rows in self.events.items()},
            np.concatenate([self.vectors, other.vectors]),
        )

    @property
    def is_fallback(self) -> NDArray[np.bool_]:
        """`(N,)` which were not understood."""
        return np.array([one.intent == FALLBACK_INTENT for one in self.heard], dtype=bool)

    @property
    def confidences(self) -> NDArray[np.float64]:
        """`(N,)` how sure the decisions are."""
        return np.array([one.confidence for one in self.heard], dtype=np.float64)


def types(heard: Heard) -> tuple[str, ...]:
    """The different types of entities in an utterance, `NO_ENTITY` where it has none.

    Example:
        >>> types(Heard("판교로 피자", "order", 1.0, ("menu", "loc", "menu"))), types(Heard("안녕", "greet", 1.0))
        (('loc', 'menu'), ('-',))
    """
    return tuple(sorted(set(heard.entities))) or (NO_ENTITY,)
