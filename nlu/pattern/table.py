"""Patterns as a table of shared parts, small however much they say: what a bundle keeps of them.

| row | part |
|---|---|
| `["w", text, …]` | one of these texts, with their spaces |
| `["s", entity, role]` | a slot |
| `["f", entity, role, words]` | an entity whose words are fixed |
| `["p", notation]` | the particle that fits what stands before it |
| `["c", number, …]` | one of these rows |
| `["q", number, …]` | these rows, one after the other |

A particle that may stand apart from its word is kept as its forms, any of which is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from nlu.korean.particles import forms
from nlu.pattern import nodes
from nlu.pattern.nodes import Choice, Maybe, Node, Particle, Pattern, Slot, Space, Text, children

MOST_TEXTS = 200
"""Choices of plain text that say at most so much are written out as one row."""

Row = Sequence[Any]


class Line(NamedTuple):
    """One way to read a pattern's line: its file and line, its intent, and the rows it consists of."""

    origin: str
    intent: str
    items: tuple[int, ...]


@dataclass(frozen=True)
class PatternTable:
    """All lines of an author, over one table of rows.

    Attributes:
        rows: the parts; one that several lines use is there once.
        lines: in the order of the files; one with alternatives at its outermost comes once for each.
    """

    rows: tuple[Row, ...] = ()
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> PatternTable:
        """Tabulate patterns."""
        compiler = _Compiler()
        lines = [
            Line(pattern.origin, pattern.intent, tuple(map(compiler.number, items)))
            for pattern in patterns
            for items in _alternatives(pattern.node)
        ]
        return cls(tuple(compiler.rows), tuple(lines))

    def what_is_inside(self) -> tuple[list[bool], list[frozenset[str]]]:
        """Tell of each row whether a particle is in it, and which entities have a slot in it."""
        agrees, slots = list[bool](), list[frozenset[str]]()
        for kind, *rest in self.rows:
            inner = rest if kind in "cq" else ()
            agrees.append(kind == "p" or any(agrees[number] for number in inner))
            own = frozenset(rest[:1] if kind == "s" else ())
            slots.append(own.union(*(slots[number] for number in inner)))
        return agrees, slots

    def to_json(self) -> bytes:
        """Write the table; the same patterns give the same bytes."""
        origins = list(dict.fromkeys(line.origin.rpartition(":")[0] for line in self.lines))
        intents = list(dict.fromkeys(line.intent for line in self.lines))
        files, names = ({name: at for at, name in enumerate(several)} for several in (origins, intents))
        lines = []
        for origin, intent, items in self.lines:
            file, _, number = origin.rpartition(":")
            lines.append((files[file], number, names[intent], *items))
        return orjson.dumps({"files": origins, "intents": intents, "rows": self.rows, "lines": lines})

    @classmethod
    def from_json(cls, written: bytes) -> PatternTable:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        try:
            table = orjson.loads(written)
            files, intents = table["files"], table["intents"]
            lines = (
                Line(f"{files[file]}:{number}", intents[intent], tuple(items))
                for file, number, intent, *items in table["lines"]
            )
            return cls(tuple(table["rows"]), tuple(lines))
        except (KeyError, TypeError, IndexError) as error:
            raise ValueError(f"expected patterns as PatternTable.to_json writes them, got {written[:40]!r}") from error


def _alternatives(node: Node) -> list[tuple[Node, ...]]:
    """The sequences of which an utterance of the node is one."""
    if isinstance(node, Choice):
        return [items for child in node.alternatives for items in _alternatives(child)]
    return [tuple(_flat(node))]


def _flat(node: Node) -> Iterable[Node]:
    if not isinstance(node, nodes.Sequence):
        return (node,)
    return (part for item in node.items for part in _flat(item))


class _Compiler:
    """Nodes into rows, each different one once."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._numbers: dict[Row, int] = {}
        self._of: dict[int, tuple[Node, int]] = {}  # the node is kept, so that its identity is not given away
        self._texts: dict[int, tuple[Node, tuple[str, ...] | None]] = {}

    def number(self, node: Node) -> int:
        """The number of a node's row."""
        if id(node) not in self._of:
            self._of[id(node)] = node, self._add(self._row(node))
        return self._of[id(node)][1]

    def _add(self, row: Row) -> int:
        if row not in self._numbers:
            self._numbers[row] = len(self.rows)
            self.rows.append(row)
        return self._numbers[row]

    def _row(self, node: Node) -> Row:
        if (texts := self._plain(node)) is not None:
            return ("w", *texts)
        if isinstance(node, Slot):
            return ("s", node.entity, node.role) if node.words is None else ("f", node.entity, node.role, node.words)
        if isinstance(node, Particle):
            return ("p", node.notation)
        if isinstance(node, Choice):
            return self._choice(node.alternatives)
        if isinstance(node, Maybe):
            return self._choice((Text(""), node.node))
        assert isinstance(node, nodes.Sequence), "expected a linked pattern"
        return ("q", *map(self.number, _flat(node)))

    def _choice(self, alternatives: Sequence[Node]) -> Row:
        """Plain alternatives as one row, the others each as its own."""
        plain = [self._plain(one) for one in alternatives]
        texts = tuple(dict.fromkeys(text for several in plain for text in several or ()))
        others = [self.number(one) for one, several in zip(alternatives, plain, strict=True) if several is None]
        return ("c", *([self._add(("w", *texts))] if texts else ()), *others)

    def _plain(self, node: Node) -> tuple[str, ...] | None:
        """All texts that a node says, where it says nothing else and few of them."""
        if id(node) not in self._texts:
            self._texts[id(node)] = node, self._new_plain(node)
        return self._texts[id(node)][1]

    def _new_plain(self, node: Node) -> tuple[str, ...] | None:
        if isinstance(node, Text):
            return (node.text,)
        if isinstance(node, Space):
            return (" ", "")
        if isinstance(node, Particle) and node.is_apart:
            return tuple(dict.fromkeys(forms(node.notation)))
        if isinstance(node, Slot | Particle):
            return None
        inner = [self._plain(child) for child in children(node)]
        known = [texts for texts in inner if texts is not None]
        if len(known) < len(inner):
            return None
        if not isinstance(node, nodes.Sequence):
            nothing = ("",) if isinstance(node, Maybe) else ()
            texts = tuple(dict.fromkeys([*nothing, *(text for several in known for text in several)]))
            return texts if len(texts) <= MOST_TEXTS else None
        said: tuple[str, ...] = ("",)
        for texts in known:
            if len(said) * len(texts) > MOST_TEXTS:
                return None
            said = tuple(dict.fromkeys(re.sub(" +", " ", before + text) for before in said for text in texts))
        return said
