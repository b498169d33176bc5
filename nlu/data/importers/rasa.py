"""Training YAML of Rasa 2 and 3: intents with marked-up examples, synonyms and look-up tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from nlu.data.importers.base import Imported
from nlu.data.importers.rasa_training import KINDS, Example, Training
from nlu.system.source import Source
from nlu.system.yaml_nodes import MappingNode, Node, ScalarNode, SequenceNode, YamlMistake, compose, key_twice, place_of

_SILENT = ("version", "metadata")
"""Keys that hold nothing to learn from."""


def read(source: Source, weight: float) -> Imported:
    """Read the `nlu` section of a training file; see `Training` for what becomes of it."""
    reader = _Reader(source, weight)
    reader.read()
    return reader.training.finish()


class _Reader:
    """Walks the YAML nodes, which know their lines."""

    def __init__(self, source: Source, weight: float) -> None:
        self.source = source
        self.training = Training(source, weight)

    def read(self) -> None:
        try:
            root = compose(self.source.text)
        except YamlMistake as mistake:
            values = {} if mistake.code else {"problem": mistake.problem}
            self.source.complain(mistake.code or "data.no_yaml", max(mistake.line, 1), mistake.column, **values)
            return
        fields = self._fields(root)
        self._note_others(fields, ("nlu",))
        section = fields.get("nlu")
        if section is None:
            self.source.complain("rasa.no_section", 1)
        elif not isinstance(section, SequenceNode):
            self._complain("rasa.no_list", section)
        else:
            for item in section.value:
                self._item(item)

    def _item(self, item: Node) -> None:
        fields = self._fields(item)
        kind = next((kind for kind in KINDS if kind in fields), None)
        if kind is None:
            self._complain("rasa.kind", item, choices=KINDS)
            return
        self._note_others(fields, (kind, "examples"))
        node = fields[kind]
        name = node.value.strip() if isinstance(node, ScalarNode) else ""
        if name and "examples" not in fields:
            self._complain("rasa.no_examples", item)
        elif self.training.accepts(kind, name, *place_of(node)):
            for example in self._examples(fields["examples"]):
                self.training.add(kind, name, example)

    def _examples(self, node: Node) -> Iterator[Example]:
        """List examples, of block text or of a sequence of texts or of mappings with a `text`."""
        if isinstance(node, SequenceNode):
            for item in node.value:
                fields = self._fields(item)
                self._note_others(fields, ("text",))
                text = fields.get("text", item)
                if isinstance(text, ScalarNode) and text.value.strip():
                    line, column = place_of(text)
                    place = (line + 1, 1) if text.style in ("|", ">") else (line, column)
                    yield Example(re.sub(r"\A\s*-\s+", "", text.value).strip(), *place)
                else:
                    self._complain("rasa.example_empty", item)
        elif not isinstance(node, ScalarNode):
            self._complain("rasa.examples_kind", node)
        elif node.style == ">":
            self._complain("rasa.examples_folded", node)
        elif node.style == "|":
            first, last = node.start_mark.line + 1, node.end_mark.line
            yield from self._dashed(enumerate(self.source.lines[first : last + 1], first + 1), node.value)
        else:
            line = node.start_mark.line + 1
            yield from self._dashed(((line, text) for text in node.value.split("\n")), node.value)

    def _dashed(self, lines: Iterable[tuple[int, str]], value: str) -> Iterator[Example]:
        """Read lines that begin with a dash, as many as the YAML text really holds."""
        left = sum(1 for line in value.split("\n") if line.strip())
        for number, line in lines:
            stripped = line.strip()
            if not stripped or not left:
                continue
            left -= 1
            indent = len(line) - len(line.lstrip())
            text = stripped[1:].strip()
            if not stripped.startswith("-") or not text:
                self.source.complain("rasa.example_dash", number, indent + 1)
                continue
            yield Example(text, number, indent + 1 + stripped.index(text, 1))

    def _fields(self, node: Node | None) -> dict[str, Node]:
        """Read a mapping node as name → value node; empty for any other node."""
        if not isinstance(node, MappingNode):
            return {}
        if (twice := key_twice(node)) is not None:
            self._complain("data.key_twice", twice, name=twice.value)
        return {key.value: value for key, value in node.value if isinstance(key, ScalarNode)}

    def _note_others(self, fields: dict[str, Node], known: tuple[str, ...]) -> None:
        for name, node in fields.items():
            if name not in (*known, *_SILENT):
                self.training.tally.note("import.key_unused", self.source.origin(place_of(node)[0]), name=name)

    def _complain(self, code: str, node: Node, **values: object) -> None:
        self.source.complain(code, *place_of(node), **values)
