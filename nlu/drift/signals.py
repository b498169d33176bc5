"""The signals: each tests a window of utterances against a reference, with a null of its own and the effect beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from nlu.drift.reading import BUCKETS
from nlu.drift.sketch import CATEGORIES, ORDERED, Array, Codes, Seen, Sketch
from nlu.drift.statistics import (
    Distance,
    Null,
    anderson_darling,
    both_tails,
    counts_null,
    excesses,
    jensen_shannon,
    psi,
)
from nlu.types import FALLBACK_INTENT

_GROWN = 0.8
"""How much of what chance may do goes to more utterances that are not understood; the rest to fewer."""
_CERTAIN = 1e-3
"""How rare a word's excess must be for the word to be named."""


@dataclass(frozen=True)
class Tested:
    """What one signal says of a window.

    Attributes:
        name: of the signal.
        chance: how likely so much is by chance.
        distance: how far the window is from the reference, by the signal's own measure, 0 for not at all.
        psi: the population stability index, where there are classes or bins.
        before: a figure of the reference that people understand: a share, or a mean.
        now: the same of the window.
        extra: `(n,)` how likely each utterance is one that the reference did not lead to expect, 0..1.
        grown: the classes that grew most: number, share in the reference, share in the window.
    """

    name: str
    chance: float
    distance: float
    psi: float | None = None
    before: float | None = None
    now: float | None = None
    extra: Array = field(default_factory=lambda: np.zeros(0), repr=False)
    grown: tuple[tuple[int, float, float], ...] = ()


@dataclass(frozen=True)
class Window:
    """Some of the utterances that were seen.

    Attributes:
        seen: all of them.
        places: which, as numbers.
    """

    seen: Seen
    places: slice

    @property
    def size(self) -> int:
        """How many."""
        return int(self.places.stop - self.places.start)

    def codes(self, signal: str) -> Codes:
        """`(n,)` the class or bin of each."""
        return self.seen.codes[signal][self.places]

    def events(self, kind: str) -> tuple[Codes, Codes]:
        """The numbers of what they hold, and which utterance of the window each belongs to."""
        numbers, owners = self.seen.events[kind]
        first, last = np.searchsorted(owners, (self.places.start, self.places.stop))
        return numbers[first:last], owners[first:last] - self.places.start


class Signals:
    """Tests windows against one reference; nulls that were drawn are kept for windows of the same size.

    Args:
        sketch: the reference.
    """

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self._nulls: dict[tuple[str, int], Null] = {}

    def test(self, window: Window) -> list[Tested]:
        """Ask every signal."""
        return [test(self, window) for test in _TESTS.values()]

    def classes(self, name: str, window: Window) -> Tested:
        """Compare shares of named classes: as a whole, and the one class that grew most."""
        reference = self._sketch.counts[name]
        counts = np.bincount(window.codes(name), minlength=len(reference)).astype(float)
        seen = float(jensen_shannon(counts, reference))
        whole = self._null(name, window.size, jensen_shannon, reference).chance(seen)
        one, _ = excesses(counts, window.size, reference, self._sketch.size)
        extra = _extra(counts, reference)[window.codes(name)]
        grown = _grown(counts, reference)
        return Tested(name, min(1.0, 2 * min(whole, one)), seen, psi(counts, reference), None, None, extra, grown)

    def bins(self, name: str, window: Window) -> Tested:
        """Compare ordered bins."""
        reference, codes = self._sketch.counts[name], window.codes(name)
        counts = np.bincount(codes, minlength=len(reference)).astype(float)
        seen = float(anderson_darling(counts, reference))
        chance = self._null(name, window.size, anderson_darling, reference).chance(seen)
        before, now = (float(one @ _middles(name) / max(one.sum(), 1)) for one in (reference, counts))
        return Tested(name, chance, seen, psi(counts, reference), before, now, _extra(counts, reference)[codes])

    def entities(self, window: Window) -> Tested:
        """Compare how many utterances have entities of each type, or none: more of them, or fewer."""
        numbers, owners = window.events("entities")
        reference, total = self._sketch.events["entities"]
        counts = np.bincount(numbers, minlength=len(reference)).astype(float)
        more, each = excesses(counts, window.size, reference, total)
        less, _ = excesses(window.size - counts, window.size, total - reference, total)
        part = _extra(counts, reference, window.size, total)
        extra = np.zeros(window.size)
        np.maximum.at(extra, owners, np.where(each < _CERTAIN, part, 0.0)[numbers])
        shares = counts / window.size, reference / total
        gap = float(np.abs(shares[0] - shares[1]).max())
        return Tested("entities", min(1.0, 2 * min(more, less)), gap, psi(counts, reference), extra=extra,
                      grown=_grown(counts, reference, window.size, total))  # fmt: skip

    def fallback(self, window: Window) -> Tested:
        """Compare how many were not understood."""
        names = self._sketch.names["intents"]
        reference = self._sketch.counts["intents"]
        at = names.index(FALLBACK_INTENT) if FALLBACK_INTENT in names else len(names) - 1
        known = FALLBACK_INTENT in names
        before = int(reference[at]) if known else 0
        told = np.array([one.intent == FALLBACK_INTENT for one in window.seen.sample.heard[window.places]])
        now, size, total = int(told.sum()), window.size, self._sketch.size
        shares = before / total, now / size
        extra = np.where(told, max(0.0, 1 - shares[0] / shares[1]) if now else 0.0, 0.0)
        chance = both_tails(now, size, before, total, upper=_GROWN)
        return Tested("fallback", chance, abs(shares[1] - shares[0]), None, *shares, extra)

    def meaning(self, window: Window) -> Tested:
        """Compare the mean of the utterances' vectors."""
        sketch, vectors = self._sketch, window.seen.sample.vectors[window.places]
        scale = np.where(sketch.spread > 1e-6, 1 / np.maximum(sketch.spread, 1e-6), 0.0)
        gap = (vectors.mean(0) - sketch.mean) * scale
        key = "meaning", window.size
        if key not in self._nulls:
            scaled = (sketch.landmarks - sketch.landmarks.mean(0)) * scale
            more = 1 + window.size / sketch.size  # the reference's own mean is not known better than its size allows
            self._nulls[key] = Null(partial(_drawn_means, scaled, window.size, more))
        seen = float(gap @ gap)
        along = (vectors - sketch.mean) * scale @ gap
        spread = max(float(along.std()), 1e-9)
        extra = np.clip((along - along.mean()) / (4 * spread), 0, 1)
        means = float(np.linalg.norm(sketch.mean)), float(np.linalg.norm(vectors.mean(0)))
        likeness = float(vectors.mean(0) @ sketch.mean / max(means[0] * means[1], 1e-9))
        return Tested("meaning", self._nulls[key].chance(seen), seen, None, 1.0, likeness, extra)

    def events(self, name: str, window: Window) -> Tested:
        """Compare how many utterances hold each thing: a new subject brings its own words."""
        numbers, owners = window.events(name)
        reference, total = self._sketch.events[name]
        counts = np.bincount(numbers, minlength=len(reference)).astype(float)
        chance, each = excesses(counts, window.size, reference, total)
        telling = each < min(_CERTAIN, 10 * each.min())
        part = _extra(counts, reference, window.size, total)
        extra = np.zeros(window.size)
        np.maximum.at(extra, owners, np.where(each < _CERTAIN, part, 0.0)[numbers])
        rarest = [at for at in np.argsort(each, kind="stable")[:40].tolist() if telling[at]]
        grown = tuple((at, float(reference[at]) / total, float(counts[at]) / window.size) for at in rarest)
        return Tested(name, chance, float(part[each < _CERTAIN].max(initial=0.0)), extra=extra, grown=grown)

    def _null(self, name: str, size: int, distance: Distance, reference: Array) -> Null:
        if (name, size) not in self._nulls:
            self._nulls[name, size] = counts_null(distance, reference, size)
        return self._nulls[name, size]


