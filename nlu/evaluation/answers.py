"""Labelled utterances beside a parser's answers, and which answers are right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from nlu.types import FALLBACK_INTENT, Entity, LabelledUtterance, Parse, Span

ItemT = TypeVar("ItemT")

Answered = Sequence[tuple[LabelledUtterance, Parse]]
"""Labelled utterances, each with its answer."""


def is_exact(gold: LabelledUtterance, parse: Parse, roles: bool = False) -> bool:
    """Whether an answer has the intent, and every entity's span and type, right; out of scope only the intent counts.

    Args:
        gold: the labelled utterance.
        parse: the answer.
        roles: whether the entities' roles must be right, too.
    """
    if gold.intent == FALLBACK_INTENT:
        return parse.intent.name == FALLBACK_INTENT
    right = gold.intent is None or gold.intent == parse.intent.name
    return right and plain(gold.spans, roles) == plain(parse.entities, roles)


def best_in_scope(gold: LabelledUtterance, parse: Parse) -> tuple[float | None, bool]:
    """The confidence of the best intent that is not `nlu_fallback`, and whether it is the right one."""
    for score in parse.ranking:
        if score.name != FALLBACK_INTENT:
            return min(score.confidence, 1.0), score.name == gold.intent
    return None, False


def spread(several: Sequence[ItemT], most: int | None) -> Sequence[ItemT]:
    """Choose so many of several, evenly spread; all where there are no more, or `most` is None.

    Example:
        >>> spread("abcdefg", 3), spread("ab", 3), spread("ab", None)
        (['a', 'c', 'e'], 'ab', 'ab')
    """
    if most is None or len(several) <= most:
        return several
    return [several[at * len(several) // most] for at in range(most)]


def plain(spans: Iterable[Span | Entity], roles: bool = False) -> list[Span]:
    """The place and type of entities, and their roles where those count."""
    return [Span(span.start, span.end, span.entity, span.role if roles else None) for span in spans]
