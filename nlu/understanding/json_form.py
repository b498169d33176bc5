"""An answer as JSON, Rasa's keys first, then ours: its form, and how it is made of a parse."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, NotRequired

import orjson
from annotated_types import Interval
from typing_extensions import TypedDict

from nlu.types import AnswerSource, Asked, Entity, FallbackCode, Parse
from nlu.understanding.reasons import Explanation
from nlu.values.found import Value

Share = Annotated[float, Interval(ge=0, le=1)]
Offset = Annotated[int, Interval(ge=0)]


class IntentAnswer(TypedDict):
    """An intent and its confidence.

    Attributes:
        name: null when there was nothing to understand.
        confidence: The probability that this intent is meant; of `nlu_fallback`, that none is. The whole ranking sums
            to 1, and its first is the verdict.
    """

    name: str | None
    confidence: Share


class ResolvedAnswer(TypedDict):
    """What an entity says whose type is computed.

    Attributes:
        type: The kind of value: `date`, `time`, `datetime`, `duration`, `money`, `quantity`, …
        value: A decimal, or ISO 8601 (`2026-12-01`, `T15:30`, `2026-12-05/2026-12-07` half open, `PT1H30M`), E.164 of a
            telephone number, RRULE of what comes again.
        unit: What it is counted in: `KRW`, `판`, `km`, `year`.
        minimum: The least that it may mean, of what was said vaguely.
        maximum: The most.
        approximate: Whether it was said vaguely.
        grain: How exactly a time was said.
        ambiguities: What is left open, such as `am_pm`.
    """

    type: str
    value: str
    unit: NotRequired[str]
    minimum: NotRequired[str]
    maximum: NotRequired[str]
    approximate: NotRequired[bool]
    grain: NotRequired[str]
    ambiguities: NotRequired[list[str]]
    bound: NotRequired[str]
    seconds: NotRequired[str]


class EntityAnswer(TypedDict):
    """An entity; `text[start:end]` is its raw value, in code points.

    Attributes:
        value: The canonical value of the dictionary, else the raw value.
        particle: The particle that follows it.
        sources: Which of `tagger`, `dictionary` and `message` found it; `pattern` where it was written so.
        role: What it does in its intent, such as `from`.
        resolved: What it says, where its type is computed.
        negated: There and true where it is said only to leave it out: 피자 말고 치킨.
    """

    entity: str
    start: Offset
    end: Offset
    confidence_entity: Share
    value: Any
    extractor: str
    raw: str
    particle: str
    sources: list[str]
    role: NotRequired[str]
    processors: NotRequired[list[str]]
    resolved: NotRequired[ResolvedAnswer]
    negated: NotRequired[bool]


class FallbackAnswer(TypedDict):
    """Whether the utterance was understood, and why not.

    Attributes:
        code: Why not, for programs; null when it was understood. `unfamiliar`: training saw too little of what it is
            made of. `unsure`: no intent stands out. `out_of_scope`: it resembles what the bot does not deal with.
            `nothing`: no letter, digit or sign is left. `not_allowed`: no other intent may win.
        reason: The same in words, which may change.
        score: How much it belongs to what the bot was made for. No probability: it is only compared with `threshold`,
            and where they are equal the best intent is as likely as `nlu_fallback`.
        threshold: The least score of what is understood.
        coverage: The part of its character sequences that training has seen.
    """

    is_fallback: bool
    code: FallbackCode | None
    reason: str | None
    score: float
    threshold: float
    coverage: Share


class ButtonAnswer(TypedDict):
    """A button below what the bot says: what it shows, and what pressing it says."""

    label: str
    text: str


class ReplyAnswer(TypedDict):
    """What the bot says to an utterance, by its author's file of answers.

    Attributes:
        text: The answer, its slots filled.
        quick_replies: The buttons below it.
    """

    text: str
    quick_replies: list[ButtonAnswer]


class AskedAnswer(TypedDict):
    """One of the intents to offer.

    Attributes:
        text: An utterance of it that the author wrote, to show and to send: the bot understands it so. With the values
            that were said where a line has them.
    """

    name: str
    confidence: Share
    text: NotRequired[str]


class ParseAnswer(TypedDict):
    """What one utterance means: the keys of Rasa's `/model/parse`, and some of ours.

    Attributes:
        ask: There where it is a guess what is meant: the two intents that the user should be asked to choose between
            before anything is done. Intent and verdict are what they would be without.
        source: `pattern`: but for spaces, case and final marks, a pattern or an imported row says this utterance;
            intent, entities and values are those written there, and the confidence is 1. (Where the author gave it to
            several intents, the networks choose among these.) `networks`: the networks judged.
        parse_id: There when the parse is recorded; `POST /feedback` refers to it.
        explanation: There when it was asked for.
        reply: There when it was asked for and the server has answers.
        now: The time that values were read by, where the bot has computed types.
        timezone: The zone that they were read in.
    """

    text: str
    intent: IntentAnswer
    entities: list[EntityAnswer]
    intent_ranking: list[IntentAnswer]
    text_tokens: list[tuple[int, int]]
    fallback: FallbackAnswer
    ask: NotRequired[list[AskedAnswer]]
    source: AnswerSource
    model_version: str
    parse_id: NotRequired[str]
    explanation: NotRequired[Explanation]
    reply: NotRequired[ReplyAnswer]
    message_id: NotRequired[str]
    now: NotRequired[str]
    timezone: NotRequired[str]


class ParseAnswers(TypedDict):
    """What several utterances mean, in their order."""

    results: list[ParseAnswer]
    model_version: str
    message_id: NotRequired[str]


def render_parse(parse: Parse, parse_id: str | None = None, explanation: Explanation | None = None) -> ParseAnswer:
    """Build the answer for one utterance.

    Args:
        parse: what was understood.
        parse_id: the id of its record; None where it was not recorded.
        explanation: why; None where nobody asked.
    """
    verdict = parse.fallback
    rendered: ParseAnswer = {
        "text": parse.text,
        "intent": {"name": parse.intent.name, "confidence": parse.intent.confidence},
        "entities": [_render_entity(entity) for entity in parse.entities],
        "intent_ranking": [{"name": name, "confidence": confidence} for name, confidence in parse.ranking],
        "text_tokens": [(token.start, token.end) for token in parse.tokens],
        "fallback": {
            "is_fallback": verdict.is_fallback,
            "code": verdict.code,
            "reason": verdict.reason,
            "score": verdict.score,
            "threshold": verdict.threshold,
            "coverage": verdict.coverage,
        },
        "source": parse.source,
        "model_version": parse.version,
    }
    if parse.ask:
        rendered["ask"] = [_render_asked(one) for one in parse.ask]
    if parse.asked_at is not None:
        rendered["now"], rendered["timezone"] = parse.asked_at
    if parse_id is not None:
        rendered["parse_id"] = parse_id
    if explanation is not None:
        rendered["explanation"] = explanation
    return rendered


def to_json(payload: Mapping[str, Any], default: Callable[[Any], Any] = asdict) -> bytes:
    r"""Write an answer as UTF-8; a lone surrogate becomes its JSON escape.

    Args:
        payload: the answer.
        default: makes JSON's values of what is none.

    Example:
        >>> to_json({"text": "피자 \ud83c"}).decode()
        '{"text":"피자 \\ud83c"}'
    """
    try:
        return orjson.dumps(payload, default)
    except orjson.JSONEncodeError:  # a lone surrogate, or a number of more than 64 bits
        written = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=default)
        return written.encode("utf-8", "backslashreplace")


def _render_asked(asked: Asked) -> AskedAnswer:
    rendered: AskedAnswer = {"name": asked.name, "confidence": asked.confidence}
    if asked.text is not None:
        rendered["text"] = asked.text
    return rendered


def _render_entity(entity: Entity) -> EntityAnswer:
    rendered: EntityAnswer = {
        "entity": entity.entity,
        "start": entity.start,
        "end": entity.end,
        "confidence_entity": entity.confidence,
        "value": entity.value,
        "extractor": entity.sources[0] if entity.sources else "",
        "raw": entity.raw,
        "particle": entity.particle,
        "sources": list(entity.sources),
    }
    if entity.role is not None:
        rendered["role"] = entity.role
    if entity.value != entity.raw:
        rendered["processors"] = ["dictionary"] if entity.resolved is None else ["values"]
    if entity.resolved is not None:
        rendered["resolved"] = render_value(entity.resolved)
    if entity.is_negated:
        rendered["negated"] = True
    return rendered


def render_value(value: Value) -> ResolvedAnswer:
    """Build what is told of a computed value."""
    found = {
        "type": value.type,
        "value": value.value,
        "unit": value.unit,
        "minimum": value.least,
        "maximum": value.most,
        "approximate": value.is_approximate or None,
        **value.more,
    }
    return {name: one for name, one in found.items() if one is not None}  # type: ignore[return-value]
