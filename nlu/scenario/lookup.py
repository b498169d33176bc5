"""Values of one type in a text, where the networks found none: the answer to a question may be one word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from nlu.korean.particles import following
from nlu.lexicon.computed import base_of
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.types import Entity
from nlu.values.finder import find_values

Look = Callable[[str, str], Entity | None]
"""Entity type and text → the value of that type in it."""
_CONFIDENCE = 0.5
_COUNTED = frozenset({"quantity", "money", "age", "percent"})
"""Kinds of which the number alone is an answer."""


def look_in(lexicon: Lexicon) -> Look:
    """Look for the longest value of a dictionary, or computed one, that is a word of the text.

    Example:
            >>> from nlu.lexicon.computed import base_of
    from nlu.lexicon.lexicon import Entry
            >>> look = look_in(Lexicon([Entry("loc", "판교"), Entry("date", "@date")]))
            >>> found = look("loc", "판교요"), look("date", "내일 3시쯤이요"), look("loc", "글쎄")
            >>> [one and one.raw for one in found]
            ['판교', '내일', None]
    """
    numbers = {name for name, kind in lexicon.computed.kinds.items() if base_of(kind) in _COUNTED}

    def look(entity: str, text: str) -> Entity | None:
        found = [one for one in lexicon.matches(text) if one.entity == entity and _is_word(text, one.start, one.end)]
        if not found and entity in numbers:
            plain = find_values(text, ("number",), datetime.min)
            found = [Match(one.start, one.end, entity, text[one.start : one.end]) for one in plain]
        if not found:
            return None
        best = max(found, key=lambda one: (one.end - one.start, -one.start))
        raw = text[best.start : best.end]
        return Entity(
            entity, best.start, best.end, raw, best.value, particle=following(text, best.end),
            confidence=_CONFIDENCE, sources=("dictionary",),
        )  # fmt: skip

    return look


def _is_word(text: str, start: int, end: int) -> bool:
    begins = start == 0 or not text[start - 1].isalnum()
    rest = text[end:]
    return begins and (
        not rest or not rest[0].isalnum() or following(text, end) != "" or rest.startswith(("요", "이요"))
    )
