"""The dictionary in memory: which stretches of a text are values, and what each stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import orjson

from nlu.errors import UnknownChoiceError
from nlu.lexicon.dictionary import Entry, read_entries, squeeze

__all__ = ["Entry", "Lexicon", "Match"]


_new = tuple.__new__
"""Makes a named tuple in less than half the time."""


class Match(NamedTuple):
    """A value found in a text: `[start, end)`, its entity type, and the canonical value it stands for."""

    start: int
    end: int
    entity: str
    value: str


class Lexicon:
    """Looks values up by entity, by surface, and in running text.

    Finding needs one dict from folded surface to entries, and one from the first two characters to the lengths that
    surfaces with that beginning have; so its time hardly depends on how many values there are.

    Args:
        entries: values with their synonyms, in the author's order. Where a surface stands for two values of one
            entity, the first counts.
        added: types and surfaces that came to the dictionary after a model was trained with it.

    Example:
        >>> lexicon = Lexicon([Entry("loc", "서울", ("서울시",)), Entry("menu", "시금치")])
        >>> for match in lexicon.matches("서울 시금치"):
        ...     print(match)
        Match(start=0, end=4, entity='loc', value='서울')
        Match(start=3, end=6, entity='menu', value='시금치')
    """

    def __init__(self, entries: Iterable[Entry], added: Iterable[tuple[str, str]] = ()) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)
        self.added = frozenset((entity, squeeze(surface)) for entity, surface in added)
        self._of: dict[str, list[Entry]] = {}
        self._by_surface: dict[str, tuple[Entry, ...]] = {}
        by_surface, lengths = self._by_surface, dict[str, set[int]]()
        for entry in self.entries:
            entity = entry.entity
            self._of.setdefault(entity, []).append(entry)
            for surface in (entry.value, *entry.synonyms):
                key = squeeze(surface)
                if not key:
                    raise ValueError(f"expected surfaces that are not blank, got {surface!r} in {entry}")
                before = by_surface.get(key)
                if before is None:
                    by_surface[key] = (entry,)
                    if len(key) > 1:
                        lengths.setdefault(key[:2], set()).add(len(key))
                elif all(other.entity != entity for other in before):
                    by_surface[key] = (*before, entry)
        self._lengths = {prefix: (*sorted(several, reverse=True), 1) for prefix, several in lengths.items()}

    @classmethod
    def read(cls, *paths: Path, unsaved: Mapping[Path, str] | None = None) -> Lexicon:
        """Read dictionary files; see `nlu.lexicon.dictionary` for their format, and for `unsaved`.

        Raises:
            SourceErrors: all mistakes of all files.
        """
        return cls(read_entries(*paths, unsaved=unsaved))

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def entities(self) -> tuple[str, ...]:
        """The entity types, sorted."""
        return tuple(sorted(self._of))

    def values(self, entity: str) -> tuple[str, ...]:
        """List the canonical values of an entity, in the author's order.

        Raises:
            UnknownChoiceError: the entity has no values.
        """
        if entity not in self._of:
            raise UnknownChoiceError("entity", entity, self.entities)
        return tuple(entry.value for entry in self._of[entity])

    def surfaces(self) -> Iterator[tuple[str, str]]:
        """Give (entity, surface) of every value and synonym, by entity and in the author's order, without repeats."""
        for entity in self.entities:
            found = dict.fromkeys(s for entry in self._of[entity] for s in (entry.value, *entry.synonyms))
            yield from ((entity, surface) for surface in found)

    def since(self, older: Lexicon) -> Lexicon:
        """The same lexicon, which knows what it holds that a model trained with an older one never saw.

        Example:
            >>> older, newer = Lexicon([Entry("loc", "서울")]), Lexicon([Entry("loc", "서울", ("한양",))])
            >>> newer.since(older).added
            frozenset({('loc', '한양')})
        """
        seen = {(entity, squeeze(surface)) for entity, surface in older.surfaces()} - older.added
        return Lexicon(self.entries, (one for one in self.surfaces() if (one[0], squeeze(one[1])) not in seen))

    def types(self, surface: str) -> tuple[str, ...]:
        """The entity types that a surface is a value of."""
        return tuple(entry.entity for entry in self._by_surface.get(squeeze(surface), ()))

    def canonical(self, entity: str, surface: str) -> str | None:
        """Find the canonical value that a surface stands for, whatever its spaces and case; None when unknown.

        Example:
            >>> Lexicon([Entry("transport", "KTX", ("고속 철도",))]).canonical("transport", "고속철도")
            'KTX'
        """
        entries = self._by_surface.get(squeeze(surface), ())
        return next((entry.value for entry in entries if entry.entity == entity), None)

    def matches(self, text: str) -> list[Match]:
        """Find values anywhere in a text, also inside words; whether a match makes sense there is for the caller.

        At each start the longest value of each entity is reported. Spaces of the text inside a value, and case, do
        not matter. Matches of different starts or entities may overlap.

        Returns:
            The matches, sorted.
        """
        squeezed = squeeze(text)
        lengths, by_surface = self._lengths, self._by_surface
        starts = [
            (first, several)
            for first in range(len(squeezed))
            if (several := lengths.get(squeezed[first : first + 2])) or squeezed[first] in by_surface
        ]
        if not starts:
            return []
        places = [place for place, char in enumerate(text) if not char.isspace()]
        found: list[Match] = []
        for first, several in starts:
            seen: set[str] = set()
            for length in several or (1,):
                for entry in by_surface.get(squeezed[first : first + length], ()):
                    last = first + length - 1
                    if last < len(places) and entry.entity not in seen:
                        seen.add(entry.entity)
                        found.append(_new(Match, (places[first], places[last] + 1, entry.entity, entry.value)))
        found.sort()
        return found

    def values_at(self, squeezed: str, start: int) -> Iterator[tuple[int, Entry]]:
        """Give every value that a text without spaces has at a place, longest first, each with where it ends.

        Args:
            squeezed: the text, as `squeeze` leaves it.
            start: the place.

        Example:
            >>> lexicon = Lexicon([Entry("loc", "서울"), Entry("loc", "서울역")])
            >>> [(end, entry.value) for end, entry in lexicon.values_at("서울역날씨", 0)]
            [(3, '서울역'), (2, '서울')]
        """
        for length in self._lengths.get(squeezed[start : start + 2], (1,)):
            if start + length <= len(squeezed):
                for entry in self._by_surface.get(squeezed[start : start + length], ()):
                    yield start + length, entry

    def restricted_to(self, keep: Callable[[Entry], bool]) -> Lexicon:
        """Make a lexicon of the entries that `keep` accepts."""
        return Lexicon(entry for entry in self.entries if keep(entry))

    def to_json(self) -> str:
        """Write the entries as JSON, one a line, and what was added later; equal lexicons give the same text."""
        rows = (
            json.dumps([entry.entity, entry.value, list(entry.synonyms)], ensure_ascii=False) for entry in self.entries
        )
        added = f', "added": {json.dumps(sorted(self.added), ensure_ascii=False)}' if self.added else ""
        return '{"entries": [\n' + ",\n".join(rows) + f"\n]{added}}}\n"

    @classmethod
    def from_json(cls, text: str) -> Lexicon:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the text is something else.
        """
        try:
            written = orjson.loads(text)
            rows = written["entries"]
            added = ((str(entity), str(surface)) for entity, surface in written.get("added", ()))
            entries = (Entry(str(entity), str(value), tuple(map(str, synonyms))) for entity, value, synonyms in rows)
            return cls(entries, added)
        except (TypeError, KeyError) as error:
            raise ValueError(f"expected a lexicon as Lexicon.to_json writes it, got {text[:40]!r}") from error
