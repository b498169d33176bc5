"""Nodes into counted parts, apart for each number of times that the repeated entities are used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.pattern import nodes
from nlu.pattern.inventory import Inventory
from nlu.pattern.nodes import Node
from nlu.pattern.parts import Agreement, Either, Fixed, Later, Part, Piece, Row

Times = tuple[int, ...]
Table = dict[Times, Part]


class Compiler:
    """Nodes into counted parts, one for each number of times the repeated entities are used.

    Args:
        inventory: the dictionary's surfaces.
        repeated: the entities that an utterance may have more than once.

    Attributes:
        none: the repeated entities used not at all.
    """

    def __init__(self, inventory: Inventory, repeated: tuple[str, ...]) -> None:
        self._inventory = inventory
        self._repeated = repeated
        self._limits = tuple(len(inventory.values(entity).sizes) for entity in repeated)
        self.none: Times = (0,) * len(repeated)
        self._tables: dict[int, Table] = {}

    def table(self, node: Node) -> Table:
        """Return the counted parts of a node; a shared node has one table."""
        found = self._tables.get(id(node))
        if found is None:
            found = self._tables[id(node)] = self._compile(node)
        return found

    def _compile(self, node: Node) -> Table:
        if isinstance(node, nodes.Text):
            return {self.none: Piece(node.text)}
        if isinstance(node, nodes.Slot):
            return self._slot(node)
        if isinstance(node, nodes.Particle):
            return {self.none: Agreement(node.notation)}
        if isinstance(node, nodes.Space):
            return {self.none: Either((Piece(" "), Piece("")))}
        if isinstance(node, nodes.Choice):
            return _merge([self.table(child) for child in node.alternatives], node)
        if isinstance(node, nodes.Maybe):
            return _merge([{self.none: Row(())}, self.table(node.node)], node)
        if isinstance(node, nodes.Sequence):
            return self._sequence(node)
        raise ValueError(f"expected a linked pattern, got the macro <{node.name}>")

    def _slot(self, slot: nodes.Slot) -> Table:
        if slot.words is not None:
            return {self.none: Fixed(slot, self._inventory.values(slot.entity).value(slot.words))}
        if slot.entity in self._repeated:
            number = self._repeated.index(slot.entity)
            times = (*self.none[:number], 1, *self.none[number + 1 :])
            return {times: Later(slot)} if self._limits[number] else {}
        return {self.none: self._inventory.fill(slot)} if self._inventory.values(slot.entity).surfaces else {}

    def _sequence(self, node: nodes.Sequence) -> Table:
        rest: Table = {self.none: Row(())}
        for item in reversed(node.items):
            joined: list[Table] = []
            for times, left in self.table(item).items():
                for after, right in rest.items():
                    both = tuple(a + b for a, b in zip(times, after, strict=True))
                    if all(a <= b for a, b in zip(both, self._limits, strict=True)):
                        joined.append({both: _join(left, right)})
            rest = _merge(joined)
        return rest


def _merge(tables: Sequence[Table], choice: Node | None = None) -> Table:
    """Take the parts of several tables together; `choice` is the node whose alternatives they are."""
    groups: dict[Times, list[tuple[Part, int]]] = {}
    for number, table in enumerate(tables):
        for times, part in table.items():
            groups.setdefault(times, []).append((part, number))
    merged: Table = {}
    for times, several in groups.items():
        parts = [part for part, _ in several]
        written = [] if choice is None else [(id(choice), number) for _, number in several]
        merged[times] = parts[0] if len(parts) == 1 else Either(parts, written)
    return merged


def _join(left: Part, right: Part) -> Part:
    head = left.parts if isinstance(left, Row) else (left,)
    tail = right.parts if isinstance(right, Row) else (right,)
    if head and tail and isinstance(a := head[-1], Piece) and isinstance(b := tail[0], Piece):
        return Row((*head[:-1], Piece(re.sub(" +", " ", a.text + b.text)), *tail[1:]))
    return Row((*head, *tail))
