"""Nodes into counted sets, apart for each number of times that the repeated entities are used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlu.pattern import nodes
from nlu.pattern.counted import Agreement, CountedSet, DisjointUnion, FixedSlot, FixedText, JointSlot, Product
from nlu.pattern.inventory import Inventory
from nlu.pattern.nodes import Node

Times = tuple[int, ...]
Table = dict[Times, CountedSet]


class Compiler:
    """Nodes into counted sets, one for each number of times the repeated entities are used.

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
        """Return the counted sets of a node; a shared node has one table."""
        found = self._tables.get(id(node))
        if found is None:
            found = self._tables[id(node)] = self._compile(node)
        return found

    def _compile(self, node: Node) -> Table:
        if isinstance(node, nodes.Text):
            return {self.none: FixedText(node.text)}
        if isinstance(node, nodes.Slot):
            return self._slot(node)
        if isinstance(node, nodes.Particle):
            return {self.none: Agreement(node.notation, is_apart=node.is_apart)}
        if isinstance(node, nodes.Space):
            return {self.none: DisjointUnion((FixedText(" "), FixedText("")))}
        if isinstance(node, nodes.Choice):
            return _merge([self.table(child) for child in node.alternatives], node)
        if isinstance(node, nodes.Maybe):
            return _merge([{self.none: Product(())}, self.table(node.node)], node)
        if isinstance(node, nodes.Sequence):
            return self._sequence(node)
        raise ValueError(f"expected a linked pattern, got the macro <{node.name}>")

    def _slot(self, slot: nodes.Slot) -> Table:
        if slot.words is not None:
            return {self.none: FixedSlot(slot, self._inventory.values(slot.entity).value(slot.words))}
        if slot.entity in self._repeated:
            number = self._repeated.index(slot.entity)
            times = (*self.none[:number], 1, *self.none[number + 1 :])
            return {times: JointSlot(slot)} if self._limits[number] else {}
        return {self.none: self._inventory.slot_values(slot)} if self._inventory.values(slot.entity).surfaces else {}

    def _sequence(self, node: nodes.Sequence) -> Table:
        rest: Table = {self.none: Product(())}
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
    """Take the sets of several tables together; `choice` is the node whose alternatives they are."""
    groups: dict[Times, list[tuple[CountedSet, int]]] = {}
    for number, table in enumerate(tables):
        for times, one in table.items():
            groups.setdefault(times, []).append((one, number))
    merged: Table = {}
    for times, several in groups.items():
        sets = [one for one, _ in several]
        authored = [] if choice is None else [(id(choice), number) for _, number in several]
        merged[times] = sets[0] if len(sets) == 1 else DisjointUnion(sets, authored)
    return merged


def _join(left: CountedSet, right: CountedSet) -> CountedSet:
    head = left.factors if isinstance(left, Product) else (left,)
    tail = right.factors if isinstance(right, Product) else (right,)
    if head and tail and isinstance(a := head[-1], FixedText) and isinstance(b := tail[0], FixedText):
        return Product((*head[:-1], FixedText(re.sub(" +", " ", a.text + b.text)), *tail[1:]))
    return Product((*head, *tail))
