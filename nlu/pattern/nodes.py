"""The nodes a pattern is made of: frozen, and aware of the place they were written at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Place(NamedTuple):
    """Where something was written: the file as the author named it, line and column from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Place("", 0, 0)


@dataclass(frozen=True, slots=True)
class Text:
    """Letters as they stand; a run of white space is one space."""

    text: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place for an entity: `{entity}`, `{entity:role}`, or with its words fixed, `{entity=words}`.

    Attributes:
        is_computed: whether the type was written with `@`: its values are computed.
    """

    entity: str
    role: str | None = None
    words: str | None = None
    place: Place = field(default=NOWHERE, compare=False, repr=False)
    is_computed: bool = field(default=False, compare=False, repr=False)

    @property
    def label(self) -> str:
        """The slot's name as authors write it, without braces."""
        return f"{self.entity}:{self.role}" if self.role else self.entity


@dataclass(frozen=True, slots=True)
class Particle:
    """A particle that agrees with what stands before it, in author's notation: `을(를)`.

    Attributes:
        notation: how it is written.
        place: where it was written.
        is_apart: whether it may stand after a space; else it is left out there.
    """

    notation: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """`~`: a space that may be missing."""

    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MacroUse:
    """`<name>`, before it is replaced by what the macro stands for."""

    name: str
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several alternatives, `(a|b)`."""

    alternatives: tuple[Node, ...]
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Maybe:
    """Something that may be left out, `(a)?` or `a?`."""

    node: Node
    place: Place = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sequence:
    """One thing after another; an empty sequence is an empty alternative."""

    items: tuple[Node, ...]
    place: Place = field(default=NOWHERE, compare=False, repr=False)


Node = Text | Slot | Particle | Space | MacroUse | Choice | Maybe | Sequence


@dataclass(frozen=True, slots=True)
class Pattern:
    """One line of the pattern language, its macros already put in place.

    Attributes:
        intent: the intent whose utterances it describes.
        node: what it is made of; nodes that come from one macro are one shared object.
        place: where its first letter stands.
        source: the line as the author wrote it.
        weight: how many utterances it is given, relative to the other patterns of its intent.
    """

    intent: str
    node: Node
    place: Place
    source: str = ""
    weight: float = 1.0

    @property
    def origin(self) -> str:
        """The file and line it comes from, such as `patterns/pattern.txt:12`."""
        return f"{self.place.path}:{self.place.line}"


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly inside `node`."""
    if isinstance(node, Choice):
        return node.alternatives
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Maybe):
        return (node.node,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield every node once, parents before children, in the order they were written; a shared node comes once.

    Example:
        >>> [n.entity for n in walk(Sequence((Slot("loc"), Text("에서"), Maybe(Slot("menu"))))) if isinstance(n, Slot)]
        ['loc', 'menu']
    """
    seen: set[int] = set()
    stack = [node]
    while stack:
        current = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        stack.extend(reversed(children(current)))
