"""What Prometheus reads of the loop: where its newest run stands, the same from whichever process is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from nlu.errors import NluError

if TYPE_CHECKING:  # it brings SQLAlchemy, which is loaded beside the requests, not before the first answer
    from nlu.adjustment.runs import LoopRun

_FRESH_SECONDS = 15.0


class LoopGauge(Collector):
    """Collects the state of the newest run, read every 15 s at most; none where there is no run, or no database.

    Args:
        newest: reads it.
    """

    def __init__(self, newest: Callable[[], LoopRun | None]) -> None:
        self._newest = newest
        self._read_at = float("-inf")
        self._run: LoopRun | None = None

    def collect(self) -> Iterable[Metric]:
        """Give the gauge: 1 with the state as a label."""
        if time.monotonic() - self._read_at > _FRESH_SECONDS:
            self._read_at = time.monotonic()
            try:
                self._run = self._newest()
            except NluError:
                self._run = None
        found = GaugeMetricFamily("nlu_loop_run", "Where the newest run of the loop stands.", labels=("state",))
        if self._run is not None:
            found.add_metric([self._run.state], 1.0)
        return (found,)
