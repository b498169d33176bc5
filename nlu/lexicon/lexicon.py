"""The dictionary in memory: which stretches of a text are values, and what each stands for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import orjson

from nlu.errors import UnknownChoiceError
from nlu.korean.leaving_out import hide_leaving_out
from nlu.lexicon.computed import Computed, kind_of, samples
from nlu.lexicon.dictionary import BINDS, Entry, read_entries, squeeze

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
        computed: entity types whose values are computed, and their kinds (see `nlu.lexicon.computed`); an entry whose
            value is `@` and a kind says the same of its type, its synonyms being the units that count.
        said: the wordings of computed types that data is generated from; None for those that are usual.

    Example:
        >>> lexicon = Lexicon([Entry("loc", "서울", ("서울시",)), Entry("menu", "시금치")])
        >>> for match in lexicon.matches("서울 시금치"):
        ...     print(match)
        Match(start=0, end=4, entity='loc', value='서울')
        Match(start=3, end=6, entity='menu', value='시금치')
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        added: Iterable[tuple[str, str]] = (),
        computed: Mapping[str, str] | None = None,
        said: Iterable[Entry] | None = None,
    ) -> None:
        every = tuple(entries)
        self.entries: tuple[Entry, ...] = tuple(entry for entry in every if not entry.value.startswith(BINDS))
        bound = {
            one.entity: kind_of(one.value.removeprefix(BINDS), one.synonyms)
            for one in every
            if one.value.startswith(BINDS)
        }
        self.computed = Computed({**bound, **(computed or {})})
        self._said = None if said is None else tuple(said)
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
        return tuple(sorted({*self._of, *self.computed.kinds}))

    @cached_property
    def said(self) -> tuple[Entry, ...]:
        """The wordings of computed types that data is generated from."""
        if self._said is not None:
            return self._said
        listed = {
            (entry.entity, squeeze(surface)) for entry in self.entries for surface in (entry.value, *entry.synonyms)
        }
        kinds = self.computed.kinds.items()
        every = (Entry(entity, wording) for entity, kind in kinds for wording in samples(kind))
        return tuple(entry for entry in every if (entry.entity, squeeze(entry.value)) not in listed)

    def with_computed(self, kinds: Mapping[str, str]) -> Lexicon:
        """The same lexicon, with more types whose values are computed."""
        if not kinds.items() - self.computed.kinds.items():
            return self
        return Lexicon(self.entries, self.added, {**self.computed.kinds, **kinds})

    def values(self, entity: str) -> tuple[str, ...]:
        """List the canonical values of an entity, in the author's order; of a computed type, its wordings too.

        Raises:
            UnknownChoiceError: the entity has no values.
        """
        if entity not in self._of and entity not in self.computed.kinds:
            raise UnknownChoiceError("entity", entity, self.entities)
        listed = tuple(entry.value for entry in self._of.get(entity, ()))
        return listed + tuple(entry.value for entry in self.said if entry.entity == entity)

    def surfaces(self) -> Iterator[tuple[str, str]]:
        """Give (entity, surface) of every value and synonym, by entity and in the author's order, without repeats."""
        for entity in sorted(self._of):
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
        new = (one for one in self.surfaces() if (one[0], squeeze(one[1])) not in seen)
        return Lexicon(self.entries, new, self.computed.kinds, self._said)

    def types(self, surface: str) -> tuple[str, ...]:
        """The entity types that a surface is a value of."""
        listed = tuple(entry.entity for entry in self._by_surface.get(squeeze(surface), ()))
        kinds = self.computed.kinds
        return listed + tuple(one for one in kinds if one not in listed and self.computed.covers(one, surface))

    def lists(self, entity: str) -> bool:
        """Whether the dictionary has values of a type."""
        return entity in self._of

    def is_listed(self, entity: str, surface: str) -> bool:
        """Whether a surface is in the dictionary as a value or synonym of a type."""
        return any(entry.entity == entity for entry in self._by_surface.get(squeeze(surface), ()))

    def canonical(self, entity: str, surface: str) -> str | None:
        """Find the canonical value that a surface stands for, whatever its spaces and case; None when unknown.

        Example:
            >>> Lexicon([Entry("transport", "KTX", ("고속 철도",))]).canonical("transport", "고속철도")
            'KTX'
        """
        entries = self._by_surface.get(squeeze(surface), ())
        listed = next((entry.value for entry in entries if entry.entity == entity), None)
        if listed is None and entity in self.computed.kinds and self.computed.covers(entity, surface):
            return surface
        return listed

    def matches(self, text: str) -> list[Match]:
        """Find values anywhere in a text, also inside words; whether a match makes sense there is for the caller.

        At each start the longest value of each entity is reported. Spaces of the text inside a value, and case, do
        not matter. Matches of different starts or entities may overlap.

        Returns:
            The matches, sorted.
        """
        squeezed = squeeze(hide_leaving_out(text))
        lengths, by_surface = self._lengths, self._by_surface
        starts = [
            (first, several)
            for first in range(len(squeezed))
            if (several := lengths.get(squeezed[first : first + 2])) or squeezed[first] in by_surface
        ]
        found = (
            [_new(Match, (*span, text[span[0] : span[1]])) for span in self._computed_places(text)]
            if self.computed
            else []
        )
        if not starts:
            return found
        places = [place for place, char in enumerate(text) if not char.isspace()]
        for first, several in starts:
            seen: set[str] = set()
            for length in several or (1,):
                for entry in by_surface.get(squeezed[first : first + length], ()):
                    last = first + length - 1
                    if last < len(places) and entry.entity not in seen:
                        seen.add(entry.entity)
                        found.append(_new(Match, (places[first], places[last] + 1, entry.entity, entry.value)))
        if self.computed:
            found = list({(one.start, one.end, one.entity): one for one in found}.values())  # what is listed counts
        found.sort()
        return found

    def _computed_places(self, text: str) -> Iterable[tuple[int, int, str]]:
        """Where computed values are; of a type that is listed too the two ends of an interval are two, as there."""
        spans = self.computed.spans(text)
        if not spans or not any(entity in self._of for _, _, entity in spans):
            return spans
        ends = [one for one in self.computed.ends(text) if one[2] in self._of]
        whole = [one for one in spans if not any(one[2] == end[2] and one[0] <= end[0] < one[1] for end in ends)]
        return sorted([*whole, *ends])

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

    def computed_values(self, text: str) -> dict[int, list[tuple[int, Entry]]]:
        """Give the computed values of a text: where each begins and ends, spaces left out, and what it is.

        Values are looked for with the spaces of the text, and without, where people leave them out.

        Example:
            >>> lexicon = Lexicon([Entry("date", "@date")])
            >>> [(at, found[0][0]) for at, found in lexicon.computed_values("자, 내일 모레쯤").items()]
            [(2, 6)]
        """
        squeezed, found = squeeze(text), dict[int, dict[tuple[int, str], Entry]]()
        before = [0]
        for char in text:
            before.append(before[-1] + (not char.isspace()))
        spaced = (*self.computed.spans(text), *self.computed.ends(text))
        places = [(before[start], before[end], entity) for start, end, entity in spaced]
        if len(squeezed) < len(text):
            places += (*self.computed.spans(squeezed), *self.computed.ends(squeezed))
        for start, end, entity in places:
            found.setdefault(start, {})[end, entity] = Entry(entity, squeezed[start:end])
        return {start: [(end, one) for (end, _), one in several.items()] for start, several in found.items()}

    def restricted_to(self, keep: Callable[[Entry], bool]) -> Lexicon:
        """Make a lexicon of the entries, and the wordings of computed types, that `keep` accepts."""
        kinds = self.computed.kinds
        return Lexicon(filter(keep, self.entries), (), kinds, filter(keep, self.said) if kinds else None)

    def to_json(self) -> str:
        """Write the entries as JSON, one a line, and what was added later; equal lexicons give the same text."""
        rows = (
            json.dumps([entry.entity, entry.value, list(entry.synonyms)], ensure_ascii=False) for entry in self.entries
        )
        kinds = self.computed.kinds
        added = f', "added": {json.dumps(sorted(self.added), ensure_ascii=False)}' if self.added else ""
        computed = f', "computed": {json.dumps(kinds, ensure_ascii=False)}' if kinds else ""
        return '{"entries": [\n' + ",\n".join(rows) + f"\n]{added}{computed}}}\n"

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
            return cls(entries, added, {str(name): str(kind) for name, kind in written.get("computed", {}).items()})
        except (TypeError, KeyError) as error:
            raise ValueError(f"expected a lexicon as Lexicon.to_json writes it, got {text[:40]!r}") from error