_Test = Callable[[Signals, Window], Tested]


def _classes(name: str) -> _Test:
    return lambda signals, window: signals.classes(name, window)


def _bins(name: str) -> _Test:
    return lambda signals, window: signals.bins(name, window)


def _events(name: str) -> _Test:
    return lambda signals, window: signals.events(name, window)


_TESTS: Mapping[str, _Test] = {
    **{name: _classes(name) for name in CATEGORIES},
    **{name: _bins(name) for name in ORDERED},
    "entities": Signals.entities,
    "fallback": Signals.fallback,
    "meaning": Signals.meaning,
    **{name: _events(name) for name in BUCKETS},
}
SIGNALS = tuple(_TESTS)
"""The names of all signals, in the order in which they are told."""


def _extra(window: Array, reference: Array, size: float | None = None, total: float | None = None) -> Array:
    """`(K,)` the part of each class' utterances that is more than the reference has."""
    w, r = window / max(size or window.sum(), 1), reference / max(total or reference.sum(), 1)
    return np.asarray(np.where(w > r, 1 - r / np.maximum(w, 1e-12), 0.0))


def _grown(
    window: Array, reference: Array, size: float | None = None, total: float | None = None
) -> tuple[tuple[int, float, float], ...]:
    w, r = window / max(size or window.sum(), 1), reference / max(total or reference.sum(), 1)
    order = np.argsort(r - w, kind="stable")[:5]
    return tuple((int(at), float(r[at]), float(w[at])) for at in order if w[at] > r[at])


def _middles(name: str) -> Array:
    edges = ORDERED[name]
    ends = {"confidence": (0.0, 1.0), "novelty": (0.0, 1.0), "unknown": (0.0, 1.0), "length": (0.5, 200.0)}[name]
    every = np.array([ends[0], *edges, ends[1]])
    middles = (every[1:] + every[:-1]) / 2
    if name == "unknown":
        middles[0] = 0.0
    return np.asarray(middles)


def _drawn_means(scaled: Array, size: int, more: float, rng: np.random.Generator, count: int) -> Array:
    """Squared lengths of the mean of `size` vectors drawn from some, `(count,)`."""
    drawn = rng.multinomial(size, np.full(len(scaled), 1 / len(scaled)), count) @ scaled / size
    return np.asarray((drawn**2).sum(1) * more)
