"""The values that flow through the product: frozen, typed, without behaviour beyond their own consistency.

All offsets are code points of the utterance's text; an end is exclusive. What comes by the dozen in every answer is a
tuple, which is made in a third of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from nlu.messages import Language, word
from nlu.values.found import Value

FALLBACK_INTENT = "nlu_fallback"
"""The intent of an utterance that the bot does not understand."""


class Token(NamedTuple):
    """A stretch of the text that an analyser treats as one unit.

    Attributes:
        text: its characters.
        start: the first of them.
        end: one past the last.
        pos: its part of speech; "" when unknown.
        semantic: what kind of thing it names, such as "인명" or "지명"; "" when the analyser doesn't say.
    """

    text: str
    start: int
    end: int
    pos: str = ""
    semantic: str = ""

    @property
    def word_class(self) -> str:
        """Its part of speech, and what kind of thing it names where that is known: "NNP/지명"."""
        return f"{self.pos}/{self.semantic}" if self.semantic else self.pos


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A labelled stretch `[start, end)` of characters; `value` is its canonical value where one is known."""

    start: int
    end: int
    entity: str
    role: str | None = None
    value: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"expected 0 <= start < end, got start={self.start}, end={self.end}")
        if not self.entity:
            raise ValueError("expected an entity type, got ''")

    @property
    def label(self) -> str:
        """The name that tags carry: `entity`, or `entity:role`.

        Example:
            >>> Span(0, 2, "loc", "from").label
            'loc:from'
        """
        return f"{self.entity}:{self.role}" if self.role else self.entity


@dataclass(frozen=True, slots=True)
class LabelledUtterance:
    """A text with its intent and its entities, as an author or a generator labelled it.

    Attributes:
        text: what is said.
        intent: its intent; None where only entities are labelled.
        spans: its entities, sorted, not overlapping.
        origin: where it comes from, such as `patterns/pattern.txt:12` or `real.jsonl:7`; "" when unknown.
        weight: how much it counts in training, relative to 1.
    """

    text: str
    intent: str | None
    spans: tuple[Span, ...] = ()
    origin: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        last = 0
        for span in self.spans:
            if span.start < last or span.end > len(self.text):
                raise ValueError(f"expected sorted, separate spans inside the {len(self.text)} characters, got {span}")
            last = span.end


class IntentScore(NamedTuple):
    """An intent and the probability that it is meant, 0..1; name is None when nothing was understood.

    That of `nlu_fallback` is the probability that none of the intents is.
    """

    name: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity found in an utterance; `text[start:end] == raw` in the text as it was given.

    Attributes:
        entity: its type.
        start: first character.
        end: one past the last character.
        raw: the characters themselves.
        value: the canonical value: the dictionary's, else `raw`.
        role: what it does in its intent, such as `from`.
        particle: the particle that follows it, "" when none does.
        confidence: 0..1.
        sources: which of "tagger" and "dictionary" found it; "pattern" alone where it was written so.
        resolved: what it says, where its type is computed (a date, an amount) and what was said could be read.
        is_negated: whether it was said only to leave it out: 피자 말고 치킨.
    """

    entity: str
    start: int
    end: int
    raw: str
    value: str
    role: str | None = None
    particle: str = ""
    confidence: float = 1.0
    sources: tuple[str, ...] = ()
    resolved: Value | None = None
    is_negated: bool = False


class Asked(NamedTuple):
    """One of the intents that the user is asked to choose among.

    Attributes:
        name: the intent.
        confidence: as it is ranked.
        text: an utterance of it that the author wrote, with the values that were said; None where there is none.
    """

    name: str
    confidence: float
    text: str | None = None


FallbackCode = Literal["unfamiliar", "unsure", "out_of_scope", "nothing", "not_allowed"]
"""Why an utterance was not understood, for programs: training saw too little of what it is made of; no intent stands
out; it resembles what the bot does not deal with; no letter, digit or sign is left; no intent was allowed to win."""


@dataclass(frozen=True, slots=True)
class Fallback:
    """The verdict on whether the utterance was understood.

    Attributes:
        code: why not; None when it was.
        score: how much it belongs to what the bot was made for, 0..1; no probability, only to compare.
        threshold: the least score of what is understood.
        coverage: the part of its n-grams that training has seen, 0..1.
        confidence: of the best intent that is not `nlu_fallback`, as it is ranked, 0..1.
    """

    code: FallbackCode | None
    score: float
    threshold: float
    coverage: float = 1.0
    confidence: float = 0.0

    @property
    def is_fallback(self) -> bool:
        """Whether the utterance was not understood."""
        return self.code is not None

    @property
    def reason(self) -> str | None:
        """Why it was not understood, in English; None when it was."""
        return self.worded("en") if self.code else None

    def worded(self, language: Language) -> str:
        """Say in a language why it was not understood."""
        return word(f"fallback.{self.code}", {"coverage": self.coverage, "confidence": self.confidence}, language)


AnswerSource = Literal["pattern", "networks"]
"""Where an answer comes from: an author wrote it so, in a pattern or an imported row; or the networks judged."""


@dataclass(frozen=True, slots=True)
class Parse:
    """The answer for one utterance.

    Attributes:
        text: the utterance as it was given.
        intent: the decision; `nlu_fallback` when not understood.
        ranking: all intents and `nlu_fallback` by confidence, the decision first; the confidences sum to 1.
        entities: merged, sorted, not overlapping.
        tokens: the tokens with offsets into `text`.
        fallback: the verdict.
        version: version of the model that answered.
        unknown_ratio: the share of its syllables that training never saw, 0..1.
        source: where the answer comes from.
        ask: the two intents that the user should be asked to choose between before anything is done; else none.
        asked_at: when it was asked, as ISO 8601 with the offset, and where, where a value may depend on it.
    """

    text: str
    intent: IntentScore
    ranking: tuple[IntentScore, ...]
    entities: tuple[Entity, ...]
    tokens: tuple[Token, ...]
    fallback: Fallback
    version: str = field(default="")
    unknown_ratio: float = 0.0
    source: AnswerSource = "networks"
    asked_at: tuple[str, str] | None = None
    ask: tuple[Asked, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether a bot can ask the user which of two intents is meant: there are words for both."""
        return bool(self.ask) and all(one.text for one in self.ask)
