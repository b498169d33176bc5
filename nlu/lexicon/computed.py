"""Entity types whose values are computed instead of listed: dates, numbers, money, and texts with a shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from random import Random

from nlu.values.finder import TYPES, find_values
from nlu.values.found import Value
from nlu.values.say import say
from nlu.values.shape_samples import sample_shape
from nlu.values.shapes import find_shape

SHAPE = "shape:"
"""What begins the kind of a type that has a shape; the regular expression follows."""
SAMPLES = 400
"""Wordings of a type that training data is made of."""
_SAID_AT = datetime(2026, 3, 4, 10, 30)
"""When they are said; only the years of whole dates show it."""

_WITH_ENDS = frozenset({"date", "time", "datetime"})
_MARK = re.compile(r"\s*(?:부터|까지|에서|이후|이전|[~–])\s*")
"""What marks the ends of an interval."""


def is_kind(kind: str) -> bool:
    """Whether a kind is one that can be computed."""
    return base_of(kind) in TYPES or kind.startswith(SHAPE)


def kind_of(base: str, units: Sequence[str] = ()) -> str:
    """Name a kind, of some units only if any are given.

    Example:
        >>> kind_of("quantity", ("판", "개")), kind_of("date")
        ('quantity:개|판', 'date')
    """
    return f"{base}:{'|'.join(sorted(units))}" if units else base


def base_of(kind: str) -> str:
    """The kind without the units that it is narrowed to; of a shape its whole."""
    return kind if kind.startswith(SHAPE) else kind.partition(":")[0]


def units_of(kind: str) -> frozenset[str]:
    """The units that a kind is narrowed to; empty where all are meant."""
    return frozenset() if kind.startswith(SHAPE) else frozenset(filter(None, kind.partition(":")[2].split("|")))


@lru_cache(maxsize=64)
def samples(kind: str) -> tuple[str, ...]:
    """Wordings of a kind, always the same ones, each once.

    Example:
        >>> len(samples("money")) > 300, samples("money") == samples("money")
        (True, True)
    """
    random = Random(f"{kind} wordings")
    if kind.startswith(SHAPE):
        every = (sample_shape(kind.removeprefix(SHAPE), random) for _ in range(SAMPLES))
    else:
        every = (say(base_of(kind), random, _SAID_AT, sorted(units_of(kind))).text for _ in range(SAMPLES))
    return tuple(dict.fromkeys(every))


@lru_cache(maxsize=64)
def _shape(kind: str) -> re.Pattern[str]:
    return re.compile(kind.removeprefix(SHAPE))


class Computed:
    """The computed types of a bot.

    Args:
        kinds: entity type → kind: one of `nlu.values.finder.TYPES`, perhaps narrowed to units (`kind_of`), or `shape:`
            and a regular expression.

    Example:
        >>> computed = Computed({"when": "date"})
        >>> [(one.start, one.end, entity) for entity, one in computed.find("내일 갈게", datetime(2026, 11, 30))]
        [(0, 2, 'when')]
    """

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = dict(sorted(kinds.items()))
        self._of_base: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for entity, kind in self.kinds.items():
            self._of_base.setdefault(base_of(kind), []).append((entity, units_of(kind)))
        self._grammar = tuple(kind for kind in self._of_base if not kind.startswith(SHAPE))
        self._shapes = tuple(kind for kind in self._of_base if kind.startswith(SHAPE))

    def __bool__(self) -> bool:
        return bool(self.kinds)

    @lru_cache(maxsize=256)  # noqa: B019 - a bot has one of these, for as long as it lives
    def find(self, text: str, now: datetime) -> tuple[tuple[str, Value], ...]:
        """Find the values of all types in a text, each with its type.

        Args:
            text: the text.
            now: the time of asking at the asker's place, without a zone.
        """
        found = list(find_values(text, self._grammar, now)) if self._grammar else []
        for kind in self._shapes:
            found += find_shape(kind, _shape(kind), text)
        return tuple(
            (entity, one)
            for one in found
            for entity, units in self._of_base[one.type]
            if not units or one.unit in units
        )

    def value(self, entity: str, text: str, start: int, end: int, now: datetime) -> Value | None:
        """Read what a stretch of a text says that was taken for an entity; None where that is no value.

        Of several values that share characters with the stretch the one that shares most counts.
        """
        found = [one for name, one in self.find(text, now) if name == entity and one.start < end and start < one.end]
        if found:
            return max(found, key=lambda one: (min(one.end, end) - max(one.start, start), one.start - one.end))
        alone = [one for name, one in self.find(text[start:end], now) if name == entity]
        return replace(alone[0], start=alone[0].start + start, end=alone[0].end + start) if alone else None

    def alone(self, entity: str, text: str, start: int, end: int, now: datetime) -> Value | None:
        """Read what exactly a stretch says, whatever stands beside it: 내일 of 내일부터 모레까지."""
        found = [one for name, one in self.find(text[start:end], now) if name == entity]
        whole = next((one for one in found if (one.start, one.end) == (0, end - start)), None)
        return replace(whole, start=start, end=end) if whole else None

    def ends(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where the ends of intervals are, which are times as well: 내일 and 모레 in 내일부터 모레까지."""
        for start, end, entity in self.spans(text):
            if self.kinds[entity] in _WITH_ENDS and (marks := list(_MARK.finditer(text, start, end))):
                begins, stops = [start, *(one.end() for one in marks)], [*(one.start() for one in marks), end]
                for first, last in zip(begins, stops, strict=True):
                    yield from self._wholly(text, first, last)

    def _wholly(self, text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        whole = (0, end - start)
        return ((start, end, entity) for *span, entity in self.spans(text[start:end]) if tuple(span) == whole)

    @lru_cache(maxsize=256)  # noqa: B019 - a bot has one of these, for as long as it lives
    def spans(self, text: str) -> tuple[tuple[int, int, str], ...]:
        """Where values are, whatever they say."""
        return tuple(sorted((one.start, one.end, entity) for entity, one in self.find(text, _SAID_AT)))

    def covers(self, entity: str, surface: str) -> bool:
        """Whether all of a surface is a value of a type."""
        return any(name == entity and (start, end) == (0, len(surface)) for start, end, name in self.spans(surface))
