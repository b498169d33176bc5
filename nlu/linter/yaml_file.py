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

    def start(self, node: ScalarNode) -> tuple[Place, bool]:
        """Where a text begins, and whether it stands there in one line, letter for letter."""
        line, column = place_of(node)
        quoted = column + (self.lines[line - 1][column - 1 : column] in ("'", '"'))
        is_plain = self.lines[line - 1][quoted - 1 :].startswith(node.value)
        return Place(self.path, line, quoted if is_plain else column), is_plain

    def found(self, place: Place, severity: str, code: str, /, **values: object) -> Finding:
        """A finding at a place, with the line that it is about."""
        return replace(found(place, severity, code, **values), source=self.lines[place.line - 1])
