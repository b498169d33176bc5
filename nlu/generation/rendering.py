"""Patterns on their way to utterances: a lane is one pattern over one dictionary, in a seeded order, in chunks."""

from __future__ import annotations

import marshal
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass

from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Alternative, Expansion, Inventory, Pattern, Permutation
from nlu.system.processes import end_with_parent

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

    def cover(self, lane: Lane, surfaces: Mapping[str, str], at: int, told: set[Alternative] | None) -> Rendered | None:
        """Render an utterance that says something new.

        Args:
            lane: the lane.
            surfaces: a new surface of each entity that has one; it says as many of them as fit.
            at: where in the lane's order to begin; another place gives another utterance.
            told: the alternatives of patterns that were said, to which the utterance's are added; None where any do.

        Returns:
            The utterance, its position -1; None where the lane has nothing new to say.
        """
        expansion = self.expansion(lane)
        asked = [entity for entity in sorted(expansion.entities) if entity in surfaces]
        index = Permutation(expansion.count, lane.key)(at % expansion.count)
        more = None if told is None else expansion.index_saying_more(index, told)
        if not asked and more is None:
            return None
        index = index if more is None else more
        for entity in asked:
            aimed = expansion.index_with(index, entity, surfaces[entity])
            assert aimed is not None
            index = aimed
        if told is not None:
            told.update(expansion.alternatives(index))
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
        self._orders: Iterator[_Order] = iter(())
        self._running: deque[tuple[_Order, Future[bytes]]] = deque()
        self._ready: deque[tuple[_Job, list[Rendered]]] = deque()
        self._planned: set[tuple[Lane, int]] = set()
        if processes > 1:
            spawn = multiprocessing.get_context("spawn")
            arguments = (tuple(patterns), [lexicon.entries for lexicon in lexicons])
            self._pool = ProcessPoolExecutor(processes, spawn, _open_shop, arguments)

    def plan(self, asked: Sequence[tuple[Lane, int, int]]) -> None:
        """Say what `rendered` will be asked for next, in this order, so that other processes render ahead.

        Args:
            asked: lane, first position, and about how many positions will be needed, of each lane.
        """
        if self._pool is None:
            return
        jobs = [(lane, *job) for lane, start, expected in asked for job in self._jobs(lane, start, expected)]
        self._planned = {(lane, first) for lane, first, _ in jobs}
        self._orders = _orders(jobs)
        self._running.clear()
        self._ready.clear()
        self._submit()

    def rendered(self, lane: Lane, start: int, expected: int) -> Iterator[tuple[int, list[Rendered]]]:
        """Yield chunks from `start` on, each with the position after it.

        Args:
            lane: the lane.
            start: the first position.
            expected: about how many positions will be needed; more are rendered only when they are asked for.
        """
        for first, after in self._jobs(lane, start, expected):
            is_planned = (lane, first) in self._planned
            yield after, self._next(lane, first) if is_planned else self.shop.render(lane, first, after)
            start = after
        size, stop = 16, self.shop.size(lane)  # a few of them said nothing new
        while start < stop:
            after = min(start + size, stop)
            yield after, self.shop.render(lane, start, after)
            start, size = after, min(CHUNK, 2 * size)

    def close(self) -> None:
        """Stop the other processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _jobs(self, lane: Lane, start: int, expected: int) -> Iterator[tuple[int, int]]:
        """Cut the positions that will be needed into chunks; the same here and in other processes."""
        size, needed = CHUNK, max(1, expected)
        if lane.wanted:  # about one in four has what is wanted, hence smaller chunks of more positions
            size, needed = CHUNK // 4, 4 * needed
        stop = min(self.shop.size(lane), start + needed)
        for first in range(start, stop, size):
            yield first, min(first + size, stop)

    def _submit(self) -> None:
        assert self._pool is not None
        while len(self._running) < 2 * self._processes and (order := next(self._orders, None)):
            self._running.append((order, self._pool.submit(_render, order)))

    def _next(self, lane: Lane, first: int) -> list[Rendered]:
        """Give what another process rendered; what was planned before it is needed no more."""
        while True:
            while self._ready:
                job, found = self._ready.popleft()
                if job[:2] == (lane, first):
                    return found
            order, future = self._running.popleft()
            self._submit()
            self._ready.extend(zip(order, marshal.loads(future.result()), strict=True))


_Job = tuple[Lane, int, int]
_Order = list[_Job]


def _orders(jobs: Sequence[_Job]) -> Iterator[_Order]:
    """Gather small jobs, so that each order holds about as much as a chunk: most lanes need few positions."""
    order: _Order = []
    for job in jobs:
        order.append(job)
        if sum(after - first for _, first, after in order) >= CHUNK:
            yield order
            order = []
    if order:
        yield order


_SHOPS: list[Shop] = []
"""The shop of a worker process; empty in every other process."""


def _open_shop(patterns: Sequence[Pattern], entries: Sequence[Sequence[object]]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that gives the orders
    end_with_parent()
    _SHOPS[:] = [Shop(patterns, [Lexicon(each) for each in entries])]  # type: ignore[arg-type]


def _render(order: _Order) -> bytes:
    # Plain values between copies of one program, for which marshal is quicker than pickle.
    return marshal.dumps([_SHOPS[0].render(*job) for job in order])
