"""The counted parts of a pattern: how many ways each has to be said, and what it says at an index."""

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


class Part(ABC):
    """A counted part of a pattern.

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
        """Append what the part says at an index."""

    def aim(self, index: int, entity: str, position: int) -> int:
        """Return an index near `index` at which a slot of `entity`, one of `self.entities`, has that surface."""
        raise ValueError(f"expected a part in which a value of {entity!r} is chosen, got {type(self).__name__}")

    def has_more(self, told: Collection[Alternative]) -> bool:
        """Whether there is an alternative inside that is not told."""
        return False

    def steer(self, index: int, told: Collection[Alternative]) -> int:
        """Return an index near `index` that takes alternatives which are not told."""
        return index

    def taken(self, index: int) -> Iterator[Alternative]:
        """Yield the alternatives that are taken at an index."""
        return iter(())

    def alternatives(self) -> Iterator[Alternative]:
        """Yield all the alternatives inside, one of a shared part several times."""
        return iter(())


class Piece(Part):
    """Text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self.text)


class Agreement(Part):
    """A particle, whose form is chosen when what stands before it is known."""

    __slots__ = ("notation",)

    def __init__(self, notation: str) -> None:
        super().__init__()
        self.notation = notation

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self)


class Later(Part):
    """A slot whose value is drawn together with the other slots of its entity."""

    __slots__ = ("entity", "role")

    def __init__(self, slot: nodes.Slot) -> None:
        super().__init__(entities=frozenset((slot.entity,)))
        self.entity = slot.entity
        self.role = slot.role

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self)


class Fill(Part):
    """A slot, each of whose values is an index."""

    __slots__ = ("items",)

    def __init__(self, slot: nodes.Slot, surfaces: Sequence[Surface]) -> None:
        super().__init__(len(surfaces), frozenset((slot.entity,)))
        self.items = tuple((slot.entity, slot.role, surface, value) for surface, value in surfaces)

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self.items[index])

    def aim(self, index: int, entity: str, position: int) -> int:
        return position


class Fixed(Part):
    """An entity whose words stand in the pattern; it is text to the count, so `entities` is empty."""

    __slots__ = ("item",)

    def __init__(self, slot: nodes.Slot, value: str) -> None:
        super().__init__()
        self.item = (slot.entity, slot.role, slot.words or "", value)

    def emit(self, index: int, out: list[Item]) -> None:
        out.append(self.item)


class Either(Part):
    """One of several parts; `written` says which alternatives of the author's they are, where they are his."""

    __slots__ = ("parts", "starts", "written")

    def __init__(self, parts: Sequence[Part], written: Sequence[Alternative] = ()) -> None:
        self.starts = [0, *accumulate(part.count for part in parts)]
        super().__init__(self.starts.pop(), frozenset().union(*(part.entities for part in parts)))
        self.parts = tuple(parts)
        self.written = tuple(written)

    def emit(self, index: int, out: list[Item]) -> None:
        number = bisect_right(self.starts, index) - 1
        self.parts[number].emit(index - self.starts[number], out)

    def aim(self, index: int, entity: str, position: int) -> int:
        number = bisect_right(self.starts, index) - 1
        index -= self.starts[number]
        while entity not in self.parts[number].entities:
            number = (number + 1) % len(self.parts)
        part = self.parts[number]
        return self.starts[number] + part.aim(index % part.count, entity, position)

    def has_more(self, told: Collection[Alternative]) -> bool:
        return any(one not in told for one in self.written) or any(part.has_more(told) for part in self.parts)

    def steer(self, index: int, told: Collection[Alternative]) -> int:
        number = bisect_right(self.starts, index) - 1
        index -= self.starts[number]
        turned = [(number + shift) % len(self.parts) for shift in range(len(self.parts))]
        new = (at for at in turned if self.written and self.written[at] not in told)
        with_new = (at for at in turned if self.parts[at].has_more(told))
        number = next(chain(new, with_new), number)
        part = self.parts[number]
        return self.starts[number] + part.steer(index % part.count, told)

    def taken(self, index: int) -> Iterator[Alternative]:
        number = bisect_right(self.starts, index) - 1
        if self.written:
            yield self.written[number]
        yield from self.parts[number].taken(index - self.starts[number])

    def alternatives(self) -> Iterator[Alternative]:
        yield from self.written
        for part in self.parts:
            yield from part.alternatives()


class Row(Part):
    """Parts one after the other: digits of the index, the first the fastest."""

    __slots__ = ("parts",)

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(prod(part.count for part in parts), frozenset().union(*(part.entities for part in parts)))
        self.parts = tuple(parts)

    def emit(self, index: int, out: list[Item]) -> None:
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

    def has_more(self, told: Collection[Alternative]) -> bool:
        return any(part.has_more(told) for part in self.parts)

    def steer(self, index: int, told: Collection[Alternative]) -> int:
        result, radix = 0, 1
        for part in self.parts:
            index, digit = divmod(index, part.count)
            result += part.steer(digit, told) * radix
            radix *= part.count
        return result

    def taken(self, index: int) -> Iterator[Alternative]:
        for part in self.parts:
            index, digit = divmod(index, part.count)
            yield from part.taken(digit)

    def alternatives(self) -> Iterator[Alternative]:
        for part in self.parts:
            yield from part.alternatives()


Item = str | tuple[str, str | None, str, str] | Agreement | Later
