"""Parses as they are recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nlu.journal.rows import UnmaskedRecord, to_row
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, Parse

NOW = datetime(2026, 11, 21, 14, 30, 15, 123456, tzinfo=UTC)


def an_id(number: int) -> str:
    return f"{number:032x}"


def an_unmasked_record(number: int = 1, text: str = "판교에서 피자", *entities: Entity, **more: Any) -> UnmaskedRecord:
    time = more.pop("time", NOW + timedelta(minutes=number))
    return UnmaskedRecord(an_id(number), time, "/parse", "r", replace(a_parse(text, *entities), **more))


def a_fallback(number: int) -> UnmaskedRecord:
    verdict = Fallback("unsure", 0.2, 0.5, confidence=0.2)
    return an_unmasked_record(number, "주식", intent=IntentScore(FALLBACK_INTENT, 0.2), fallback=verdict)


def a_row(number: int = 1, text: str = "판교에서 피자", **more: Any) -> dict[str, Any]:
    return to_row(an_unmasked_record(number, text, Entity("loc", 0, 2, text[:2], text[:2]), **more))


def a_parse(text: str, *entities: Entity) -> Parse:
    intent = IntentScore("order_food", 0.9)
    return Parse(text, intent, (intent,), entities, (), Fallback(None, 0.9, 0.5), "v1")


def a_feedback(intent: str = "order_food", **more: Any) -> dict[str, Any]:
    return {"time": NOW, "intent": intent, "known_intent": True, "entities": [], "comment": None, **more}
