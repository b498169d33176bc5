"""A candidate that answers a share of the users, and gives way where it fails, is slower, or understands less."""

from __future__ import annotations

import statistics
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence

from nlu.adjustment.judge import Answers, Bounds, find_fault
from nlu.errors import NluError
from nlu.events import Notice
from nlu.store.trials import Trial, is_chosen
from nlu.types import FALLBACK_INTENT, Parse
from nlu.understanding.asked_at import AskedAt
from nlu.understanding.reasons import Explanation
from server.parser import Parser

_TIMES = 200
"""Of so many of its last answers the middle time is taken."""


class Tally:
    """What one of two versions answered in this process while they are tried; several threads may count at once."""

    def __init__(self, slow_seconds: float) -> None:
        self._slow_seconds = slow_seconds
        self._counting = threading.Lock()
        self._count = self._fallbacks = self._failures = self._slow = 0
        self._error = ""
        self._seconds: deque[float] = deque(maxlen=_TIMES)

    def add(self, parses: Sequence[Parse], seconds: float) -> None:
        """Count the answers of one request, which took so long together."""
        one = seconds / max(1, len(parses))
        with self._counting:
            self._count += len(parses)
            self._fallbacks += sum(parse.fallback.is_fallback for parse in parses)
            self._slow += one > self._slow_seconds
            self._seconds.append(one)

    def add_failure(self, count: int, error: Exception) -> None:
        """Count a request of so many utterances that failed."""
        with self._counting:
            self._count += count
            self._failures += 1
            self._error = _said(error)

    def answers(self) -> Answers:
        """The figures so far; complaints come later, and are not known here."""
        with self._counting:
            seconds = statistics.median(self._seconds) if self._seconds else None
            return Answers(self._count, self._fallbacks, 0, self._failures, self._error, self._slow, seconds)


class _Counted:
    """A parser whose answers are counted."""

    def __init__(self, parser: Parser, tally: Tally) -> None:
        self.version = parser.version
        self.intents = parser.intents
        self.explain = parser.explain
        self._parser = parser
        self._tally = tally

    def parse_many(
        self,
        texts: Sequence[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        began = time.perf_counter()
        parses = self._parser.parse_many(texts, intents=intents, top_n=top_n, asked_at=asked_at)
        self._tally.add(parses, time.perf_counter() - began)
        return parses


class _Guarded:
    """The candidate; whatever it fails to answer, the active version answers."""

    def __init__(self, canary: Canary, candidate: Parser, active: Parser, tally: Tally) -> None:
        self.version = candidate.version
        self.intents = candidate.intents
        self._canary = canary
        self._candidate = _Counted(candidate, tally)
        self._active = active
        self._tally = tally

    def parse_many(
        self,
        texts: Sequence[str],
        *,
        intents: Collection[str] | None = None,
        top_n: int | None = None,
        asked_at: AskedAt | None = None,
    ) -> list[Parse]:
        if intents is not None and not set(intents) <= {*self.intents, FALLBACK_INTENT}:
            # Only the active version knows them, or says that nobody does.
            return self._active.parse_many(texts, intents=intents, top_n=top_n, asked_at=asked_at)
        try:
            parses = self._candidate.parse_many(texts, intents=intents, top_n=top_n, asked_at=asked_at)
        except Exception as error:  # whatever is wrong with the candidate, the user gets an answer
            # Or neither version gives one.
            parses = self._active.parse_many(texts, intents=intents, top_n=top_n, asked_at=asked_at)
            self._tally.add_failure(len(texts), error)
            self._canary.look()
            return parses
        self._canary.look()
        return parses

    def explain(self, parse: Parse, *, intents: Collection[str] | None = None) -> Explanation:
        if parse.version != self.version:
            return self._active.explain(parse, intents=intents)
        try:
            return self._candidate.explain(parse, intents=intents)
        except Exception as error:
            self._tally.add_failure(1, error)
            self._canary.look()
            (again,) = self._active.parse_many((parse.text,), intents=intents)
            return self._active.explain(again, intents=intents)


class Canary:
    """A trial of a candidate in this process.

    Args:
        trial: which share of whom.
        candidate: answers them.
        active: answers the others, and for the candidate where it fails.
        on_fault: is told once why the candidate must stop; from then on the active version answers all.
        bounds: what the candidate may do worse.
    """

    def __init__(
        self,
        trial: Trial,
        candidate: Parser,
        active: Parser,
        on_fault: Callable[[Trial, Notice], None],
        bounds: Bounds | None = None,
    ) -> None:
        self.trial = trial
        self._bounds = bounds or Bounds()
        self._active_tally, self._tally = Tally(self._bounds.slow_seconds), Tally(self._bounds.slow_seconds)
        self._active = _Counted(active, self._active_tally)
        self._guarded = _Guarded(self, candidate, active, self._tally)
        self._on_fault = on_fault
        self._looking = threading.Lock()
        self.is_over = False

    def chooses(self, key: str) -> bool:
        """Whether the candidate answers whoever has this key."""
        return not self.is_over and is_chosen(self.trial, key)

    def parser(self, key: str | None) -> Parser:
        """Give the parser for whoever has this key; the active version's where there is none."""
        return self._guarded if key is not None and self.chooses(key) else self._active

    @property
    def answers(self) -> tuple[Answers, Answers]:
        """What the active version and the candidate answered in this process."""
        return self._active_tally.answers(), self._tally.answers()

    def look(self) -> None:
        """Stop the candidate where it is surely worse; to be called after each of its answers."""
        fault = find_fault(*self.answers, self._bounds)
        if fault is None:
            return
        with self._looking:
            if self.is_over:
                return
            self.is_over = True
        self._on_fault(self.trial, fault)


def _said(error: Exception) -> str:
    """Its kind alone where it is no error of ours: another's may quote what somebody said."""
    return str(error) if isinstance(error, NluError) else type(error).__name__
