"""Which of many patterns say a text, in time and memory that do not grow with how much they stand for.

The lines of all patterns are one tree, whose edges are the parts that lines begin alike with. A text is read from left
to right, at each place by the edges that may begin with its next character or with a dictionary value that it has
there; edges that may say nothing are seen through. What leads to the same place of the tree and of the text is kept
once.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from nlu.lexicon.dictionary import squeeze
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern.parts import NOTHING, Part, Reading, Said, Skip, Slotted, Tail, TooMuchWork, part_of, values_of
from nlu.pattern.table import Line, PatternTable

MOST_STEPS = 10_000
"""Of a match; people's utterances take some dozens. A text that needs more counts as none that a pattern says."""
MOST_CHARACTERS = 500
"""Of a text, spaces left out; a longer one counts as none that a pattern says."""


_MOST_PLANNED = 500_000
"""Places of steps that are kept; more than hundreds of thousands of patterns need, and some 10 MB."""


class Recognized(NamedTuple):
    """A line that says a text.

    Attributes:
        line: the pattern's line.
        entities: in the text without spaces.
        marks: how many final marks the text has more, or lacks.
    """

    line: Line
    entities: tuple[Slotted, ...]
    marks: int


class _State:
    """A place in the tree of lines.

    Attributes:
        edges: where each part leads, by its number.
        lines: those that end here.
        agrees: whether a particle may still come.
        slots: the entities that may.
    """

    __slots__ = ("agrees", "edges", "lines", "slots")

    def __init__(self) -> None:
        self.edges: dict[int, _State] = {}
        self.lines: list[int] = []
        self.agrees = False
        self.slots: frozenset[str] = frozenset()


class _Step(NamedTuple):
    part: Part
    target: _State
    skip: Skip


class _Plan:
    """What may be said next at a place of the tree.

    Attributes:
        by_first: steps by what they may begin with, as `Part.firsts` has it.
        by_entity: steps by the entity they may begin with.
        lines: the lines that may end here, with what is skipped then.
        size: how many places steps take here.
    """

    def __init__(self) -> None:
        self.by_first: dict[str, list[_Step]] = {}
        self.by_entity: dict[str, list[_Step]] = {}
        self.lines: list[tuple[int, Skip]] = []
        self.size = 0

    def add(self, step: _Step) -> None:
        self.size += len(step.part.firsts) + len(step.part.entities)
        for first in step.part.firsts:
            self.by_first.setdefault(first, []).append(step)
        for entity in step.part.entities:
            self.by_entity.setdefault(entity, []).append(step)

    def steps(self, said: Said, start: int) -> Iterator[_Step]:
        """The steps that may be taken at a place of a text, some perhaps twice."""
        for first in said.firsts(start):
            yield from self.by_first.get(first, ())
        if self.by_entity and start < len(said.text):
            for entity in said.values(start):
                yield from self.by_entity.get(entity, ())


