"""A pattern over a dictionary as a counted set: how many utterances it stands for, and the i-th of them.

The count is of derivations: ways to choose alternatives and values. Two derivations may say the same text (`~` before a
space, an alternative written twice); a sample takes care of that (see `nlu.generator`). Slots of the same entity in one
utterance get different canonical values, and the count knows it.

Only entities that a pattern can use more than once need bookkeeping. For these the tree is counted by how often each is
used (a polynomial with one variable an entity, kept as a table "times used → counted part"), and the values are drawn
apart from the tree, by `Draws`. All other parts are plain mixed-radix digits of the index.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from math import prod

from nlu.josa import choose
from nlu.lexicon import Lexicon
from nlu.pattern import nodes
from nlu.pattern.draws import Draws
from nlu.pattern.nodes import Node, Pattern, children
from nlu.types import LabelledUtterance, Span

Surface = tuple[str, str]
"""A surface and its canonical value."""


@dataclass(frozen=True)
class Values:
    """The surfaces of one entity, those of a value side by side, and how many each value has."""

    surfaces: tuple[Surface, ...]
    sizes: tuple[int, ...]

    def position(self, surface: str) -> int:
        """Return where a surface stands among the surfaces."""
        return self._positions[surface]

    def value(self, surface: str) -> str:
        """Return a surface's canonical value; the surface itself where it is none."""
        position = self._positions.get(surface)
        return surface if position is None else self.surfaces[position][1]

    @cached_property
    def letters(self) -> frozenset[str]:
        """All letters of the surfaces, spaces left out."""
        return frozenset().union(*(surface for surface, _ in self.surfaces)) - {" "}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {text: number for number, (text, _) in enumerate(self.surfaces)}


class Inventory:
    """The surfaces of a dictionary by entity and value, prepared once for many patterns.

    A surface that the dictionary gives to two values of an entity counts for the first, as in `Lexicon.canonical`.

    Args:
        lexicon: the dictionary.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        groups: dict[str, dict[str, dict[str, None]]] = {}
        for entry in lexicon.entries:
            group = groups.setdefault(entry.entity, {}).setdefault(entry.value, {})
            for surface in (entry.value, *entry.synonyms):
                if lexicon.canonical(entry.entity, surface) == entry.value:
                    group.setdefault(" ".join(surface.split()))
        self.entities: Mapping[str, Values] = {}
        for entity, by_value in groups.items():
            surfaces = tuple((text, value) for value, texts in by_value.items() for text in texts)
            self.entities[entity] = Values(surfaces, tuple(len(texts) for texts in by_value.values() if texts))
        self._draws: dict[tuple[str, int], Draws] = {}
        self._fills: dict[tuple[str, str | None], _Fill] = {}
        self.choose = lru_cache(maxsize=50_000)(choose)

    def values(self, entity: str) -> Values:
        """Return an entity's surfaces; none for an entity the dictionary lacks."""
        return self.entities.get(entity) or Values((), ())

    def draws(self, entity: str, slots: int) -> Draws:
        """Return the ways to fill several slots of an entity."""
        key = (entity, slots)
        if key not in self._draws:
            self._draws[key] = Draws(self.values(entity).sizes, slots)
        return self._draws[key]

    def fill(self, slot: nodes.Slot) -> _Fill:
        """Return the counted part for a slot; slots with the same label share it."""
        key = (slot.entity, slot.role)
        if key not in self._fills:
            self._fills[key] = _Fill(slot, self.values(slot.entity).surfaces)
        return self._fills[key]


