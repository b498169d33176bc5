"""One pass over the records: count the days, keep a baseline, check the newest window; no answer waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nlu.database.engine import Database
from nlu.drift.check import WINDOW, Check, Checker
from nlu.drift.page_hinkley import Rate, changes
from nlu.drift.reading import Reader
from nlu.drift.sample import Heard
from nlu.drift.sketch import Sketch
from nlu.drift.store import Baseline, Day, DriftStore
from nlu.store.bundle import Bundle

BASELINE = 2_000
"""Served utterances of which a baseline is made, where the bundle's sketch is not of what people wrote."""
_RECENT = timedelta(days=3)
"""How long a change of a daily rate is an alarm."""


@dataclass(frozen=True)
class Standing:
    """What is compared with what, before anything is tested.

    Attributes:
        sketch: the reference; None where there is none yet.
        baseline: the baseline, where the reference is one.
        wanted: how many served utterances a baseline is made of, where one is awaited; else 0.
        served: how many there are.
    """

    sketch: Sketch | None
    baseline: Baseline | None
    wanted: int
    served: int


@dataclass(frozen=True)
class Passed:
    """What a pass found.

    Attributes:
        standing: what was compared with what.
        check: of the newest window; None without a reference.
        heard: the window.
        days: what was counted of each day.
        moved: the days at which a daily rate moved for good: what moved → the days.
        is_alarm: whether the window, or a daily rate of the last days, raises an alarm.
    """

    standing: Standing
    check: Check | None
    heard: tuple[Heard, ...]
    days: tuple[Day, ...]
    moved: Mapping[str, tuple[str, ...]]
    is_alarm: bool

    def to_dict(self, *, with_text: bool) -> dict[str, Any]:
        """As JSON values; see `Check.to_dict`."""
        found: dict[str, Any] = self.check.to_dict(with_text=with_text) if self.check else {}
        baseline = self.standing.baseline
        reference = found.pop("reference", None)
        if reference is not None and baseline is not None:
            reference |= {"time": baseline.time.isoformat(), "chosen": baseline.is_chosen}
        return {
            "window": {"size": len(self.heard), "from": None, "to": None},
            "signals": [],
            "movers": [],
            "accuracy": [],
            **found,
            "reference": reference,
            "alarm": self.is_alarm,
            "baseline": {"wanted": self.standing.wanted, "served": self.standing.served},
            "moved": {name: list(several) for name, several in self.moved.items()},
        }


def pass_over(
    database: Database, bundle: Bundle, now: datetime, *, window: int = WINDOW, baseline: int = BASELINE
) -> Passed:
    """Look at what a version was asked last, and keep what was found.

    Args:
        database: holds the records.
        bundle: the version.
        now: the time.
        window: utterances that are looked at together.
        baseline: utterances of which a baseline is made.

    Raises:
        BundleError: the bundle lacks what is needed of it.
        DatabaseUnavailable: the database can't be used at the moment.
    """
    store = DriftStore(database, bundle.version)
    store.count_days(now)
    reader = Reader.open(bundle)
    standing = _standing(store, bundle, reader, now, baseline)
    heard = tuple(store.newest(window))
    check = None
    if standing.sketch is not None and heard:
        check = Checker(standing.sketch, reader).check(standing.sketch.look(reader.read(heard)))
    days = tuple(store.days())
    moved = moved_rates(days)
    recent = (now - _RECENT).date().isoformat()
    is_alarm = bool(check and check.is_alarm) or any(day >= recent for several in moved.values() for day in several)
    passed = Passed(standing, check, heard, days, moved, is_alarm)
    store.keep(passed.to_dict(with_text=False), now)
    return passed


def rebase(database: Database, bundle: Bundle, now: datetime, size: int = BASELINE) -> Sketch:
    """Take what was served last for what is usual, from now on.

    Args:
        database: holds the records.
        bundle: the version.
        now: the time.
        size: how many of the newest utterances.

    Raises:
        ValueError: there are hardly any.
    """
    store = DriftStore(database, bundle.version)
    sketch = Sketch.of(Reader.open(bundle).read(store.newest(size)), "served", _expected(bundle))
    store.set_baseline(sketch, now, is_chosen=True)
    return sketch


def moved_rates(days: tuple[Day, ...]) -> dict[str, tuple[str, ...]]:
    """The days at which the rate of what was not understood, or the mean confidence, moved for good."""
    rates = {
        "fallback": [Rate(day.fallbacks, day.count) for day in days],
        "confidence": [Rate(day.counts.get("confidence_sum", 0.0), day.count) for day in days],
    }
    return {name: tuple(days[at].day for at in changes(several)) for name, several in rates.items()}


def _standing(store: DriftStore, bundle: Bundle, reader: Reader, now: datetime, size: int) -> Standing:
    """Choose the reference: a baseline, else the bundle's sketch; make the baseline when there is enough for one."""
    own, baseline, served = Sketch.read(bundle), store.baseline(), store.count()
    awaits = baseline is None and (own is None or own.kind == "generated")
    if awaits and served >= size:
        sketch = Sketch.of(reader.read(store.first(size)), "served", _expected(bundle))
        store.set_baseline(sketch, now, is_chosen=False)
        baseline, awaits = Baseline(sketch, now, False), False
    return Standing(baseline.sketch if baseline else own, baseline, size if awaits else 0, served)


def _expected(bundle: Bundle) -> Any:
    """What labels said of utterances that were held out at the training: served ones have no labels."""
    own = Sketch.read(bundle)
    return own.expected if own else None
