"""For an utterance that was not understood: the author's line that is nearest to it, and why the answer came out so."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from nlu.evaluation.answers import Answered, is_exact, spread
from nlu.evaluation.behaviour import shown
from nlu.types import FALLBACK_INTENT, LabelledUtterance, Parse
from nlu.understanding.nearest_pattern import NearestPattern, PatternIndex, skeleton
from nlu.understanding.parser import UtteranceParser
from nlu.understanding.reasons import IntentReason

Cause = Literal[
    "not_understood", "should_be_declined", "nearest_says_other", "words_say_other", "entity_missed", "entity_invented",
    "entity_other",
]  # fmt: skip
"""Why, in one word: it was rejected; it is out of scope; the line nearest to it is one of the intent that was found;
its words spoke for that intent although the nearest line is of the right one; an entity was not found; one was found
that is none; one was found elsewhere, or as another type or role."""
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class ErrorReason:
    """Why one utterance was not understood.

    Attributes:
        text: the utterance.
        intent: its intent.
        got: the one that was found.
        cause: the first of what went wrong.
        nearest: the author's line that it resembles most, its labelled entities as slots; None where there is none.
        towards: the intent that the network likes best, before anything is rejected.
        over: the one that came next.
        words: the stretches that spoke most for the first of them, each with its part of all that did, 0..1.
        fallback: why it was rejected, for programs; None where it was not.
        missed: entities that were not found, as `판교 (loc)`, those that a dictionary has marked by a `*`.
        invented: entities that were found and are none.
    """

    text: str
    intent: str | None
    got: str | None
    cause: Cause
    nearest: NearestPattern | None
    towards: str | None
    over: str | None
    words: tuple[tuple[str, float], ...]
    fallback: str | None
    missed: tuple[str, ...]
    invented: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return asdict(self)


def reasons(
    parser: UtteranceParser,
    answered: Answered,
    lines: PatternIndex,
    *,
    most: int = 300,
) -> tuple[ErrorReason, ...]:
    """Say of each utterance that was not understood why.

    Args:
        parser: what answered.
        answered: labelled utterances and their answers.
        lines: what the nearest line is looked for in.
        most: errors to explain, evenly spread over all; each takes about a millisecond.
    """
    wrong = [pair for pair in answered if not is_exact(*pair, roles=True)]
    return tuple(_reason(parser, *pair, lines) for pair in spread(wrong, most))


def _reason(parser: UtteranceParser, gold: LabelledUtterance, parse: Parse, lines: PatternIndex) -> ErrorReason:
    nearest = lines.nearest(skeleton(gold.text, [(span.start, span.end, span.entity) for span in gold.spans]))
    intent = parser.explain(parse).intent
    labelled, found = shown(gold.text, gold.spans), shown(parse.text, parse.entities)
    places = {(one.start, one.end, one.entity, one.role) for one in parse.entities}
    wanted = {(one.start, one.end, one.entity, one.role) for one in gold.spans}
    lexicon = parser.model.encoder.lexicon
    missed = tuple(
        name + ("*" if lexicon.canonical(span.entity, gold.text[span.start : span.end]) is not None else "")
        for name, span in zip(labelled, gold.spans, strict=True)
        if (span.start, span.end, span.entity, span.role) not in places
    )
    invented = tuple(
        name for name, one in zip(found, parse.entities, strict=True)
        if (one.start, one.end, one.entity, one.role) not in wanted
    )  # fmt: skip
    return ErrorReason(
        text=gold.text,
        intent=gold.intent,
        got=parse.intent.name,
        cause=_cause(gold, parse, nearest, bool(missed), bool(invented)),
        nearest=nearest,
        towards=intent.intent if intent else None,
        over=intent.over if intent else None,
        words=_words(intent),
        fallback=parse.fallback.code,
        missed=missed,
        invented=invented,
    )


def _words(intent: IntentReason | None) -> tuple[tuple[str, float], ...]:
    """The stretches that spoke for the intent, and the part that each has of all that did."""
    spoke: dict[str, float] = {}
    for one in intent.ngrams if intent else ():
        if one.score > 0 and one.text.strip():
            spoke[one.text.strip()] = spoke.get(one.text.strip(), 0.0) + one.score
    total = sum(spoke.values())
    greatest = sorted(spoke, key=lambda text: (-spoke[text], text))[:_MOST_WORDS]
    return tuple((text, round(spoke[text] / total, 3)) for text in greatest)


def _cause(
    gold: LabelledUtterance, parse: Parse, nearest: NearestPattern | None, is_missed: bool, is_invented: bool
) -> Cause:
    if gold.intent == FALLBACK_INTENT:
        return "should_be_declined"
    if gold.intent not in (None, parse.intent.name):
        if parse.fallback.is_fallback:
            return "not_understood"
        return "nearest_says_other" if nearest and nearest.intent == parse.intent.name else "words_say_other"
    if is_missed and is_invented:
        return "entity_other"
    return "entity_missed" if is_missed else "entity_invented"
