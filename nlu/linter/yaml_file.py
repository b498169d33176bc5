"""An author's YAML file while it is checked: where its parts stand, so that findings can point at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.linter.findings import Finding, found
from nlu.pattern.nodes import Place
from nlu.system.files import read_text
from nlu.system.yaml_nodes import Node, ScalarNode, compose, parts_of, place_of

Key = str | int


@dataclass(frozen=True)
class YamlFile:
    """A file that can be read.

    Attributes:
        path: the file, as the author named it.
        lines: its lines.
        parts: its nodes, see `parts_of`.
    """

    path: str
    lines: tuple[str, ...]
    parts: Mapping[tuple[Key, ...], Node]

    @classmethod
    def read(cls, path: Path) -> YamlFile:
        """Read a file that its own reader has taken."""
        text, _ = read_text(path)
        return cls(str(path), tuple(text.split("\n")), parts_of(compose(text, aliases=True)))

    def place(self, *keys: Key) -> Place:
        """Where the part is that some names and numbers lead to, or the nearest around it."""
        while keys and keys not in self.parts:
            keys = keys[:-1]
        node = self.parts.get(keys)
        return Place(self.path, *(place_of(node) if node is not None else (1, 1)))

    def name(self, *keys: Key) -> Place:
        """Where the name of a part stands."""
        return self.place(*keys[:-1], "?", keys[-1])

    def texts(self, *keys: Key) -> list[ScalarNode]:
        """The texts of a part: itself, or all of its list."""
        every = [node for path, node in self.parts.items() if path == keys or (path[:-1] == keys and path[-2] != "?")]
        return [one for one in every if isinstance(one, ScalarNode)]

    def at(self, node: ScalarNode, offset: int) -> Place:
        """Where a character of a text stands; the text's beginning where it isn't written letter for letter."""
        line, column = place_of(node)
        _, _, rest = node.value[:offset].rpartition("\n")
        said = (rest + node.value[offset:]).partition("\n")[0]
        if node.style == "|":
            line += 1 + node.value.count("\n", 0, offset)
        written = self.lines[line - 1] if line <= len(self.lines) else ""
        first = written.find(said, 0 if node.style == "|" else column - 1)
        is_here = first >= 0 and (node.style == "|" or first <= column)
        return Place(self.path, line, first + 1 + len(rest)) if is_here else Place(self.path, *place_of(node))

    def found(self, place: Place, severity: str, code: str, /, **values: object) -> Finding:
        """A finding at a place, with the line that it is about."""
        return replace(found(place, severity, code, **values), source=self.lines[place.line - 1])
