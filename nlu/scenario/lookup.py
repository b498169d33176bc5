"""Values of one type in a text, where the networks found none: the answer to a question may be one word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from nlu.korean.hangul import jamo
from nlu.korean.particles import following
from nlu.lexicon.computed import base_of, units_of
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon, Match
from nlu.scenario.words import bare, without_opening
from nlu.types import Entity
from nlu.values.finder import find_values

Look = Callable[[str, str], Entity | None]
"""Entity type and text → the value of that type in it."""
NEAR = "near"
"""The source of a value that was typed otherwise than the dictionary has it."""
_CONFIDENCE = 0.5
_COUNTED = frozenset({"quantity", "money", "age", "percent"})
"""Kinds of which the number alone is an answer."""
_NO_NUMBERS = frozenset("네이일오사만한")
"""Syllables that say something else more often."""
_USUAL_UNITS = ("개", "명", "박")
_ENDING = re.compile(
    r"(?:이요|요|으로요?|로요?|에서요?|에요?|부터요?|까지요?|만요?|이에요|예요|입니다|쯤이?요?|주세요|줘)$"
)
_TAIL = re.compile(r"(?:밤|낮|아침|점심|저녁|오전|오후|새벽|주소|역|쪽|앞|근처|동네|시내)")
"""What may be written together with a place or a day: 내일밤, 집주소."""
_LONGEST = 12
_LEAST_JAMO, _MANY_JAMO = 4, 9
"""A word of so many jamo may have one that is wrong, a longer one two."""


class Lookup:
    """Looks for values in what answers a question.

    Args:
        lexicon: the bot's.
        now: the time of asking at the asker's place, without a zone.

    Example:
        >>> from nlu.lexicon.lexicon import Entry
        >>> lookup = Lookup(Lexicon([Entry("loc", "제주도"), Entry("date", "@date")]), datetime(2026, 11, 30))
        >>> found = lookup.exact("loc", "제주도요"), lookup.exact("date", "내일 3시쯤이요"), lookup.exact("loc", "글쎄")
        >>> [one and one.raw for one in found], lookup.near("loc", "제쥬도요").value
        (['제주도', '내일', None], '제주도')
    """

    def __init__(self, lexicon: Lexicon, now: datetime) -> None:
        self._lexicon, self._now = lexicon, now

    def exact(self, entity: str, text: str) -> Entity | None:
        """Look for the longest value of a type, listed or computed, that is a word of the text."""
        matches = self._lexicon.matches(text)
        found = [one for one in matches if one.entity == entity and _is_word(text, one.start, one.end)]
        if not found:
            return self._number(entity, text)
        best = max(found, key=lambda one: (one.end - one.start, -one.start))
        return self._entity(text, best, "dictionary")

    def _number(self, entity: str, text: str) -> Entity | None:
        """A number that answers how many: 2, 둘; not the 네 of a yes."""
        kind = self._lexicon.computed.kinds.get(entity, "")
        if base_of(kind) not in _COUNTED:
            return None
        plain = [
            one for one in find_values(text, ("number",), self._now) if text[one.start : one.end] not in _NO_NUMBERS
        ]
        if not plain:
            return None
        one = plain[-1]
        raw, units = text[one.start : one.end], sorted(units_of(kind), key=lambda unit: unit not in _USUAL_UNITS)
        value = replace(one, type=base_of(kind), unit=units[0] if units else None)
        said = f"{raw}{value.unit or ''}" if raw.isdigit() else raw
        source = NEAR if said != raw else "dictionary"
        return Entity(entity, one.start, one.end, raw, said, confidence=_CONFIDENCE, sources=(source,), resolved=value)

    def near(self, entity: str, text: str) -> Entity | None:
        """Look for the one value of a type that a text of one word misspells; None where there are several or none."""
        said = without_opening(bare(text)) or bare(text)
        for word in (said, _ENDING.sub("", said)):
            if 2 <= len(word) <= _LONGEST and (value := self._nearest(entity, squeeze(word))) is not None:
                start = text.index(word)
                return self._entity(text, Match(start, start + len(word), entity, value), NEAR)
        return None

    def _nearest(self, entity: str, word: str) -> str | None:
        keys = jamo(word)
        most = 0 if len(keys) < _LEAST_JAMO else 1 if len(keys) < _MANY_JAMO else 2
        pieces = [keys[len(keys) * at // (most + 1) : len(keys) * (at + 1) // (most + 1)] for at in range(most + 1)]
        found: dict[str, int] = {}
        spelled = _spelled(self._lexicon, entity)
        for length in range(len(keys) - most, len(keys) + most + 1):
            for other, value in spelled.get(length, ()):
                # Of one piece more than there are mistakes, one is typed as it should be.
                if any(piece in other for piece in pieces) and (apart := _distance(keys, other, most)) <= most:
                    found[value] = min(apart, found.get(value, most))
        nearest = [value for value, apart in found.items() if apart == min(found.values())]
        return nearest[0] if len(nearest) == 1 else None

    def _entity(self, text: str, match: Match, source: str) -> Entity:
        raw = text[match.start : match.end]
        found = Entity(
            match.entity, match.start, match.end, raw, match.value, particle=following(text, match.end),
            confidence=_CONFIDENCE, sources=(source,),
        )  # fmt: skip
        computed = self._lexicon.computed
        if match.entity not in computed.kinds:
            return found
        resolved = computed.value(match.entity, text, match.start, match.end, self._now)
        if source == NEAR:
            resolved = computed.value(match.entity, match.value, 0, len(match.value), self._now)
        value = resolved.value if resolved and squeeze(match.value) == squeeze(raw) else match.value
        return replace(found, resolved=resolved, value=value)


def look_in(lexicon: Lexicon, now: datetime = datetime.min) -> Look:
    """Look for values as they are listed, or computed."""
    return Lookup(lexicon, now).exact


@lru_cache(maxsize=16)
def _spelled(lexicon: Lexicon, entity: str) -> dict[int, list[tuple[str, str]]]:
    """The surfaces of a type as jamo, each with its value, by their length; made when it is first asked for."""
    spelled: dict[int, list[tuple[str, str]]] = {}
    for entry in lexicon.entries:
        if entry.entity == entity:
            for surface in (entry.value, *entry.synonyms):
                keys = jamo(squeeze(surface))
                spelled.setdefault(len(keys), []).append((keys, entry.value))
    return spelled


def _distance(one: str, other: str, most: int) -> int:
    """How many characters must be typed otherwise (Levenshtein); more than `most` where it is more."""
    row = [*range(len(other) + 1)]
    for at, char in enumerate(one, 1):
        before, row = row, [at]
        for to, its in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[to] + 1, before[to - 1] + (char != its)))
        if min(row) > most:
            break
    return row[-1] if len(row) == len(other) + 1 else most + 1


def _is_word(text: str, start: int, end: int) -> bool:
    begins = start == 0 or not text[start - 1].isalnum()
    rest = text[end:]
    rest = rest[len(tail[0]) :] if (tail := _TAIL.match(rest)) else rest
    end = len(text) - len(rest)
    return begins and (
        not rest or not rest[0].isalnum() or following(text, end) != "" or rest.startswith(("요", "이요"))
    )
