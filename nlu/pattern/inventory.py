"""The surfaces of a dictionary, prepared once for many patterns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from nlu.korean.particles import choose
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import nodes
from nlu.pattern.counted import SlotValues, Surface
from nlu.pattern.draws import Draws


@dataclass(frozen=True)
class Values:
    """The surfaces of one entity, those of a value side by side, and how many each value has."""

    surfaces: tuple[Surface, ...]
    sizes: tuple[int, ...]

    def position(self, surface: str) -> int:
        """Return where a surface stands among the surfaces."""
        return self._positions[surface]

    def value(self, surface: str) -> str:
        """Return a surface's canonical value; the surface itself where it is none."""
        position = self._positions.get(surface)
        return surface if position is None else self.surfaces[position][1]

    @cached_property
    def letters(self) -> frozenset[str]:
        """All letters of the surfaces, spaces left out."""
        return frozenset().union(*(surface for surface, _ in self.surfaces)) - {" "}

    @cached_property
    def _positions(self) -> Mapping[str, int]:
        return {text: number for number, (text, _) in enumerate(self.surfaces)}


class Inventory:
    """The surfaces of a dictionary by entity and value, prepared once for many patterns.

    A surface that the dictionary gives to two values of an entity counts for the first, as in `Lexicon.canonical`.

    Args:
        lexicon: the dictionary.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        groups: dict[str, dict[str, dict[str, None]]] = {}
        for entry in (*lexicon.entries, *lexicon.said):
            group = groups.setdefault(entry.entity, {}).setdefault(entry.value, {})
            for surface in (entry.value, *entry.synonyms):
                if lexicon.canonical(entry.entity, surface) == entry.value:
                    group.setdefault(" ".join(surface.split()))
        self.entities: Mapping[str, Values] = {}
        for entity, by_value in groups.items():
            surfaces = tuple((text, value) for value, texts in by_value.items() for text in texts)
            self.entities[entity] = Values(surfaces, tuple(len(texts) for texts in by_value.values() if texts))
        self._draws: dict[tuple[str, int], Draws] = {}
        self._slots: dict[tuple[str, str | None], SlotValues] = {}
        self.choose = lru_cache(maxsize=50_000)(choose)

    def values(self, entity: str) -> Values:
        """Return an entity's surfaces; none for an entity the dictionary lacks."""
        return self.entities.get(entity) or Values((), ())

    def draws(self, entity: str, slots: int) -> Draws:
        """Return the ways to fill several slots of an entity."""
        key = (entity, slots)
        if key not in self._draws:
            self._draws[key] = Draws(self.values(entity).sizes, slots)
        return self._draws[key]

    def slot_values(self, slot: nodes.Slot) -> SlotValues:
        """Return the counted set of a slot; slots with the same label share it."""
        key = (slot.entity, slot.role)
        if key not in self._slots:
            self._slots[key] = SlotValues(slot, self.values(slot.entity).surfaces)
        return self._slots[key]
