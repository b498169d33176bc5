"""Slots whose values are computed: which kinds the patterns use, and the shapes that an author gave names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from nlu.errors import PatternSyntaxError, SourceError, UnknownNameError
from nlu.lexicon.computed import SHAPE, base_of
from nlu.lexicon.lexicon import Lexicon
from nlu.names import is_entity
from nlu.pattern.nodes import Node, Place, Slot, walk
from nlu.values.finder import TYPES
from nlu.values.shape_samples import ShapeRejected, check_shape

SHAPES = "@shapes"
"""The header above lines that give shapes of free text names: `주문번호 = [A-Z]-\\d{4}`."""


@dataclass
class Shapes:
    """The shapes of all pattern files.

    Attributes:
        named: name → the regular expression.
    """

    named: dict[str, str] = field(default_factory=dict)

    def read(self, source: str, place: Place, end: int, errors: list[SourceError]) -> None:
        """Read a line below `[@shapes]`.

        Args:
            source: the line.
            place: where it begins.
            end: one past its last character.
            errors: receives its mistakes.
        """
        name, equals, written = source[place.column - 1 : end].partition("=")
        name, shape = name.strip(), written.strip()

        def fail(code: str, column: int, **values: object) -> None:
            errors.append(PatternSyntaxError(code, place.path, place.line, column, source, **values))

        if not equals or not shape:
            fail("pattern.shape_equals", place.column)
        elif not is_entity(name) or name in TYPES or name in self.named:
            fail("pattern.shape_name", place.column, name=name)
        else:
            try:
                check_shape(shape)
            except ShapeRejected as error:
                fail(str(error), source.index(shape, place.column + len(name)) + 1, shape=shape)
            else:
                self.named[name] = shape

    def computed(
        self, nodes: Sequence[Node], lexicon: Lexicon, errors: list[SourceError], source_of: Callable[[Place], str]
    ) -> Mapping[str, str]:
        """Name the kinds of all slots with `@`.

        Args:
            nodes: the patterns, macros in place.
            lexicon: the dictionary.
            errors: receives kinds that there are not, and names that the dictionary uses otherwise.
            source_of: the text of the line at a place.
        """
        kinds: dict[str, str] = {}
        told: set[Place] = set()
        for slot in (each for node in nodes for each in walk(node) if isinstance(each, Slot) and each.is_computed):
            name, place = slot.entity, slot.place
            kind = SHAPE + self.named[name] if name in self.named else name
            if place not in told and (wrong := self._wrong(name, kind, lexicon)) is not None:
                told.add(place)
                choices = tuple(f"@{one}" for one in (*TYPES, *self.named))
                values = {"name": f"@{name}", "choices": choices}
                errors.append(UnknownNameError(wrong, place.path, place.line, place.column, source_of(place), **values))
            kinds[name] = kind
        return kinds

    def _wrong(self, name: str, kind: str, lexicon: Lexicon) -> str | None:
        if name not in self.named and name not in TYPES:
            return "pattern.kind_unknown"
        is_listed = name in lexicon.entities and base_of(lexicon.computed.kinds.get(name, "")) != kind
        return "pattern.kind_listed" if is_listed else None