class Expansion:
    r"""All that a pattern stands for over a dictionary.

    Args:
        pattern: the pattern.
        inventory: the dictionary's surfaces (`Inventory(lexicon)`).

    Attributes:
        pattern: the pattern.
        count: how many derivations there are, exactly.
        entities: the entities that some utterance of it has.

    Example:
        >>> from nlu.lexicon import Entry
        >>> from nlu.pattern.reader import parse_patterns
        >>> lexicon = Lexicon([Entry("loc", "판교", ()), Entry("loc", "서울", ("서울시",))])
        >>> file = parse_patterns("[transport]\n{loc:from}에서 {loc:to}까지 (얼마나|몇 시간) 걸려", lexicon)
        >>> expansion = Expansion(file.patterns[0], Inventory(lexicon))
        >>> expansion.count
        8
        >>> expansion.utterance(7).text
        '서울시에서 판교까지 몇 시간 걸려'
    """

    def __init__(self, pattern: Pattern, inventory: Inventory) -> None:
        self.pattern = pattern
        self._inventory = inventory
        self._origin = pattern.origin
        self._repeated = tuple(entity for entity, times in sorted(_most_slots(pattern.node).items()) if times > 1)
        compiler = _Compiler(inventory, self._repeated)
        self._variants: list[_Variant] = []
        for times, part in sorted(compiler.table(pattern.node).items()):
            draws = tuple(inventory.draws(e, k) for e, k in zip(self._repeated, times, strict=True))
            variant = _Variant(part, draws, prod(draw.count for draw in draws))
            if variant.count:
                self._variants.append(variant)
        self._starts = [0, *accumulate(variant.count for variant in self._variants)]
        self.count: int = self._starts.pop()
        self.entities: frozenset[str] = frozenset().union(*(variant.part.entities for variant in self._variants))
        self._choose = inventory.choose

    def utterance(self, index: int) -> LabelledUtterance:
        """Compute the `index`-th utterance, `0 <= index < count`."""
        text, spans = self.render(index)
        return LabelledUtterance(text, self.pattern.intent, tuple(Span(*span) for span in spans), self._origin)

    def render(self, index: int) -> tuple[str, list[tuple[int, int, str, str | None, str]]]:
        """Compute the `index`-th utterance as plain values: its text and its spans' fields."""
        if not 0 <= index < self.count:
            raise ValueError(f"expected an index from 0 to {self.count - 1}, got {index}")
        if len(self._variants) == 1:
            variant = self._variants[0]
        else:
            number = bisect_right(self._starts, index) - 1
            variant = self._variants[number]
            index -= self._starts[number]
        picks = None
        if self._repeated:
            index, assignment = divmod(index, variant.assignments)
            picks = self._picks(variant, assignment)
        out: list[_Item] = []
        variant.part.emit(index, out)
        return self._join(out, picks)

    def index_with(self, index: int, entity: str, surface: str) -> int | None:
        """Return the index of a derivation like the `index`-th one in which a slot of `entity` says `surface`.

        Returns:
            The index; None where no utterance of this pattern has the entity.
        """
        number = bisect_right(self._starts, index) - 1
        local = index - self._starts[number]
        for shift in range(len(self._variants)):
            turned = (number + shift) % len(self._variants)
            variant = self._variants[turned]
            if entity in variant.part.entities:
                position = self._inventory.values(entity).position(surface)
                return self._starts[turned] + self._aim(variant, local % variant.count, entity, position)
        return None

    def _aim(self, variant: _Variant, index: int, entity: str, position: int) -> int:
        branch, assignment = divmod(index, variant.assignments)
        if entity not in self._repeated:
            branch = variant.part.aim(branch, entity, position)
        else:
            digits = self._digits(variant, assignment)
            number = self._repeated.index(entity)
            draw = variant.draws[number]
            picked = [p for p in draw.pick(digits[number]) if draw.group(p) != draw.group(position)]
            digits[number] = draw.index_of((position, *picked[: draw.slots - 1]))
            assignment = 0
            for digit, each in zip(digits, variant.draws, strict=True):
                assignment = assignment * each.count + digit
        return branch * variant.assignments + assignment

    def _digits(self, variant: _Variant, assignment: int) -> list[int]:
        digits: list[int] = []
        for draw in reversed(variant.draws):
            assignment, digit = divmod(assignment, draw.count)
            digits.append(digit)
        return digits[::-1]

    def _picks(self, variant: _Variant, assignment: int) -> dict[str, list[Surface]]:
        digits = self._digits(variant, assignment)
        picks = {}
        for entity, draw, digit in zip(self._repeated, variant.draws, digits, strict=True):
            surfaces = self._inventory.values(entity).surfaces
            picks[entity] = [surfaces[position] for position in reversed(draw.pick(digit))]
        return picks

    def _join(
        self, items: list[_Item], picks: dict[str, list[Surface]] | None
    ) -> tuple[str, list[tuple[int, int, str, str | None, str]]]:
        text = ""
        spans = []
        for item in items:
            if isinstance(item, str):
                text += item[1:] if item.startswith(" ") and (not text or text[-1] == " ") else item
            elif isinstance(item, tuple):
                entity, role, surface, value = item
                start = len(text)
                text += surface
                spans.append((start, len(text), entity, role, value))
            elif isinstance(item, _Later):
                assert picks is not None
                surface, value = picks[item.entity].pop()
                start = len(text)
                text += surface
                spans.append((start, len(text), item.entity, item.role, value))
            elif text and text[-1] != " ":
                text += self._choose(text[text.rfind(" ") + 1 :], item.notation)
        return text.rstrip(" "), spans


