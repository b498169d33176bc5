"""What Prometheus reads of drift: the newest check in the database, the same from whichever process is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from nlu.errors import NluError

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.drift.store import Kept

Newest = Callable[[], "tuple[str, Kept] | None"]
"""Gives the served version, and its newest check; None where there is none."""
_FRESH_SECONDS = 15.0


class DriftGauges(Collector):
    """Collects the newest check, read from the database every 15 s at most; where that is away, there are no numbers.

    Args:
        newest: reads it.
    """

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._read_at = float("-inf")
        self._found: tuple[str, Kept] | None = None

    def collect(self) -> Iterable[Metric]:
        """Give all gauges."""
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            self._read_at = time.monotonic()
            try:
                self._found = self._newest()
            except NluError:
                self._found = None
        return () if self._found is None else tuple(_gauges(*self._found))


def _gauges(version: str, kept: Kept) -> Iterator[Metric]:
    check = kept.check
    reference = (check["reference"] or {}).get("kind", "none")
    alarm = _gauge("nlu_drift_alarm", "Whether what people say has moved away from the reference.", "reference",
                   "version")  # fmt: skip
    alarm.add_metric([reference, version], float(kept.alarm))
    yield alarm
    yield _value("nlu_drift_checked_timestamp_seconds", "When that was checked.", kept.time.timestamp())
    yield _value("nlu_drift_window_utterances", "Utterances that were looked at.", check["window"]["size"])
    yield _value("nlu_drift_baseline_wanted", "Served utterances that a baseline awaits.", check["baseline"]["wanted"])
    by_signal = (
        ("nlu_drift_psi", "psi", "Population stability index of a signal."),
        ("nlu_drift_chance", "adjusted", "How likely a signal is by chance, corrected for their number."),
    )
    for name, key, text in by_signal:
        found = _gauge(name, text, "signal")
        for signal in check["signals"]:
            if signal[key] is not None:
                found.add_metric([signal["name"]], signal[key])
        yield found
    movers = _gauge("nlu_drift_mover", "The records that moved the alarm most, and how much.", "place", "record")
    for place, mover in enumerate(check["movers"], 1):
        movers.add_metric([str(place), mover["id"]], mover["weight"])
    yield movers
    for name, key in (("", "value"), ("_low", "low"), ("_high", "high")):
        found = _gauge(f"nlu_estimated_accuracy{name}", "How often intents are right, estimated.", "method")
        for estimate in check["accuracy"]:
            found.add_metric([estimate["method"]], estimate[key])
        yield found


def _gauge(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=labels)


def _value(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)
