"""A turn of a talk as it is heard: the words that only open it (아니, 음 그럼) hide nothing of what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nlu.scenario import words
from nlu.scenario.scenario import Scenarios
from nlu.types import FALLBACK_INTENT, Entity, Parse

_SURE = 0.8
"""How likely the intent of the rest must be to count in the place of a yes, a no or nothing."""


def hear(text: str, parser: Callable[..., list[Parse]], rules: Scenarios) -> Parse:
    """Understand a turn, and what is left of it without its opening where that says more.

    Args:
        text: the turn.
        parser: understands several texts.
        rules: the bot's scenarios, which say what yes and no are.
    """
    rest = words.instead(text) or words.without_opening(text)
    at = text.rfind(rest)
    if not rest or at <= 0:
        return parser(text)[0]
    whole, part = parser(text, rest)
    entities = tuple(replace(one, start=one.start + at, end=one.end + at) for one in part.entities)
    before = tuple(one for one in whole.entities if one.end <= at)
    heard = replace(whole, entities=(*before, *entities)) if _says_more(entities, whole.entities, at) else whole
    is_small = whole.intent.name in rules.yes | rules.no | rules.cancel | {None, FALLBACK_INTENT}
    is_sure = part.intent.confidence >= _SURE and not part.fallback.is_fallback
    is_meant = part.intent.name not in rules.yes | rules.no | rules.cancel
    if is_sure and is_meant and (is_small or words.instead(text)):
        heard = replace(heard, intent=part.intent, fallback=part.fallback)
    return heard


def _says_more(some: tuple[Entity, ...], others: tuple[Entity, ...], at: int) -> bool:
    """Whether some values say more than those that were found behind a place."""
    there = [one for one in others if one.start >= at]
    return (len(some), sum(one.role is not None for one in some)) > (
        len(there),
        sum(one.role is not None for one in there),
    )
