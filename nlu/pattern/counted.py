"""Counted sets of what a pattern stands for: how many members each has, and the member at any index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, chain
from math import prod

from nlu.pattern import nodes

Surface = tuple[str, str]
"""A surface and its canonical value."""
Alternative = tuple[int, int]
"""One that an author wrote: the choice it belongs to (the node's identity, the same wherever a macro is used), and its
number there; of what may be left out, 0 is nothing and 1 is all."""


class CountedSet(ABC):
    """All that a piece of a pattern stands for, numbered from 0 to `count - 1`.

    Args:
        count: how many ways there are to say it.
        entities: those it has a slot for.
    """

    __slots__ = ("count", "entities")

    def __init__(self, count: int = 1, entities: frozenset[str] = frozenset()) -> None:
        self.count = count
        self.entities = entities

    @abstractmethod
    def emit(self, index: int, out: list[Item]) -> None:
        """Append what is said at an index."""

    def index_with(self, index: int, entity: str, position: int) -> int:
        """Return an index near `index` at which a slot of `entity`, one of `self.entities`, has that surface."""
        raise ValueError(f"expected a set in which a value of {entity!r} is chosen, got {type(self).__name__}")

    def has_uncovered(self, covered: Collection[Alternative]) -> bool:
        """Tell whether there is an alternative inside that is not covered yet."""
        return False

    def index_covering_more(self, index: int, covered: Collection[Alternative]) -> int:
        """Return an index near `index` that takes alternatives which are not covered yet."""
        return index

    def alternatives_at(self, index: int) -> Iterator[Alternative]:
        """Yield the alternatives that are taken at an index."""
        return iter(())

    def alternatives(self) -> Iterator[Alternative]:
        """Yield all the alternatives inside, those of a shared node several times."""
        return iter(())


class FixedText(CountedSet):
    """Text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self.text)


class Agreement(CountedSet):
    """A particle, whose form is chosen when what stands before it is known; if `is_apart`, also after a space."""

    __slots__ = ("is_apart", "notation")

    def __init__(self, notation: str, *, is_apart: bool = False) -> None:
        super().__init__()
        self.notation = notation
        self.is_apart = is_apart

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self)


class JointSlot(CountedSet):
    """A slot whose value is drawn together with the other slots of its entity."""

    __slots__ = ("entity", "role")

    def __init__(self, slot: nodes.Slot) -> None:
        super().__init__(entities=frozenset((slot.entity,)))
        self.entity = slot.entity
        self.role = slot.role

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self)


class SlotValues(CountedSet):
    """A slot, each of whose values is an index."""

    __slots__ = ("items",)

    def __init__(self, slot: nodes.Slot, surfaces: Sequence[Surface]) -> None:
        super().__init__(len(surfaces), frozenset((slot.entity,)))
        self.items = tuple((slot.entity, slot.role, surface, value) for surface, value in surfaces)

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self.items[index])

    def index_with(self, index: int, entity: str, position: int) -> int:
        return position


class FixedSlot(CountedSet):
    """An entity whose words stand in the pattern; it is text to the count, so `entities` is empty."""

    __slots__ = ("item",)

    def __init__(self, slot: nodes.Slot, value: str) -> None:
        super().__init__()
        self.item = (slot.entity, slot.role, slot.words or "", value)

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self.item)


class DisjointUnion(CountedSet):
    """One of several sets; `authored` says which alternatives of the author's they are, where they are any."""

    __slots__ = ("authored", "members", "starts")

    def __init__(self, members: Sequence[CountedSet], authored: Sequence[Alternative] = ()) -> None:
        self.starts = [0, *accumulate(member.count for member in members)]
        super().__init__(self.starts.pop(), frozenset().union(*(member.entities for member in members)))
        self.members = tuple(members)
        self.authored = tuple(authored)

    def emit(self, index: int, out: list[Item]) -> None:
        number = bisect_right(self.starts, index) - 1
        self.members[number].emit(index - self.starts[number], out)

    def index_with(self, index: int, entity: str, position: int) -> int:
        number = bisect_right(self.starts, index) - 1
        index -= self.starts[number]
        while entity not in self.members[number].entities:
            number = (number + 1) % len(self.members)
        member = self.members[number]
        return self.starts[number] + member.index_with(index % member.count, entity, position)

    def has_uncovered(self, covered: Collection[Alternative]) -> bool:
        return any(one not in covered for one in self.authored) or any(
            member.has_uncovered(covered) for member in self.members
        )

    def index_covering_more(self, index: int, covered: Collection[Alternative]) -> int:
        number = bisect_right(self.starts, index) - 1
        index -= self.starts[number]
        turned = [(number + shift) % len(self.members) for shift in range(len(self.members))]
        new = (at for at in turned if self.authored and self.authored[at] not in covered)
        with_new = (at for at in turned if self.members[at].has_uncovered(covered))
        number = next(chain(new, with_new), number)
        member = self.members[number]
        return self.starts[number] + member.index_covering_more(index % member.count, covered)

    def alternatives_at(self, index: int) -> Iterator[Alternative]:
        number = bisect_right(self.starts, index) - 1
        if self.authored:
            yield self.authored[number]
        yield from self.members[number].alternatives_at(index - self.starts[number])

    def alternatives(self) -> Iterator[Alternative]:
        yield from self.authored
        for member in self.members:
            yield from member.alternatives()


class Product(CountedSet):
    """One after the other of several sets: digits of the index, the first the fastest."""

    __slots__ = ("factors",)

    def __init__(self, factors: Sequence[CountedSet]) -> None:
        super().__init__(
            prod(factor.count for factor in factors), frozenset().union(*(factor.entities for factor in factors))
        )
        self.factors = tuple(factors)

    def emit(self, index: int, out: list[Item]) -> None:
        for factor in self.factors:
            if factor.count == 1:
                factor.emit(0, out)
            else:
                index, digit = divmod(index, factor.count)
                factor.emit(digit, out)

    def index_with(self, index: int, entity: str, position: int) -> int:
        with_entity = [number for number, factor in enumerate(self.factors) if entity in factor.entities]
        chosen = with_entity[index % len(with_entity)]
        result, radix = 0, 1
        for number, factor in enumerate(self.factors):
            index, digit = divmod(index, factor.count)
            if number == chosen:
                digit = factor.index_with(digit, entity, position)
            result += digit * radix
            radix *= factor.count
        return result

    def has_uncovered(self, covered: Collection[Alternative]) -> bool:
        return any(factor.has_uncovered(covered) for factor in self.factors)

    def index_covering_more(self, index: int, covered: Collection[Alternative]) -> int:
        result, radix = 0, 1
        for factor in self.factors:
            index, digit = divmod(index, factor.count)
            result += factor.index_covering_more(digit, covered) * radix
            radix *= factor.count
        return result

    def alternatives_at(self, index: int) -> Iterator[Alternative]:
        for factor in self.factors:
            index, digit = divmod(index, factor.count)
            yield from factor.alternatives_at(digit)

    def alternatives(self) -> Iterator[Alternative]:
        for factor in self.factors:
            yield from factor.alternatives()


Item = str | tuple[str, str | None, str, str] | Agreement | JointSlot
