"""One window against one reference: every signal, corrected for their number, and the utterances that moved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nlu.drift.accuracy import Estimate, estimates
from nlu.drift.reading import BUCKETS, Reader, bucket
from nlu.drift.sample import Heard
from nlu.drift.signals import SIGNALS, Signals, Tested, Window
from nlu.drift.sketch import Kind, Seen, Sketch

WINDOW = 500
"""Utterances that are looked at together."""
LEAST = 100
"""Fewer are not tested: hardly anything could be told."""
ALARM = 0.002
"""How often a window may raise an alarm by chance: asked ten times a day, less than once a month (`benchmarks`)."""
MOVERS = 10
_WEIGHTS = {"words": 8.0, "answers": 4.0, "fallback": 4.0, "intents": 2.0}
"""How much of what chance may do goes to a signal; the others have 1. A new subject shows in its words first, and what
the bot is not for in what it does not understand."""


@dataclass(frozen=True)
class Finding:
    """What one signal says, beside the others.

    Attributes:
        tested: the signal by itself.
        adjusted: how likely any of the signals would say as much by chance.
        is_alarm: whether that is less than may be.
        grown: what the classes that grew are called, and their shares before and now.
    """

    tested: Tested
    adjusted: float
    is_alarm: bool
    grown: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True)
class Mover:
    """An utterance that the reference did not lead to expect.

    Attributes:
        heard: the utterance.
        signals: those that it moved, the most first.
        spans: where in the text the words are that there were too many of: start, end.
        weight: how much it moved, 0..1.
    """

    heard: Heard
    signals: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    weight: float


@dataclass(frozen=True)
class Check:
    """What is known of a window.

    Attributes:
        kind: what the reference is made of.
        reference_size: of how many utterances.
        size: utterances of the window.
        is_alarm: whether any signal raises an alarm.
        findings: one a signal, the least likely first; none where the window is too small.
        movers: the utterances behind the alarm, those that moved most first; none without one.
        accuracy: estimates of how often the model is right; never a reason for an alarm by themselves.
        window: the utterances, by their places.
    """

    kind: Kind
    reference_size: int
    size: int
    is_alarm: bool
    findings: tuple[Finding, ...]
    movers: tuple[Mover, ...]
    accuracy: tuple[Estimate, ...]
    heard: tuple[Heard, ...] = field(default=(), repr=False)

    def to_dict(self, *, with_text: bool) -> dict[str, Any]:
        """As JSON values.

        Args:
            with_text: whether the movers say their texts; without, only the ids of their records, so that what is kept
                tells nothing that was said.
        """
        times = [one.time for one in self.heard if one.time is not None]
        return {
            "alarm": self.is_alarm,
            "reference": {"kind": self.kind, "size": self.reference_size},
            "window": {
                "size": self.size,
                "from": min(times).isoformat() if times else None,
                "to": max(times).isoformat() if times else None,
            },
            "signals": [_finding(one) for one in self.findings],
            "movers": [_mover(one, with_text) for one in self.movers],
            "accuracy": [
                {"method": one.method, "value": one.value, "low": one.low, "high": one.high, "count": one.count}
                for one in self.accuracy
            ],
        }


class Checker:
    """Checks windows against one reference.

    Args:
        sketch: the reference.
        reader: of the model that answered.
        alarm: how often a window may raise an alarm by chance.
    """

    def __init__(self, sketch: Sketch, reader: Reader, alarm: float = ALARM) -> None:
        self.sketch = sketch
        self._reader = reader
        self._signals = Signals(sketch)
        self._alarm = alarm

    def raises(self, seen: Seen, places: slice) -> bool:
        """Tell only whether a window raises an alarm."""
        found = self._signals.test(Window(seen, places))
        return bool(min(adjusted([one.chance for one in found])) < self._alarm)

    def check(self, seen: Seen, places: slice | None = None) -> Check:
        """Check a window.

        Args:
            seen: the utterances, as the reference sees them.
            places: which of them; None for all.
        """
        window = Window(seen, places or slice(0, len(seen)))
        heard = seen.sample.heard[window.places]
        estimated = tuple(estimates(seen.sample.take(window.places), self.sketch.expected))
        if window.size < LEAST:
            return Check(self.sketch.kind, self.sketch.size, window.size, False, (), (), estimated, heard)
        found = self._signals.test(window)
        levels = adjusted([one.chance for one in found])
        findings = [
            Finding(one, level, bool(level < self._alarm), tuple(self._named(one)))
            for one, level in zip(found, levels, strict=True)
        ]
        findings.sort(key=lambda one: (one.adjusted, SIGNALS.index(one.tested.name)))
        alarms = [one.tested for one in findings if one.is_alarm]
        movers = tuple(self._movers(alarms, heard))
        return Check(self.sketch.kind, self.sketch.size, window.size, bool(alarms), tuple(findings), movers, estimated,
                     heard)  # fmt: skip

    def _named(self, tested: Tested) -> Iterator[tuple[str, float, float]]:
        for at, before, now in tested.grown:
            if tested.name in self.sketch.names:
                yield self.sketch.names[tested.name][at], before, now

    def _movers(self, alarms: Sequence[Tested], heard: Sequence[Heard]) -> Iterator[Mover]:
        if not alarms:
            return
        weights = np.array([-np.log10(max(one.chance, 1e-12)) for one in alarms])
        parts = np.stack([one.extra for one in alarms]) * (weights / weights.sum())[:, None]
        total = parts.sum(0)
        told: set[str] = set()
        for at in np.argsort(-total, kind="stable").tolist():
            if len(told) == MOVERS or total[at] <= 0:
                return
            if heard[at].text in told:
                continue
            told.add(heard[at].text)
            order = np.argsort(-parts[:, at], kind="stable")
            names = tuple(alarms[one].name for one in order.tolist() if parts[one, at] > 0)
            yield Mover(heard[at], names, self._spans(alarms, heard[at]), float(total[at]))

    def _spans(self, alarms: Sequence[Tested], heard: Heard) -> tuple[tuple[int, int], ...]:
        """Where the words are that there were too many of."""
        telling = {one.name: {at for at, _, _ in one.grown} for one in alarms if one.name in BUCKETS}
        found: set[tuple[int, int]] = set()
        for token in self._reader.content(heard.text):
            numbers = {
                "words": bucket("words", token.text),
                "answers": bucket("answers", f"{heard.intent} {token.text}"),
            }
            start = heard.text.find(token.text)
            if start >= 0 and any(numbers[name] in several for name, several in telling.items()):
                found.add((start, start + len(token.text)))
        return tuple(sorted(found))


def adjusted(chances: Sequence[float]) -> list[float]:
    """Correct the chances of all signals, in their order, for their number, each by its weight.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, with weights.
    """
    weights = np.array([_WEIGHTS.get(name, 1.0) for name in SIGNALS])
    weighed = np.array(chances) / weights
    levels, most, left = np.ones(len(chances)), 0.0, float(weights.sum())
    for at in np.argsort(weighed, kind="stable").tolist():
        most = max(most, min(1.0, weighed[at] * left))
        levels[at] = most
        left -= weights[at]
    return [float(one) for one in levels]


def _finding(finding: Finding) -> dict[str, Any]:
    tested = finding.tested
    return {
        "name": tested.name,
        "alarm": finding.is_alarm,
        "chance": tested.chance,
        "adjusted": finding.adjusted,
        "distance": tested.distance,
        "psi": tested.psi,
        "before": tested.before,
        "now": tested.now,
        "grown": [{"name": name, "before": before, "now": now} for name, before, now in finding.grown],
    }


def _mover(mover: Mover, with_text: bool) -> dict[str, Any]:
    heard = mover.heard
    about: Mapping[str, Any] = {"text": heard.text} if with_text else {}
    return {
        "id": heard.id,
        **about,
        "intent": heard.intent,
        "confidence": heard.confidence,
        "signals": list(mover.signals),
        "spans": [list(span) for span in mover.spans],
        "weight": mover.weight,
    }
