"""A pattern over a dictionary as a stream of utterances in a seeded order, and a cursor that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Alternative, Expansion, Inventory, Pattern, Permutation

Rendered = tuple[str, list[tuple[int, int, str, str | None, str]]]
"""A text, and its spans' fields."""


@dataclass(frozen=True)
class PatternStream:
    """The utterances of one pattern over one dictionary, in an order of their own.

    Attributes:
        pattern: number of the pattern.
        lexicon: number of the dictionary.
        key: seeds the order; streams with the same pattern, dictionary and key have the same order.
        step: every how many places of the order this stream takes `places` of.
        places: which places of each step it takes; so streams share one order and no utterance.
        wanted: (entity, value) pairs of which an utterance must have one; empty: it may have any.
    """

    pattern: int
    lexicon: int
    key: str
    step: int = 1
    places: tuple[int, ...] = (0,)
    wanted: frozenset[tuple[str, str]] = frozenset()


class Expansions:
    """Patterns over dictionaries, each pair expanded once.

    Args:
        patterns: what streams' pattern numbers mean.
        lexicons: what streams' dictionary numbers mean.
    """

    def __init__(self, patterns: Sequence[Pattern], lexicons: Sequence[Lexicon]) -> None:
        self._patterns = patterns
        self._inventories = [Inventory(lexicon) for lexicon in lexicons]
        self._known: dict[tuple[int, int], Expansion] = {}

    def get(self, pattern: int, lexicon: int) -> Expansion:
        """Return what a pattern stands for over a dictionary."""
        if (pattern, lexicon) not in self._known:
            self._known[pattern, lexicon] = Expansion(self._patterns[pattern], self._inventories[lexicon])
        return self._known[pattern, lexicon]

    def inventory(self, lexicon: int) -> Inventory:
        """Return the surfaces of a dictionary."""
        return self._inventories[lexicon]

    def size(self, stream: PatternStream) -> int:
        """Return how many positions a stream has."""
        whole, rest = divmod(self.get(stream.pattern, stream.lexicon).count, stream.step)
        return whole * len(stream.places) + sum(place < rest for place in stream.places)

    def surfaces(self, stream: PatternStream) -> Iterator[tuple[str, str, str]]:
        """Yield (entity, surface, value) of every surface that the stream's pattern reaches."""
        for entity in sorted(self.get(stream.pattern, stream.lexicon).entities):
            for surface, value in self._inventories[stream.lexicon].values(entity).surfaces:
                yield entity, surface, value


class StreamCursor:
    """How far a stream has been read.

    Args:
        stream: a stream of at least one position.
        expansions: what its numbers mean.

    Attributes:
        stream: the stream.
        size: how many positions it has.
        position: the next one to read.
        gave_up: whether reading on would not pay.
    """

    def __init__(self, stream: PatternStream, expansions: Expansions) -> None:
        self.stream = stream
        self.size = expansions.size(stream)
        self.position = 0
        self.gave_up = False
        self._expansion = expansions.get(stream.pattern, stream.lexicon)
        self._order = Permutation(self._expansion.count, stream.key)

    @property
    def left(self) -> int:
        """How many positions may still be read."""
        return 0 if self.gave_up else self.size - self.position

    def read(self) -> Rendered | None:
        """Render the next position; None where it has no text, or nothing that the stream wants."""
        stream = self.stream
        block, place = divmod(self.position, len(stream.places))
        self.position += 1
        text, spans = self._expansion.render(self._order(block * stream.step + stream.places[place]))
        is_wanted = not stream.wanted or any((span[2], span[4]) in stream.wanted for span in spans)
        return (text, spans) if text and is_wanted else None

    def cover(self, surfaces: Mapping[str, str], at: int, covered: set[Alternative] | None) -> Rendered | None:
        """Render an utterance that has something which no utterance had yet, wherever it stands in the order.

        Args:
            surfaces: of each entity a surface that no utterance has; it says as many of them as fit.
            at: where in the order to begin; another place gives another utterance.
            covered: the alternatives of patterns that were taken, to which the utterance's are added; None where
                alternatives do not count.

        Returns:
            The utterance; None where the stream has nothing new.
        """
        expansion = self._expansion
        asked = [entity for entity in sorted(expansion.entities) if entity in surfaces]
        index = self._order(at % expansion.count)
        more = None if covered is None else expansion.index_covering_more(index, covered)
        if not asked and more is None:
            return None
        index = index if more is None else more
        for entity in asked:
            with_surface = expansion.index_with(index, entity, surfaces[entity])
            assert with_surface is not None
            index = with_surface
        if covered is not None:
            covered.update(expansion.alternatives_at(index))
        return expansion.render(index)
