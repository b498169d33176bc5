"""An answer as JSON: Rasa's keys first, then ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from nlu.types import Entity, Fallback, IntentScore, Parse


def render_parse(parse: Parse, parse_id: str | None = None) -> dict[str, Any]:
    """Build the answer for one utterance: Rasa's keys first, then ours; `parse_id` when it was recorded."""
    rendered: dict[str, Any] = {
        "text": parse.text,
        "intent": _render_intent(parse.intent),
        "entities": [_render_entity(entity) for entity in parse.entities],
        "intent_ranking": [{"name": name, "confidence": confidence} for name, confidence in parse.ranking],
        "text_tokens": [[token.start, token.end] for token in parse.tokens],
        "fallback": render_fallback(parse.fallback),
        "model_version": parse.version,
    }
    if parse_id is not None:
        rendered["parse_id"] = parse_id
    return rendered


def render_fallback(verdict: Fallback) -> dict[str, Any]:
    """Build what an answer says of whether the utterance was understood."""
    return {
        "is_fallback": verdict.is_fallback,
        "code": verdict.code,
        "reason": verdict.reason,
        "score": verdict.score,
        "threshold": verdict.threshold,
        "coverage": verdict.coverage,
        "confidence": verdict.confidence,
    }


def to_json(payload: Mapping[str, Any]) -> bytes:
    r"""Write an answer as UTF-8; a lone surrogate becomes its JSON escape.

    Example:
        >>> to_json({"text": "피자 \ud83c"}).decode()
        '{"text":"피자 \\ud83c"}'
    """
    try:
        return orjson.dumps(payload)
    except orjson.JSONEncodeError:  # a lone surrogate, or a number of more than 64 bits
        written = json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return written.encode("utf-8", "backslashreplace")


def _render_intent(intent: IntentScore) -> dict[str, Any]:
    return {"name": intent.name, "confidence": intent.confidence}


def _render_entity(entity: Entity) -> dict[str, Any]:
    rendered: dict[str, Any] = {
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
        rendered["processors"] = ["dictionary"]
    return rendered
