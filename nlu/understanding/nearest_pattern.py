"""The author's line that an utterance resembles most: skeletons of what patterns say, compared by pairs of symbols."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import orjson

from nlu.store.bundle import Bundle
from nlu.types import LabelledUtterance
from nlu.understanding.training_examples import TrainingExamples

MOST_SKELETONS = 4
"""How many skeletons of one origin are kept, since those of one pattern are much alike."""

_FILE = "nearest.json"  # format 4 had `patterns.json` at first, which could hold imported rows: it is not read
_EDGE = "\x02"


@dataclass(frozen=True, slots=True)
class NearestPattern:
    """A pattern: where it stands, its intent, an utterance of it with slots, and how alike it is, 0..1."""

    origin: str
    intent: str
    example: str
    similarity: float


@dataclass(frozen=True, slots=True)
class _Skeleton:
    origin: str
    intent: str
    text: str
    pairs: tuple[tuple[str, str], ...]


class PatternIndex:
    """Finds the nearest pattern; spaces do not count. What it looks up is made when it is first asked.

    Args:
        rows: origin, intent and skeleton of what it knows; or as JSON, which is read when it is first asked.

    Example:
        >>> index = PatternIndex([("p.txt:1", "order", "{menu} 주문해줘"), ("p.txt:2", "weather", "{loc} 날씨 어때")])
        >>> index.nearest("{menu} 주문해")
        NearestPattern(origin='p.txt:1', intent='order', example='{menu} 주문해줘', similarity=0.7272727272727273)
    """

    def __init__(self, rows: Iterable[tuple[str, str, str]] | bytes) -> None:
        self._given = rows if isinstance(rows, bytes) else tuple(rows)

    @cached_property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """Origin, intent and skeleton of what it knows."""
        if not isinstance(self._given, bytes):
            return self._given
        return tuple(
            (str(origin), str(intent), str(skeleton)) for origin, intent, skeleton in orjson.loads(self._given)
        )

    @cached_property
    def _skeletons(self) -> list[_Skeleton]:
        return [_Skeleton(*row, tuple(Counter(_pairs(row[2])).elements())) for row in self.rows]

    @cached_property
    def _having(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """Pair → the skeletons that have it, by number, and how often."""
        having: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for number, one in enumerate(self._skeletons):
            for pair, count in Counter(one.pairs).items():
                having.setdefault(pair, []).append((number, count))
        return having

    @classmethod
    def learn(cls, examples: TrainingExamples) -> PatternIndex:
        """Keep skeletons of what everyone may see."""
        return cls.build(examples.shown)

    @classmethod
    def build(cls, utterances: Iterable[LabelledUtterance], most: int = MOST_SKELETONS) -> PatternIndex:
        """Keep the first `most` different skeletons of each origin; utterances without an intent are left out."""
        kept: dict[tuple[str, str], dict[str, None]] = {}
        for utterance in utterances:
            if utterance.intent is None:
                continue
            spans = [(span.start, span.end, span.entity) for span in utterance.spans]
            skeletons = kept.setdefault((utterance.origin, utterance.intent), {})
            if len(skeletons) < most:
                skeletons[skeleton(utterance.text, spans)] = None
        return cls((origin, intent, text) for (origin, intent), texts in kept.items() for text in texts)

    def nearest(self, text: str) -> NearestPattern | None:
        """Find the nearest pattern to a skeleton by Dice's coefficient; the first of equals, None when none has a part.

        Source: Dice (1945), Measures of the Amount of Ecologic Association Between Species.
        """
        wanted = Counter(_pairs(text))
        shared: Counter[int] = Counter()
        for pair, count in wanted.items():
            for number, here in self._having.get(pair, ()):
                shared[number] += min(count, here)
        if not shared:
            return None
        total = wanted.total()
        likeness = {number: 2 * same / (total + len(self._skeletons[number].pairs)) for number, same in shared.items()}
        number = min(likeness, key=lambda one: (-likeness[one], one))
        found = self._skeletons[number]
        return NearestPattern(found.origin, found.intent, found.text, likeness[number])

    def files(self) -> dict[str, bytes]:
        """What a bundle keeps of it: the rows as JSON, one a line."""
        rows = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in self.rows)
        return {_FILE: ("[\n" + ",\n".join(rows) + "\n]\n").encode()}

    @classmethod
    def read(cls, bundle: Bundle) -> PatternIndex:
        """Read what `files` wrote; a bundle without is one that knows no pattern."""
        return cls(bundle.read(_FILE) if _FILE in bundle.manifest.files else ())


def skeleton(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """Write an utterance with slots for its entities.

    Example:
        >>> skeleton("판교로 피자 두 판", [(0, 2, "loc"), (4, 6, "menu"), (7, 10, "count")])
        '{loc}로 {menu} {count}'
    """
    for start, end, entity in sorted(spans, reverse=True):
        text = f"{text[:start]}{{{entity}}}{text[end:]}"
    return text


def _pairs(text: str) -> list[tuple[str, str]]:
    symbols, rest = [_EDGE], text
    while rest:
        if rest[0] == "{" and "}" in rest:
            slot, _, rest = rest.partition("}")
            symbols.append(slot)
        else:
            symbols += [] if rest[0].isspace() else [rest[0]]
            rest = rest[1:]
    return list(pairwise([*symbols, _EDGE]))
