"""Training YAML of Rasa 3: intents with marked-up examples, synonyms and look-up tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from nlu.data.importers.base import Imported
from nlu.events import Notice
from nlu.lexicon.dictionary import Entry, squeeze
from nlu.names import is_entity, is_intent, is_role
from nlu.system.source import Source
from nlu.types import LabelledUtterance, Span

_KINDS = ("intent", "synonym", "lookup", "regex")

# [text](entity), [text](entity:value), [text]{"entity": …}: Rasa's own three forms.
_MARKUP = re.compile(r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[^:)]+)(?::(?P<value>[^)]+))?\)|(?P<fields>\{[^}]*\}))")
_BROKEN = re.compile(r"\][({\[]")


def read(source: Source, weight: float) -> Imported:
    """Read the `nlu` section of a training file.

    Look-up tables become dictionary values of the entity that they are named after. A synonym becomes one of the
    entities whose marked-up texts or look-up values show the value or one of its synonyms; a value given in the
    mark-up (`[낼]{"entity": "date", "value": "내일"}`) makes a synonym as well. Regular expressions are left out, with
    a note.
    """
    reader = _Reader(source, weight)
    reader.read()
    entries = () if source.errors else tuple(_entries(reader))
    return Imported(tuple(reader.utterances), entries, tuple(reader.notes))


@dataclass(frozen=True, slots=True)
class _Line:
    """An example: its text without the dash, and where that begins."""

    text: str
    line: int
    column: int


class _Reader:
    """Walks the YAML nodes, which know their lines, and collects what they hold."""

    def __init__(self, source: Source, weight: float) -> None:
        self.source = source
        self.weight = weight
        self.utterances: list[LabelledUtterance] = []
        self.synonyms: list[tuple[str, _Line]] = []
        self.lookups: list[tuple[str, _Line]] = []
        self.notes: list[Notice] = []

    def read(self) -> None:
        try:
            root = yaml.compose(self.source.text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.source.complain("data.no_yaml", *place, problem=error.problem)
            return
        except yaml.YAMLError as error:
            self.source.complain("data.no_yaml", 1, problem=str(error).splitlines()[0])
            return
        section = _fields(root).get("nlu")
        if section is None:
            self.source.complain("rasa.no_section", 1)
        elif not isinstance(section, yaml.SequenceNode):
            self._complain("rasa.no_list", section)
        else:
            for item in section.value:
                self._item(item)

    def _item(self, item: yaml.Node) -> None:
        fields = _fields(item)
        kind = next((kind for kind in _KINDS if kind in fields), None)
        if kind is None:
            self._complain("rasa.kind", item, choices=_KINDS)
            return
        node = fields[kind]
        name = node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
        if not name:
            self._complain("rasa.name_empty", node, kind=kind)
        elif "examples" not in fields:
            self._complain("rasa.no_examples", item)
        elif kind == "regex":
            self.note("import.regex_unused", node.start_mark.line + 1, name=node.value)
        elif kind == "lookup" and not is_entity(name):
            self._complain("data.entity_name", node)
        elif kind == "intent" and not is_intent(name):
            self._complain("data.intent_name", node)
        else:
            for example in self._examples(fields["examples"]):
                if kind == "intent":
                    self._utterance(name, example)
                else:
                    (self.synonyms if kind == "synonym" else self.lookups).append((name, example))

    def _examples(self, node: yaml.Node) -> Iterator[_Line]:
        """List examples, of block text or of a sequence of texts or of mappings with a `text`."""
        if isinstance(node, yaml.SequenceNode):
            for item in node.value:
                text = _fields(item).get("text", item)
                if isinstance(text, yaml.ScalarNode) and text.value.strip():
                    mark, is_block = text.start_mark, text.style in ("|", ">")
                    line, column = (mark.line + 2, 1) if is_block else (mark.line + 1, mark.column + 1)
                    yield _Line(re.sub(r"\A\s*-\s+", "", text.value).strip(), line, column)
                else:
                    self._complain("rasa.example_empty", item)
        elif not isinstance(node, yaml.ScalarNode):
            self._complain("rasa.examples_kind", node)
        elif node.style in ("|", ">"):
            first, last = node.start_mark.line + 1, node.end_mark.line
            yield from self._dashed(enumerate(self.source.lines[first : last + 1], first + 1), node.value)
        else:
            line = node.start_mark.line + 1
            yield from self._dashed(((line, text) for text in node.value.split("\n")), node.value)

    def _dashed(self, lines: Iterator[tuple[int, str]], value: str) -> Iterator[_Line]:
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
            yield _Line(text, number, indent + 1 + stripped.index(text, 1))

    def _utterance(self, intent: str, example: _Line) -> None:
        text, spans, place = "", [], 0
        for match in _MARKUP.finditer(example.text):
            text += self._plain(example, place, match.start())
            span = self._span(match, len(text), example)
            text += match["text"]
            spans += [span] if span else []
            place = match.end()
        text += self._plain(example, place, len(example.text))
        if not text.strip():
            self.source.complain("rasa.example_blank", example.line, example.column)
            return
        origin = self.source.origin(example.line)
        self.utterances.append(LabelledUtterance(text, intent, tuple(spans), origin, self.weight))

    def _plain(self, example: _Line, start: int, end: int) -> str:
        text = example.text[start:end]
        if broken := _BROKEN.search(text):
            self.source.complain("rasa.markup", example.line, example.column + start + broken.start())
        return text

    def _span(self, match: re.Match[str], start: int, example: _Line) -> Span | None:
        column = example.column + match.start()
        fields: Any = {"entity": match["entity"], "value": match["value"]}
        if match["fields"]:
            try:
                fields = json.loads(match["fields"])
            except json.JSONDecodeError as error:
                place = example.column + match.start("fields") + error.pos
                self.source.complain("rasa.markup_json", example.line, place, problem=error.msg)
                return None
        entity, role, value = (fields.get(name) for name in ("entity", "role", "value"))
        if not is_entity(entity):
            self.source.complain("data.entity_name", example.line, column)
        elif not (role is None or is_role(role)):
            self.source.complain("data.role_name", example.line, column)
        elif not match["text"].strip():
            self.source.complain("rasa.markup_blank", example.line, column)
        else:
            return Span(start, start + len(match["text"]), entity, role, None if value is None else str(value))
        return None

    def _complain(self, code: str, node: yaml.Node, **values: object) -> None:
        self.source.complain(code, node.start_mark.line + 1, node.start_mark.column + 1, **values)

    def note(self, code: str, line: int, **values: object) -> None:
        self.notes.append(Notice(code, {"path": self.source.path, **values, "place": self.source.origin(line)}))


def _fields(node: yaml.Node | None) -> dict[str, yaml.Node]:
    """Read a mapping node as name → value node; empty for any other node."""
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def _entries(reader: _Reader) -> Iterator[Entry]:
    """Turn look-ups, synonyms and values in the mark-up into dictionary entries, in the file's order."""
    synonyms_of: dict[tuple[str, str], dict[str, None]] = {}
    value_of: dict[tuple[str, str], str] = {}

    def add(entity: str, value: str, synonym: str | None = None) -> None:
        value = value_of.setdefault((entity, squeeze(value)), value)
        known = synonyms_of.setdefault((entity, value), {})
        if synonym is not None and squeeze(synonym) != squeeze(value):
            known[synonym] = None

    shown: dict[str, dict[str, None]] = {}
    for utterance in reader.utterances:
        for span in utterance.spans:
            for surface in (utterance.text[span.start : span.end], span.value or ""):
                shown.setdefault(squeeze(surface), {})[span.entity] = None
    for entity, line in reader.lookups:
        shown.setdefault(squeeze(line.text), {})[entity] = None
    for value, line in reader.synonyms:
        same = [squeeze(value), *(squeeze(other.text) for name, other in reader.synonyms if name == value)]
        entities = list(dict.fromkeys(entity for surface in same for entity in shown.get(surface, {})))
        for entity in entities:
            add(entity, value, line.text)
        if not entities:
            reader.note("import.synonym_unused", line.line, synonym=line.text, value=value)
    for utterance in reader.utterances:
        for span in utterance.spans:
            if span.value:
                add(span.entity, span.value, utterance.text[span.start : span.end])
    taken = {(entity, squeeze(synonym)) for (entity, _), known in synonyms_of.items() for synonym in known}
    for entity, line in reader.lookups:
        if (entity, squeeze(line.text)) not in taken:
            add(entity, line.text)
    for (entity, value), known in synonyms_of.items():
        yield Entry(entity, value, tuple(known), str(reader.source.path))