@dataclass(frozen=True)
class _Variant:
    """The derivations that use each repeated entity a given number of times."""

    part: _Part
    draws: tuple[Draws, ...]
    assignments: int

    @property
    def count(self) -> int:
        return self.part.count * self.assignments


class _Part:
    """A counted part of a pattern; `emit` appends what the part says at an index."""

    __slots__ = ("count", "entities")
    count: int
    entities: frozenset[str]

    def emit(self, index: int, out: list[_Item]) -> None:
        raise NotImplementedError

    def aim(self, index: int, entity: str, position: int) -> int:
        """Return an index near `index` at which a slot of `entity`, one of `self.entities`, has that surface."""
        raise NotImplementedError


class _Piece(_Part):
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text
        self.count = 1
        self.entities = frozenset()

    def emit(self, index: int, out: list[_Item]) -> None:
        out.append(self.text)


class _Agreement(_Part):
    __slots__ = ("notation",)

    def __init__(self, notation: str) -> None:
        self.notation = notation
        self.count = 1
        self.entities = frozenset()

    def emit(self, index: int, out: list[_Item]) -> None:
        out.append(self)


class _Later(_Part):
    """A slot whose value is drawn together with the other slots of its entity."""

    __slots__ = ("entity", "role")

    def __init__(self, slot: nodes.Slot) -> None:
        self.entity = slot.entity
        self.role = slot.role
        self.count = 1
        self.entities = frozenset((slot.entity,))

    def emit(self, index: int, out: list[_Item]) -> None:
        out.append(self)


class _Fill(_Part):
    __slots__ = ("items",)

    def __init__(self, slot: nodes.Slot, surfaces: Sequence[Surface]) -> None:
        self.items = tuple((slot.entity, slot.role, surface, value) for surface, value in surfaces)
        self.count = len(self.items)
        self.entities = frozenset((slot.entity,))

    def emit(self, index: int, out: list[_Item]) -> None:
        out.append(self.items[index])

    def aim(self, index: int, entity: str, position: int) -> int:
        return position


class _Fixed(_Part):
    """An entity whose words stand in the pattern; it is text to the count, so `entities` is empty."""

    __slots__ = ("item",)

    def __init__(self, slot: nodes.Slot, value: str) -> None:
        self.item = (slot.entity, slot.role, slot.words or "", value)
        self.count = 1
        self.entities = frozenset()

    def emit(self, index: int, out: list[_Item]) -> None:
        out.append(self.item)


class _Either(_Part):
    __slots__ = ("parts", "starts")

    def __init__(self, parts: Sequence[_Part]) -> None:
        self.parts = tuple(parts)
        self.starts = [0, *accumulate(part.count for part in parts)]
        self.count = self.starts.pop()
        self.entities = frozenset().union(*(part.entities for part in parts))

    def emit(self, index: int, out: list[_Item]) -> None:
        number = bisect_right(self.starts, index) - 1
        self.parts[number].emit(index - self.starts[number], out)

    def aim(self, index: int, entity: str, position: int) -> int:
        number = bisect_right(self.starts, index) - 1
        index -= self.starts[number]
        while entity not in self.parts[number].entities:
            number = (number + 1) % len(self.parts)
        part = self.parts[number]
        return self.starts[number] + part.aim(index % part.count, entity, position)


class _Row(_Part):
    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[_Part]) -> None:
        self.parts = tuple(parts)
        self.count = prod(part.count for part in parts)
        self.entities = frozenset().union(*(part.entities for part in parts))

    def emit(self, index: int, out: list[_Item]) -> None:
        for part in self.parts:
            if part.count == 1:
                part.emit(0, out)
            else:
                index, digit = divmod(index, part.count)
                part.emit(digit, out)

    def aim(self, index: int, entity: str, position: int) -> int:
        with_entity = [number for number, part in enumerate(self.parts) if entity in part.entities]
        aimed = with_entity[index % len(with_entity)]
        result, radix = 0, 1
        for number, part in enumerate(self.parts):
            index, digit = divmod(index, part.count)
            if number == aimed:
                digit = part.aim(digit, entity, position)
            result += digit * radix
            radix *= part.count
        return result


