"""The rows of a pattern table as parts that read a text: where each may end, with which entities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from nlu.korean.final_marks import core_ends, once_each
from nlu.korean.normalization import normalize
from nlu.korean.particles import choose, forms
from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Entry, Lexicon
from nlu.pattern.table import Row

_choose = lru_cache(maxsize=50_000)(choose)

MOST_FIRST = 8
"""Characters of what a part begins with by which it is looked up: thousands of lines may begin with the same word."""


class Slotted(NamedTuple):
    """An entity that was read: `[start, end)` in the text without spaces, its type, role and canonical value."""

    start: int
    end: int
    entity: str
    role: str | None
    value: str


class Reading(NamedTuple):
    """How a part may be read from a place on.

    Attributes:
        marks: how many final marks the text has more, or lacks.
        uncovered: less by one for each character inside entities.
        number: how many entities there are.
        entities: the entities.
        drawn: type and value of those that stand in slots, where no two of one type have the same value.
    """

    marks: int = 0
    uncovered: int = 0
    number: int = 0
    entities: tuple[Slotted, ...] = ()
    drawn: frozenset[tuple[str, str]] = frozenset()

    @property
    def cost(self) -> tuple[int, int, int]:
        """The less, the better: few other marks, then many characters in entities, then few entities."""
        return self[:3]

    def and_then(self, more: Reading) -> Reading | None:
        """Both, one after the other; None where two slots would have the same value."""
        if more is NOTHING or self is NOTHING:
            return self if more is NOTHING else more
        if self.drawn & more.drawn:
            return None
        marks, uncovered, number = (one + other for one, other in zip(self.cost, more.cost, strict=True))
        return Reading(marks, uncovered, number, self.entities + more.entities, self.drawn | more.drawn)


NOTHING = Reading()
Tail = str | None
"""What a pattern has said since its last space, "" after a space or at the beginning; None where no particle asks."""
Found = tuple[int, Tail, Reading]
"""Where a part may end, what was said since the last space, and how it is read."""


class TooMuchWork(Exception):
    """A text took more steps than it may."""


class Said:
    """A text that is matched, without spaces and without difference of case.

    Args:
        text: the text as `squeeze` leaves it.
        lexicon: the dictionary that slots take their values from.
        steps: how many steps the match may take.
        computed: the computed values, by where they begin.
    """

    def __init__(
        self, text: str, lexicon: Lexicon, steps: int, computed: Mapping[int, list[tuple[int, Entry]]] | None = None
    ) -> None:
        self.text, self.lexicon, self._steps, self._computed = text, lexicon, steps, computed or {}
        ends = core_ends(text)
        self.ends, self._is_marks = frozenset(ends) - {0}, not ends[0]
        self._values: dict[int, dict[str, list[tuple[int, Entry]]]] = {}
        self._firsts: dict[int, tuple[str, ...]] = {}
        self.known: dict[tuple[Part, int, Tail], list[Found]] = {}

    def values(self, start: int) -> dict[str, list[tuple[int, Entry]]]:
        """The dictionary's values that begin at a place, by entity."""
        if start not in self._values:
            here: dict[str, list[tuple[int, Entry]]] = {}
            for end, entry in chain(self.lexicon.values_at(self.text, start), self._computed.get(start, ())):
                here.setdefault(entry.entity, []).append((end, entry))
            self._values[start] = here
        return self._values[start]

    def firsts(self, start: int) -> tuple[str, ...]:
        """What a part that begins at a place may have among its `firsts`, the shortest first."""
        if start not in self._firsts:
            ends = range(start + 1, min(start + MOST_FIRST, len(self.text)) + 1)
            nothing = ("",) if start in self.ends or (self._is_marks and not start) else ()
            self._firsts[start] = (*nothing, *(self.text[start:end] for end in ends))
        return self._firsts[start]

    def step(self, count: int = 1) -> None:
        """Count steps.

        Raises:
            TooMuchWork: there were too many.
        """
        self._steps -= count
        if self._steps < 0:
            raise TooMuchWork