class Recognizer:
    r"""Matches texts against all that patterns stand for, up to spaces, case and final marks.

    Args:
        table: the patterns.

    Example:
        >>> from nlu.lexicon.lexicon import Entry
        >>> from nlu.pattern.reader import parse_patterns
        >>> lexicon = Lexicon([Entry("menu", "피자"), Entry("menu", "냉면")])
        >>> file = parse_patterns("[order]\n{menu}을(를)? (하나)? 줘", lexicon)
        >>> recognizer = Recognizer(PatternTable.of(file.patterns))
        >>> [bool(recognizer.lines(text, lexicon)) for text in ("피자를 줘", "냉면하나줘~!", "냉면를 줘")]
        [True, True, False]
    """

    def __init__(self, table: PatternTable) -> None:
        self._table = table
        self._parts: dict[int, Part] = {}
        self._plans: dict[int, _Plan] = {}
        self._planned = 0

    @cached_property
    def _root(self) -> _State:
        states = [_State()]
        for number, line in enumerate(self._table.lines):
            state = states[0]
            for item in line.items:
                if item not in state.edges:
                    states.append(state.edges.setdefault(item, _State()))
                state = state.edges[item]
            state.lines.append(number)
        agrees, slots = self._table.what_is_inside()
        for state in reversed(states):
            for item, target in state.edges.items():
                state.agrees = state.agrees or target.agrees or agrees[item]
                state.slots |= target.slots | slots[item]
        return states[0]

    def lines(self, text: str, lexicon: Lexicon) -> list[Recognized]:
        """Find the lines that say a text, in their order, each in its best reading; those with other marks come too.

        Args:
            text: the text, normalised.
            lexicon: the dictionary, whose values slots may take.
        """
        squeezed = squeeze(text)
        if not squeezed or len(squeezed) > MOST_CHARACTERS or not self._table.lines:
            return []
        try:
            computed = lexicon.computed_values(text) if lexicon.computed else None
            found = self._match(Said(squeezed, lexicon, MOST_STEPS, computed))
        except TooMuchWork:
            return []
        lines = self._table.lines
        return [Recognized(lines[number], found[number].entities, found[number].marks) for number in sorted(found)]

    def _match(self, said: Said) -> dict[int, Reading]:
        """The best reading of each line, by number."""
        size, best = len(said.text), dict[int, Reading]()
        at: list[dict[object, tuple[_State, Tail, Reading]]] = [{} for _ in range(size + 1)]
        self._arrive(at[0], self._root, "", NOTHING)
        for start, waiting in enumerate(at):
            while waiting:
                state, tail, reading = waiting.pop(next(iter(waiting)))
                plan = self._plan(state)
                if start in said.ends:
                    self._accept(best, plan, tail, reading, size - start)
                for part, target, skip in plan.steps(said, start):
                    said.step()
                    is_allowed, before = skip.apply(tail)
                    if not is_allowed:
                        continue
                    for end, after, more in part.read(said, start, before):
                        if (end > start or more.marks) and (both := reading.and_then(more)) is not None:
                            said.step()
                            self._arrive(at[end], target, after, both)
        return best

    def _accept(self, best: dict[int, Reading], plan: _Plan, tail: Tail, reading: Reading, marks: int) -> None:
        whole = reading._replace(marks=reading.marks + marks)
        for number, skip in plan.lines:
            if skip.apply(tail)[0] and (number not in best or whole.cost < best[number].cost):
                best[number] = whole

    def _arrive(
        self, waiting: dict[object, tuple[_State, Tail, Reading]], state: _State, tail: Tail, reading: Reading
    ) -> None:
        """Keep the best way to a place of the tree."""
        tail = tail if state.agrees else None
        key = id(state), tail, reading.drawn and values_of(reading, state.slots)
        if key not in waiting or reading.cost < waiting[key][2].cost:
            waiting[key] = state, tail, reading

    def _part(self, number: int) -> Part:
        if number not in self._parts:
            row = self._table.rows[number]
            parts = {inner: self._part(inner) for inner in row[1:]} if row[0] in "cq" else {}
            self._parts[number] = part_of(row, parts)
        return self._parts[number]

    def _plan(self, state: _State) -> _Plan:
        if id(state) not in self._plans:
            if self._planned > _MOST_PLANNED:
                self._plans.clear()
                self._planned = 0
            plan = self._plans[id(state)] = self._new_plan(state)
            self._planned += plan.size
            return plan
        return self._plans[id(state)]

    def _new_plan(self, state: _State) -> _Plan:
        plan, waiting = _Plan(), [(state, Skip.KEEP)]
        seen = {(id(state), Skip.KEEP)}
        for here, skip in waiting:
            plan.lines += [(number, skip) for number in here.lines]
            for item, target in here.edges.items():
                part = self._part(item)
                plan.add(_Step(part, target, skip))
                for more in part.skips:
                    both = skip.then(more)
                    if (id(target), both) not in seen:
                        seen.add((id(target), both))
                        waiting.append((target, both))
        return plan