_Item = str | tuple[str, str | None, str, str] | _Agreement | _Later
_Times = tuple[int, ...]
_Table = dict[_Times, _Part]


class _Compiler:
    """Nodes into counted parts, one for each number of times the repeated entities are used."""

    def __init__(self, inventory: Inventory, repeated: tuple[str, ...]) -> None:
        self.inventory = inventory
        self.repeated = repeated
        self.limits = tuple(len(inventory.values(entity).sizes) for entity in repeated)
        self.none: _Times = (0,) * len(repeated)
        self.tables: dict[int, _Table] = {}

    def table(self, node: Node) -> _Table:
        found = self.tables.get(id(node))
        if found is None:
            found = self.tables[id(node)] = self._compile(node)
        return found

    def _compile(self, node: Node) -> _Table:
        if isinstance(node, nodes.Text):
            return {self.none: _Piece(node.text)}
        if isinstance(node, nodes.Slot):
            return self._slot(node)
        if isinstance(node, nodes.Particle):
            return {self.none: _Agreement(node.notation)}
        if isinstance(node, nodes.Space):
            return {self.none: _Either((_Piece(" "), _Piece("")))}
        if isinstance(node, nodes.Choice):
            return _merge([self.table(child) for child in node.alternatives])
        if isinstance(node, nodes.Maybe):
            return _merge([{self.none: _Row(())}, self.table(node.node)])
        if isinstance(node, nodes.Sequence):
            return self._sequence(node)
        raise ValueError(f"expected a linked pattern, got the macro <{node.name}>")

    def _slot(self, slot: nodes.Slot) -> _Table:
        if slot.words is not None:
            return {self.none: _Fixed(slot, self.inventory.values(slot.entity).value(slot.words))}
        if slot.entity in self.repeated:
            number = self.repeated.index(slot.entity)
            times = (*self.none[:number], 1, *self.none[number + 1 :])
            return {times: _Later(slot)} if self.limits[number] else {}
        return {self.none: self.inventory.fill(slot)} if self.inventory.values(slot.entity).surfaces else {}

    def _sequence(self, node: nodes.Sequence) -> _Table:
        rest: _Table = {self.none: _Row(())}
        for item in reversed(node.items):
            joined: list[_Table] = []
            for times, left in self.table(item).items():
                for after, right in rest.items():
                    both = tuple(a + b for a, b in zip(times, after, strict=True))
                    if all(a <= b for a, b in zip(both, self.limits, strict=True)):
                        joined.append({both: _join(left, right)})
            rest = _merge(joined)
        return rest


def _merge(tables: Sequence[_Table]) -> _Table:
    groups: dict[_Times, list[_Part]] = {}
    for table in tables:
        for times, part in table.items():
            groups.setdefault(times, []).append(part)
    return {times: parts[0] if len(parts) == 1 else _Either(parts) for times, parts in groups.items()}


def _join(left: _Part, right: _Part) -> _Part:
    head = left.parts if isinstance(left, _Row) else (left,)
    tail = right.parts if isinstance(right, _Row) else (right,)
    if head and tail and isinstance(a := head[-1], _Piece) and isinstance(b := tail[0], _Piece):
        return _Row((*head[:-1], _Piece(re.sub(" +", " ", a.text + b.text)), *tail[1:]))
    return _Row((*head, *tail))


def _most_slots(node: Node, known: dict[int, dict[str, int]] | None = None) -> Mapping[str, int]:
    """Return the most times each entity can come in one utterance."""
    known = {} if known is None else known
    if id(node) in known:
        return known[id(node)]
    most: dict[str, int] = {node.entity: 1} if isinstance(node, nodes.Slot) and node.words is None else {}
    for child in children(node):
        for entity, times in _most_slots(child, known).items():
            before = most.get(entity, 0)
            most[entity] = max(before, times) if isinstance(node, nodes.Choice) else before + times
    known[id(node)] = most
    return most
