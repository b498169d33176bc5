"""What Rasa's training files hold in each of their forms: marked examples, synonyms, look-up tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nlu.data.importers.base import Imported, Tally
from nlu.data.importers.marks import Mark, Mistake, broken_mark, read_marks
from nlu.lexicon.dictionary import Entry, squeeze
from nlu.names import as_intent, is_entity, is_intent
from nlu.system.source import Source
from nlu.types import Span

KINDS = ("intent", "synonym", "lookup", "regex")


@dataclass(frozen=True, slots=True)
class Example:
    """An example: its text without the dash, and where that begins."""

    text: str
    line: int
    column: int


class Training:
    """Collects the examples of a training file; mistakes are noted in its source.

    Look-up tables become dictionary values of the entity that they are named after. A synonym becomes one of the
    entities whose marked-up texts or look-up values show the value or one of its synonyms; a value given in the
    mark-up (`[낼]{"entity": "date", "value": "내일"}`) makes a synonym as well. Regular expressions and groups are left
    out, with a note.
    """

    def __init__(self, source: Source, weight: float) -> None:
        self.source = source
        self.tally = Tally(source.path, weight)
        self._synonyms: list[tuple[str, Example]] = []
        self._lookups: list[tuple[str, Example]] = []

    def accepts(self, kind: str, name: str, line: int, column: int) -> bool:
        """Check the head of some examples; complain, or note it, where they can't be used."""
        if not name:
            self.source.complain("rasa.name_empty", line, column, kind=kind)
        elif kind == "regex":
            self.tally.tell("import.regex_unused", name=name, place=self.source.origin(line))
        elif kind == "lookup" and not is_entity(name):
            self.source.complain("data.entity_name", line, column)
        elif kind == "intent" and not (is_intent(name) or as_intent(name)):
            self.source.complain("data.intent_name", line, column)
        else:
            return True
        return False

    def add(self, kind: str, name: str, example: Example) -> None:
        """Take an example of an intent, a synonym or a look-up table."""
        if kind == "intent":
            self._marked(self.tally.intent(name, self.source.origin(example.line)), example)
        elif kind == "synonym":
            self._synonyms.append((name, example))
        else:
            self._lookups.append((name, example))

    def finish(self) -> Imported:
        """Give what was collected; dictionary values only where there was no mistake."""
        return self.tally.finish(() if self.source.errors else tuple(self._entries()))

    def _marked(self, intent: str, example: Example) -> None:
        text, spans, mistakes = "", list[Span](), len(self.source.errors)
        for place, part in read_marks(example.text):
            if isinstance(part, str):
                self._check_plain(part, example, place)
                text += part
            elif isinstance(part, Mistake):
                self._complain(part, example)
            else:
                span = self._span(part, len(text), example)
                text += part.text
                spans += [span] if span else []
        if not text.strip() and len(self.source.errors) == mistakes:
            self.source.complain("rasa.example_blank", example.line, example.column)
        elif len(self.source.errors) == mistakes:
            self.tally.add(text, intent, spans, self.source.origin(example.line))

    def _check_plain(self, part: str, example: Example, place: int) -> None:
        if (broken := broken_mark(part)) is not None:
            self.source.complain("rasa.markup", example.line, example.column + place + broken)

    def _span(self, mark: Mark, start: int, example: Example) -> Span | None:
        span = mark.span(start)
        if isinstance(span, Mistake):
            self._complain(span, example)
            return None
        place = self.source.origin(example.line)
        if mark.group is not None:
            self.tally.note("import.groups", place)
        for name in mark.others:
            self.tally.note("import.key_unused", place, name=name)
        return span

    def _complain(self, mistake: Mistake, example: Example) -> None:
        column = example.column + mistake.position
        self.source.complain(mistake.code, example.line, column, **mistake.values)

    def _entries(self) -> Iterator[Entry]:
        """Turn look-ups, synonyms and values in the mark-up into dictionary entries, in the file's order."""
        values = _Values()
        shown: dict[str, dict[str, None]] = {}
        for utterance in self.tally.utterances:
            for span in utterance.spans:
                for surface in (utterance.text[span.start : span.end], span.value or ""):
                    shown.setdefault(squeeze(surface), {})[span.entity] = None
        for entity, line in self._lookups:
            shown.setdefault(squeeze(line.text), {})[entity] = None
        group: dict[str, list[str]] = {}
        for value, line in self._synonyms:
            group.setdefault(value, [squeeze(value)]).append(squeeze(line.text))
        entities_of = {
            value: list(dict.fromkeys(entity for surface in same for entity in shown.get(surface, {})))
            for value, same in group.items()
        }
        for value, line in self._synonyms:
            for entity in entities_of[value]:
                values.add(entity, value, line.text)
            if not entities_of[value]:
                place = self.source.origin(line.line)
                self.tally.tell("import.synonym_unused", synonym=line.text, value=value, place=place)
        for utterance in self.tally.utterances:
            for span in utterance.spans:
                if span.value:
                    values.add(span.entity, span.value, utterance.text[span.start : span.end])
        values.add_lookups(self._lookups)
        yield from values.entries(str(self.source.path))


class _Values:
    """Values with their synonyms, whatever the spaces and case that they were written with."""

    def __init__(self) -> None:
        self._synonyms: dict[tuple[str, str], dict[str, None]] = {}
        self._value_of: dict[tuple[str, str], str] = {}

    def add(self, entity: str, value: str, synonym: str | None = None) -> None:
        value = self._value_of.setdefault((entity, squeeze(value)), value)
        known = self._synonyms.setdefault((entity, value), {})
        if synonym is not None and squeeze(synonym) != squeeze(value):
            known[synonym] = None

    def add_lookups(self, lookups: list[tuple[str, Example]]) -> None:
        taken = {(entity, squeeze(synonym)) for (entity, _), known in self._synonyms.items() for synonym in known}
        for entity, line in lookups:
            if (entity, squeeze(line.text)) not in taken:
                self.add(entity, line.text)

    def entries(self, path: str) -> Iterator[Entry]:
        for (entity, value), known in self._synonyms.items():
            yield Entry(entity, value, tuple(known), path)