class Skip(IntEnum):
    """What a part does where it says nothing: goes on, ends a word, or does so only where no word has begun.

    They are numbers, so that a set of them has the same order in every process.
    """

    KEEP = 0
    SPACE = 1
    NO_WORD = 2

    def then(self, other: Skip) -> Skip:
        """Both, one after the other."""
        return other if self is Skip.KEEP else self

    def apply(self, tail: Tail) -> tuple[bool, Tail]:
        """Whether it may be skipped, and what was said since the last space afterwards."""
        if self is Skip.SPACE:
            return True, tail and ""
        return self is Skip.KEEP or not tail, tail


class Part(ABC):
    """A piece of a pattern.

    Attributes:
        firsts: what it may begin with, spaces left out: `MOST_FIRST` characters, or fewer where it may say no more
            before what follows; "" where it may say nothing but final marks.
        entities: entities that it may begin with.
        skips: the ways in which it may say nothing.
        agrees: whether a particle is in it.
        slots: entities that it has slots for.
    """

    firsts: frozenset[str] = frozenset()
    entities: frozenset[str] = frozenset()
    skips: frozenset[Skip] = frozenset()
    agrees: bool = False
    slots: frozenset[str] = frozenset()

    @abstractmethod
    def read(self, said: Said, start: int, tail: Tail) -> Iterable[Found]:
        """Give each way to say it from a place on, nothing among them."""

    def may_begin(self, said: Said, start: int) -> bool:
        """Whether it can say anything there."""
        if not self.firsts.isdisjoint(said.firsts(start)):
            return True
        return bool(self.entities) and not self.entities.isdisjoint(said.values(start))


class Words(Part):
    """One of several texts.

    Args:
        texts: as their author wrote them.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._tails: dict[str, list[str]] = {}
        self._marked: dict[str, list[str]] = {}
        for text in texts:
            said = squeeze(normalize(text).text)
            self._tails.setdefault(said, []).append(text)
        for said in filter(None, self._tails):
            end = core_ends(said)[0]
            if end < len(said):
                self._marked.setdefault(said[:end], []).append(said)
        self.skips = frozenset(Skip.SPACE if " " in text else Skip.KEEP for text in self._tails.pop("", ()))
        self._lengths = sorted({len(said) for said in self._tails})
        self._core_lengths = sorted({len(said) for said in self._marked})
        self.firsts = frozenset(said[:MOST_FIRST] for said in (*self._tails, *self._marked))

    def read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        for skip in self.skips:
            yield start, skip.apply(tail)[1], NOTHING
        text, size = said.text, len(said.text)
        for length in self._lengths:
            end = start + length
            if end > size:
                break
            if (key := text[start:end]) in self._tails:
                for after in _after(self._tails[key], tail):
                    yield end, after, NOTHING
        if self._marked:
            yield from self._with_other_marks(said, start, tail)

    def _with_other_marks(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        """The texts that the rest of what is said is but for its final marks."""
        text, size = said.text, len(said.text)
        for length in self._core_lengths:
            end = start + length
            if end not in said.ends and end:
                continue
            rest = text[end:]
            for key in self._marked.get(text[start:end], ()):
                marks = key[length:]
                if rest != marks and (end or once_each(rest) == once_each(marks)):
                    yield size, tail, Reading(len(rest) + len(marks))


class Value(Part):
    """A slot: any value that the dictionary has."""

    def __init__(self, entity: str, role: str | None) -> None:
        self._entity, self._role = entity, role
        self.entities = self.slots = frozenset((entity,))

    def read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        for end, entry in said.values(start).get(self._entity, ()):
            one = Slotted(start, end, self._entity, self._role, entry.value)
            reading = Reading(0, start - end, 1, (one,), frozenset(((self._entity, entry.value),)))
            if tail is None:
                yield end, None, reading
                continue
            key = said.text[start:end]
            surfaces = (" ".join(one.split()) for one in (entry.value, *entry.synonyms) if squeeze(one) == key)
            for after in _after(surfaces, tail):
                yield end, after, reading


class FixedValue(Part):
    """An entity whose words stand in the pattern."""

    def __init__(self, entity: str, role: str | None, words: str) -> None:
        self._entity, self._role, self._words = entity, role, words
        self._key = squeeze(normalize(words).text)
        self.firsts = frozenset((self._key[:MOST_FIRST],))

    def read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        if said.text.startswith(self._key, start):
            end = start + len(self._key)
            value = said.lexicon.canonical(self._entity, self._words)
            one = Slotted(start, end, self._entity, self._role, self._words if value is None else value)
            reading = Reading(0, start - end, 1, (one,))
            yield from ((end, after, reading) for after in _after((self._words,), tail))


class Agreeing(Part):
    """A particle in the form that fits what was said before it; none where no word has begun."""

    agrees = True
    skips = frozenset((Skip.NO_WORD,))

    def __init__(self, notation: str) -> None:
        self._notation = notation
        self.firsts = frozenset(form[:MOST_FIRST] for form in forms(notation))

    def read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        if not tail:
            yield start, tail, NOTHING
        elif said.text.startswith(form := _choose(tail, self._notation), start):
            yield start + len(form), tail + form, NOTHING


class _Group(Part):
    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = tuple(parts)
        self.agrees = any(part.agrees for part in parts)
        self.slots = frozenset().union(*(part.slots for part in parts))

    def read(self, said: Said, start: int, tail: Tail) -> Iterable[Found]:
        key = self, start, tail
        if key not in said.known:
            said.known[key] = best(said, self._read(said, start, tail), self.slots)
        return said.known[key]

    @abstractmethod
    def _read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]: ...


class OneOf(_Group):
    """One of several parts."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(parts)
        self.firsts = frozenset().union(*(part.firsts for part in parts))
        self.entities = frozenset().union(*(part.entities for part in parts))
        self.skips = frozenset().union(*(part.skips for part in parts))

    def _read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        for part in self._parts:
            if part.skips or part.may_begin(said, start):
                yield from part.read(said, start, tail)


