"""Patterns on their way to utterances: a lane is one pattern over one dictionary, in a seeded order, in chunks."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from nlu.lexicon import Lexicon
from nlu.pattern import Expansion, Inventory, Pattern, Permutation

CHUNK = 4_000
"""Positions that one task renders; big enough to hide the cost of sending, small enough to waste little at the end."""

Rendered = tuple[int, str, list[tuple[int, int, str, str | None, str]]]
"""A position of a lane, the text there, and its spans' fields."""


@dataclass(frozen=True)
class Lane:
    """One pattern over one dictionary.

    Attributes:
        pattern: number of the pattern.
        lexicon: number of the dictionary.
        key: seeds the order; lanes with the same pattern, dictionary and key have the same order.
        step: every how many places of the order this lane takes `places` of.
        places: which places of each step it takes; so lanes share one order without meeting.
        wanted: (entity, value) pairs of which an utterance must have one; empty: it may have any.
    """

    pattern: int
    lexicon: int
    key: str
    step: int = 1
    places: tuple[int, ...] = (0,)
    wanted: frozenset[tuple[str, str]] = frozenset()


class Shop:
    """Renders positions of lanes.

    Args:
        patterns: what lanes' pattern numbers mean.
        lexicons: what lanes' dictionary numbers mean.
    """

    def __init__(self, patterns: Sequence[Pattern], lexicons: Sequence[Lexicon]) -> None:
        self._patterns = patterns
        self._inventories = [Inventory(lexicon) for lexicon in lexicons]
        self._expansions: dict[tuple[int, int], Expansion] = {}

    def expansion(self, lane: Lane) -> Expansion:
        """Return what the lane's pattern stands for over the lane's dictionary."""
        key = (lane.pattern, lane.lexicon)
        if key not in self._expansions:
            self._expansions[key] = Expansion(self._patterns[lane.pattern], self._inventories[lane.lexicon])
        return self._expansions[key]

    def inventory(self, lane: Lane) -> Inventory:
        """Return the surfaces of the lane's dictionary."""
        return self._inventories[lane.lexicon]

    def size(self, lane: Lane) -> int:
        """Return how many positions the lane has."""
        whole, rest = divmod(self.expansion(lane).count, lane.step)
        return whole * len(lane.places) + sum(place < rest for place in lane.places)

    def render(self, lane: Lane, start: int, stop: int) -> list[Rendered]:
        """Render the positions from `start` to `stop`, leaving out those that have nothing the lane wants."""
        expansion = self.expansion(lane)
        order = Permutation(expansion.count, lane.key)
        found: list[Rendered] = []
        for position in range(start, stop):
            block, place = divmod(position, len(lane.places))
            text, spans = expansion.render(order(block * lane.step + lane.places[place]))
            if text and (not lane.wanted or any((span[2], span[4]) in lane.wanted for span in spans)):
                found.append((position, text, spans))
        return found

    def cover(self, lane: Lane, surfaces: Mapping[str, Sequence[str]], at: int) -> Rendered | None:
        """Render an utterance that says, for as many entities as fit, one of the surfaces asked for: the first."""
        expansion = self.expansion(lane)
        asked = [entity for entity in sorted(expansion.entities) if surfaces.get(entity)]
        if not asked:
            return None
        index = Permutation(expansion.count, lane.key)(at % expansion.count)
        for entity in asked:
            aimed = expansion.index_with(index, entity, surfaces[entity][0])
            assert aimed is not None
            index = aimed
        text, spans = expansion.render(index)
        return -1, text, spans


class Line:
    """Renders lanes here, or in other processes, with the same result.

    Args:
        patterns: what lanes' pattern numbers mean.
        lexicons: what lanes' dictionary numbers mean.
        processes: how many processes render; with 1, this one does.
    """

    def __init__(self, patterns: Sequence[Pattern], lexicons: Sequence[Lexicon], processes: int) -> None:
        self.shop = Shop(patterns, lexicons)
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        if processes > 1:
            spawn = multiprocessing.get_context("spawn")
            arguments = (tuple(patterns), [lexicon.entries for lexicon in lexicons])
            self._pool = ProcessPoolExecutor(processes, spawn, _open_shop, arguments)

    def rendered(self, lane: Lane, start: int, expected: int) -> Iterator[tuple[int, list[Rendered]]]:
        """Yield chunks from `start` on, each with the position after it.

        Args:
            lane: the lane.
            start: the first position.
            expected: about how many positions will be needed; more are rendered only when they are asked for.
        """
        stop = self.shop.size(lane)
        if self._pool is None or expected < CHUNK:
            size = max(16, min(CHUNK, expected))
            for first in range(start, stop, size):
                after = min(first + size, stop)
                yield after, self.shop.render(lane, first, after)
            return
        running: deque[tuple[int, Future[list[Rendered]]]] = deque()
        first, ahead = start, start + expected
        while running or first < stop:
            while first < stop and (not running or (first < ahead and len(running) < 2 * self._processes)):
                after = min(first + CHUNK, stop)
                running.append((after, self._pool.submit(_render, lane, first, after)))
                first = after
            after, future = running.popleft()
            yield after, future.result()

    def close(self) -> None:
        """Stop the other processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


_SHOPS: list[Shop] = []
"""The shop of a worker process; empty in every other process."""


def _open_shop(patterns: Sequence[Pattern], entries: Sequence[Sequence[object]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that gives the orders
    _SHOPS[:] = [Shop(patterns, [Lexicon(each) for each in entries])]  # type: ignore[arg-type]


def _render(lane: Lane, start: int, stop: int) -> list[Rendered]:
    return _SHOPS[0].render(lane, start, stop)
