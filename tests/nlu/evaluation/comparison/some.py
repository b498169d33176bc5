"""Labelled utterances, and answers to them, made up for comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.types import Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span


def said(text: str, intent: str | None, *entities: tuple[int, int, str], origin: str = "") -> LabelledUtterance:
    return LabelledUtterance(text, intent, tuple(Span(*one) for one in entities), origin)


def answer(text: str, intent: str, *entities: tuple[int, int, str]) -> Parse:
    found = tuple(Entity(entity, start, end, text[start:end], text[start:end]) for start, end, entity in entities)
    return Parse(text, IntentScore(intent, 0.9), (IntentScore(intent, 0.9),), found, (), Fallback(None, 1.0, 0.1))


def right(gold: Sequence[LabelledUtterance]) -> list[Parse]:
    """Answers that have everything right."""
    return [answer(g.text, str(g.intent), *((s.start, s.end, s.entity) for s in g.spans)) for g in gold]
