"""What an explanation of an answer says: values that need none of the networks which give the reasons."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.understanding.nearest_pattern import NearestPattern


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a stretch of the text adds to the margin of an intent; less than 0 speaks against it."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class EntityContribution:
    """What an entity that was found adds to the margin of an intent, which it may be usual with or not."""

    entity: str
    role: str | None
    score: float


@dataclass(frozen=True, slots=True)
class IntentReason:
    """Why one intent scored higher than another: `margin = bias + the scores of units and entities`, exactly.

    Attributes:
        intent: the one that scored highest.
        over: the one that came next; None where there is no other.
        margin: the difference of their logits.
        bias: the part of it that does not depend on the text.
        units: each syllable with its part, an n-gram's part shared out evenly over what it covers.
        ngrams: those with the greatest parts, which the units' scores hold already.
        entities: those that were found, surely or perhaps, the greatest parts first.
    """

    intent: str
    over: str | None
    margin: float
    bias: float
    units: tuple[Contribution, ...]
    ngrams: tuple[Contribution, ...]
    entities: tuple[EntityContribution, ...]


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """A row that matched the text, and whether the match became an entity."""

    start: int
    end: int
    raw: str
    entity: str
    value: str
    synonyms: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the parser answered as it did.

    Attributes:
        intent: None when there was nothing to understand, or when a pattern says the utterance.
        dictionary: the rows that matched, sorted by place.
        pattern: the nearest one; None when the bundle holds none.
    """

    intent: IntentReason | None
    dictionary: tuple[DictionaryRow, ...]
    pattern: NearestPattern | None
