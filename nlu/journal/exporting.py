"""Corrected records as labelled utterances, so that authors learn from what people really say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nlu.types import LabelledUtterance, Span


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export gives, and what it left out.

    Attributes:
        utterances: the utterances; a text said twice is there once, as it was labelled last.
        masked: how many were left out because personal data in them is masked.
        unknown_intents: intents that no model knew when the feedback came, sorted.
    """

    utterances: tuple[LabelledUtterance, ...]
    masked: int
    unknown_intents: tuple[str, ...]


def export(corrected: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], *, with_masked: bool = False) -> Exported:
    """Label the recorded texts as the feedback says.

    Args:
        corrected: records with their newest feedback, in the order of the feedback.
        with_masked: whether to give also texts with a mask, which nobody says.
    """
    by_text: dict[str, LabelledUtterance] = {}
    masked, unknown = 0, set()
    for record, feedback in corrected:
        if record["masks"] and not with_masked:
            masked += 1
            continue
        text = record["text"]
        by_text.pop(text, None)
        by_text[text] = labelled(record, feedback)
        if not feedback["known_intent"]:
            unknown.add(feedback["intent"])
    return Exported(tuple(by_text.values()), masked, tuple(sorted(unknown)))


def labelled(record: Mapping[str, Any], feedback: Mapping[str, Any]) -> LabelledUtterance:
    """Label a recorded text as its feedback says."""
    text = record["text"]
    spans = tuple(sorted(_span(one, text) for one in feedback["entities"]))
    return LabelledUtterance(text, feedback["intent"], spans, origin_of(record))


def origin_of(record: Mapping[str, Any]) -> str:
    """Name where an utterance comes from, so that what is made of it can be found and forgotten.

    Example:
        >>> origin_of({"id": "0b6d1f"})
        'journal:0b6d1f'
    """
    return f"journal:{record['id']}"


def _span(entity: Mapping[str, Any], text: str) -> Span:
    start, end, value = entity["start"], entity["end"], entity["value"]
    return Span(start, end, entity["entity"], entity.get("role"), None if value == text[start:end] else value)
