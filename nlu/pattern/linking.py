"""Macros put in the place of their names: cycles and unknown names found, sizes bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from nlu.errors import CircularNameError, SourceError, UnknownNameError
from nlu.pattern.nodes import Choice, MacroUse, Maybe, Node, Place, Slot, Space, Text, children, walk
from nlu.pattern.nodes import Sequence as SequenceNode

MOST_MISTAKES = 1_000
"""Mistakes that are told at most."""
MAX_DEPTH = 80
"""Nodes inside nodes, macros included; each level is a call or two of the expander."""
MAX_NODES = 50_000
"""Parts of a pattern with all macros written out; keeps a chain of doubling macros from filling the memory."""
MAX_LENGTH = 2_000
"""Characters of text in the longest utterance of a pattern, slots not counted."""
MAX_SAME_ENTITY = 8
"""Slots of one entity in one utterance."""
MAX_SLOTS = 64
"""Slots in one utterance; with the other limits, keeps counts printable (Python prints at most 4,300 digits)."""
MAX_VARIANTS = 200
"""Ways in which several entities, each used more than once, may be left out or in; bounds the count's tables."""


@dataclass(frozen=True)
class Link:
    """A macro's body as it was written."""

    place: Place
    node: Node
    source: str


@dataclass(frozen=True)
class Linked:
    """Patterns' nodes and macros with all names replaced, each macro's direct uses, the macros that patterns need."""

    nodes: tuple[Node, ...]
    macros: Mapping[str, Node]
    uses: Mapping[str, tuple[str, ...]]
    used: frozenset[str]


def link(
    bodies: Mapping[str, Link], nodes: Sequence[Node], errors: list[SourceError], source_of: Callable[[Place], str]
) -> Linked:
    """Replace every macro's name by what it stands for; one macro stays one shared object.

    Args:
        bodies: the macros.
        nodes: the patterns.
        errors: receives unknown and circular names.
        source_of: the text of the line at a place, for messages.
    """
    uses = {name: _uses(body.node) for name, body in bodies.items()}
    state = _State(bodies, errors, source_of)
    for name in _leaves_first(uses):
        state.macros[name] = state.replace(bodies[name].node)
    linked = tuple(state.replace(node) for node in nodes)
    used: set[str] = set()
    waiting = [name for node in nodes for name in _uses(node)]
    while waiting:
        name = waiting.pop()
        if name in uses and name not in used:
            used.add(name)
            waiting.extend(uses[name])
    macros = {name: state.macros[name] for name in bodies}
    return Linked(linked, macros, uses, frozenset(used))


@dataclass(frozen=True)
class _Size:
    depth: int
    nodes: int
    length: int
    slots: Mapping[str, int]


def check_size(node: Node) -> tuple[str, dict[str, object]] | None:
    """Return what is wrong, as a message's code and values, with a pattern too big to count or to say."""
    sizes: dict[int, _Size] = {}
    for each in _children_first(node):
        size = sizes[id(each)] = _size(each, [sizes[id(child)] for child in children(each)])
        if size.depth > MAX_DEPTH:
            return "pattern.too_deep", {"most": MAX_DEPTH}
        if size.nodes > MAX_NODES or size.length > MAX_LENGTH:
            return "pattern.too_big", {"nodes": MAX_NODES, "length": MAX_LENGTH}
        most = max(size.slots, key=lambda name: size.slots[name], default="")
        if most and size.slots[most] > MAX_SAME_ENTITY:
            return "pattern.entity_often", {"entity": most, "times": size.slots[most], "most": MAX_SAME_ENTITY}
    whole = sizes[id(node)]
    if sum(whole.slots.values()) > MAX_SLOTS:
        return "pattern.many_slots", {"most": MAX_SLOTS}
    if prod(times + 1 for times in whole.slots.values() if times > 1) > MAX_VARIANTS:
        return "pattern.many_variants", {}
    if not whole.slots and not any(isinstance(each, Text) and each.text.strip() for each in walk(node)):
        return "pattern.no_words", {}
    return None


def _size(node: Node, inner: Sequence[_Size]) -> _Size:
    depth = 1 + max((size.depth for size in inner), default=0)
    nodes = 1 + sum(size.nodes for size in inner)
    if isinstance(node, Slot):
        return _Size(depth, nodes, 0, {node.entity: 1})
    if isinstance(node, Text | Space):
        return _Size(depth, nodes, len(node.text) if isinstance(node, Text) else 1, {})
    lengths = [size.length for size in inner]
    slots: dict[str, int] = {}
    for size in inner:
        for entity, times in size.slots.items():
            before = slots.get(entity, 0)
            slots[entity] = max(before, times) if isinstance(node, Choice) else before + times
    return _Size(depth, nodes, max(lengths, default=0) if isinstance(node, Choice) else sum(lengths), slots)


@dataclass
class _State:
    bodies: Mapping[str, Link]
    errors: list[SourceError]
    source_of: Callable[[Place], str]
    macros: dict[str, Node] = field(default_factory=dict)

    def replace(self, node: Node) -> Node:
        if isinstance(node, MacroUse):
            return self._macro(node)
        if isinstance(node, Choice):
            return Choice(tuple(self.replace(child) for child in node.alternatives), node.place)
        if isinstance(node, SequenceNode):
            return SequenceNode(tuple(self.replace(child) for child in node.items), node.place)
        return Maybe(self.replace(node.node), node.place) if isinstance(node, Maybe) else node

    def _macro(self, node: MacroUse) -> Node:
        if node.name in self.macros:
            return self.macros[node.name]
        if node.name in self.bodies:
            self._fail("pattern.macro_circle", node, CircularNameError)
        else:
            self._fail("pattern.macro_unknown", node, UnknownNameError, choices=tuple(self.bodies))
        return Text("…")

    def _fail(self, code: str, node: MacroUse, kind: type[SourceError], **values: object) -> None:
        if len(self.errors) >= MOST_MISTAKES:
            return
        place, source = node.place, self.source_of(node.place)
        self.errors.append(kind(code, place.path, place.line, place.column, source, name=node.name, **values))


def _uses(node: Node) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, MacroUse)))


def _leaves_first(uses: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Order macros so that each comes after those it uses; a macro in a circle comes before one of them."""
    order: list[str] = []
    seen: set[str] = set()
    for root in uses:
        stack = [(root, False)]
        while stack:
            name, is_ready = stack.pop()
            if is_ready:
                order.append(name)
            elif name in uses and name not in seen:
                seen.add(name)
                stack.append((name, True))
                stack.extend((used, False) for used in reversed(uses[name]))
    return order


def _children_first(node: Node) -> list[Node]:
    order: list[Node] = []
    seen: set[int] = set()
    stack = [(node, False)]
    while stack:
        current, is_ready = stack.pop()
        if is_ready:
            order.append(current)
        elif id(current) not in seen:
            seen.add(id(current))
            stack.append((current, True))
            stack.extend((child, False) for child in children(current))
    return order
