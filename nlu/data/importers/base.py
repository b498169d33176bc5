"""What every importer gives back, and the tally that it keeps while it reads: nothing of a file is lost unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from nlu.errors import SourceError
from nlu.events import Notice
from nlu.lexicon.dictionary import Entry
from nlu.names import as_entity, as_intent, is_entity, is_intent
from nlu.types import LabelledUtterance, Span

LONGEST_TEXT = 2_000
"""Characters of an utterance that is imported at most; longer ones are documents."""
_PLACES = 3
"""Places that a notice lists of all those it counts."""
_KINDS = 20
"""Notices of one code at most, each of other names."""
_NOTHING: Mapping[str, object] = MappingProxyType({})


_RENAMED = {"intent": "import.intent_renamed", "entity": "import.entity_renamed"}


class File(Protocol):
    """A file that is being read: a text (`nlu.system.source.Source`) or a sheet."""

    path: Path
    errors: list[SourceError]

    def complain(self, code: str, line: int, column: int = 1, /, **values: object) -> None:
        """Note a mistake at a place."""

    def origin(self, line: int) -> str:
        """Name a line."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How much a file held, and how much of it is kept.

    Attributes:
        rows: utterances in the file.
        kept: those that were taken.
        entities: labelled stretches in the file.
        kept_entities: those that were taken.
    """

    rows: int = 0
    kept: int = 0
    entities: int = 0
    kept_entities: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held.

    Attributes:
        utterances: the labelled utterances, in the file's order.
        entries: dictionary values with their synonyms, where the format has such.
        notes: what was left out or changed and why, each kind once with its count and first places.
        summary: how much was in the file and how much of it is kept.
    """

    utterances: tuple[LabelledUtterance, ...] = ()
    entries: tuple[Entry, ...] = ()
    notes: tuple[Notice, ...] = ()
    summary: Summary = field(default=Summary(), compare=False)


class Tally:
    """Gathers the utterances of a file, and counts what is left out of it.

    Args:
        path: the file, as notices name it.
        weight: how much each utterance counts in training, relative to 1.
    """

    def __init__(self, path: object, weight: float = 1.0) -> None:
        self.utterances: list[LabelledUtterance] = []
        self._path, self._weight = path, weight
        self._rows = self._entities = self._refused_entities = 0
        self._notes: dict[tuple[str, tuple[tuple[str, object], ...]], list[str]] = {}
        self._single: list[Notice] = []
        self._names: dict[tuple[str, str], str] = {}
        self._taken: dict[tuple[str, str], int] = {}

    def add(
        self, text: str, intent: str | None, spans: Iterable[Span], place: str, own: Mapping[str, object] = _NOTHING
    ) -> None:
        """Take an utterance.

        Spaces at the edges of a span are cut off; of spans that overlap, the first and longest stays.

        Args:
            text: what is said.
            intent: its intent, if any.
            spans: its entities, in any order, all inside the text.
            place: file and line that it stands in, its origin.
            own: its own `weight` and `origin`, where it has them.
        """
        several = sorted(spans, key=lambda span: (span.start, -span.end))
        if not text.strip() or len(text) > LONGEST_TEXT:
            self.refuse_row("import.blank" if not text.strip() else "import.long", place, entities=len(several))
            return
        self._rows += 1
        self._entities += len(several)
        kept: list[Span] = []
        for span in several:
            trimmed = _trimmed(span, text)
            if trimmed is None:
                self._drop("import.entity_blank", place)
            elif kept and trimmed.start < kept[-1].end:
                self._drop("import.overlap", place, first=kept[-1].entity, second=span.entity)
            else:
                kept.append(trimmed)
                if trimmed != span:
                    self.note("import.trimmed", place)
        origin, weight = own.get("origin"), own.get("weight", 1.0)
        weight = self._weight * (weight if isinstance(weight, int | float) else 1.0)
        self.utterances.append(LabelledUtterance(text, intent, tuple(kept), str(origin or place), weight))

    def take(self) -> LabelledUtterance | None:
        """Give the utterance that was added last and keep it no longer; None where none is kept."""
        return self.utterances.pop() if self.utterances else None

    def notes(self) -> tuple[Notice, ...]:
        """What was left out or changed so far and why, each kind once with its count and first places."""
        return (*self._single, *self._counted())

    def refuse_row(self, code: str, place: str, /, *, entities: int = 0, **values: object) -> None:
        """Count an utterance, with its entities, that is left out."""
        self._rows += 1
        self._entities += entities
        self._refused_entities += entities
        self.note(code, place, **values)

    def refuse_entity(self, code: str, place: str, /, **values: object) -> None:
        """Count a labelled stretch that is left out of an utterance that is kept."""
        self._entities += 1
        self._drop(code, place, **values)

    def note(self, code: str, place: str, /, **values: object) -> None:
        """Count something worth telling; what has the same code and values is told once."""
        self._notes.setdefault((code, tuple(values.items())), []).append(place)

    def tell(self, code: str, /, **values: object) -> None:
        """Tell something that needs no counting."""
        self._single.append(Notice(code, {"path": self._path, **values}))

    def intent(self, name: str, place: str) -> str:
        """Give an intent a name that it may have here, and tell where it is another; "" where nothing is left."""
        return self._named("intent", name, place)

    def entity(self, name: str, place: str) -> str:
        """Give an entity type a name that it may have here, and tell where it is another; "" where nothing is left."""
        return self._named("entity", name, place)

    def finish(self, entries: Iterable[Entry] = ()) -> Imported:
        """Give what was gathered."""
        kept = sum(len(utterance.spans) for utterance in self.utterances)
        summary = Summary(self._rows, len(self.utterances), self._entities, kept)
        assert self._entities - self._refused_entities == kept
        return Imported(tuple(self.utterances), tuple(entries), self.notes(), summary)

    def _counted(self) -> Iterable[Notice]:
        told: Counter[str] = Counter()
        for (code, values), places in self._notes.items():
            told[code] += 1
            if told[code] > _KINDS:
                continue
            shown = [*dict.fromkeys(places)]
            listed = (*shown[:_PLACES], *(("…",) if len(shown) > _PLACES else ()))
            yield Notice(code, {"path": self._path, **dict(values), "count": len(places), "places": listed})
        if more := sum(count - _KINDS for count in told.values() if count > _KINDS):
            yield Notice("import.more_notes", {"path": self._path, "count": more})

    def _named(self, kind: str, name: str, place: str) -> str:
        known = self._names.get((kind, name))
        if known is None:
            is_fine, bare = (is_intent, as_intent) if kind == "intent" else (is_entity, as_entity)
            known = self._names[kind, name] = self._free(kind, name if is_fine(name) else bare(name))
        if known and known != name:
            self.note(_RENAMED[kind], place, name=name, to=known)
        return known

    def _free(self, kind: str, name: str) -> str:
        """A name that no other name of the file has or was turned into."""
        free = name
        while (kind, free) in self._taken and free:
            self._taken[kind, name] += 1
            free = f"{name}_{self._taken[kind, name]}"
        self._taken[kind, free] = 1
        return free

    def _drop(self, code: str, place: str, /, **values: object) -> None:
        self._refused_entities += 1
        self.note(code, place, **values)


def _trimmed(span: Span, text: str) -> Span | None:
    """Cut spaces off a span's edges; None where nothing else is left."""
    inside = text[span.start : span.end]
    if not (inside[:1].isspace() or inside[-1:].isspace()):
        return span
    start = span.start + len(inside) - len(inside.lstrip())
    return replace(span, start=start, end=span.start + len(inside.rstrip())) if inside.strip() else None