class InTurn(_Group):
    """Parts one after the other."""

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(parts)
        skips = {Skip.KEEP}
        for part in parts:
            self.firsts, self.entities = self.firsts | part.firsts, self.entities | part.entities
            skips = {one.then(other) for one in skips for other in part.skips}
            if not skips:
                break
        self.skips = frozenset(skips)

    def _read(self, said: Said, start: int, tail: Tail) -> Iterator[Found]:
        found: list[Found] = [(start, tail, NOTHING)]
        for part in self._parts:
            longer = (
                (end, after, both)
                for at, before, reading in found
                for end, after, more in part.read(said, at, before)
                if (both := reading.and_then(more)) is not None
            )
            found = best(said, longer, self.slots)
        yield from found


def best(said: Said, found: Iterable[Found], again: frozenset[str]) -> list[Found]:
    """Of those that end alike the best: what goes on from them is the same.

    Args:
        said: counts the steps.
        found: where a part may end, and how it is read.
        again: entities that may come once more, so that those with other values of them stay apart.
    """
    kept: dict[object, Found] = {}
    for one in found:
        said.step()
        end, tail, reading = one
        key = end, tail, reading.drawn and values_of(reading, again)
        if key not in kept or reading.cost < kept[key][2].cost:
            kept[key] = one
    return list(kept.values())


def values_of(reading: Reading, entities: frozenset[str]) -> frozenset[tuple[str, str]]:
    """The values that a reading has in slots of some entities."""
    return frozenset(one for one in reading.drawn if one[0] in entities)


def part_of(row: Row, parts: Mapping[int, Part]) -> Part:
    """The part that a row of a table describes.

    Args:
        row: the row.
        parts: those of the rows that it names, by number.
    """
    kind, *rest = row
    if kind == "w":
        return Words(rest)
    if kind == "s":
        return Value(*rest)
    if kind == "f":
        return FixedValue(*rest)
    if kind == "p":
        return Agreeing(*rest)
    return {"c": OneOf, "q": InTurn}[kind]([parts[number] for number in rest])


def _after(texts: Iterable[str], tail: Tail) -> Iterable[Tail]:
    """What was said since the last space after each of some texts."""
    if tail is None:
        return (None,)
    return dict.fromkeys(text.rpartition(" ")[2] if " " in text else tail + text for text in texts)
