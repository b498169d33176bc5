"""`GET /metrics` for Prometheus: what the server did, summed over all its processes.

Where several processes answer, each keeps its numbers in files of a folder that all share, named by
`PROMETHEUS_MULTIPROC_DIR`; `server.production.shared_folder` makes it. A process that dies leaves its counts there.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from nlu.errors import NluError
from nlu.journal.writer import RecordingStatistics
from nlu.types import Parse

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
UNKNOWN_ROUTE = "unknown"
"""The label of all requests that no route takes, so that a scanner can't fill the memory with names."""

SECONDS = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SHARES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
_Metric = TypeVar("_Metric", Counter, Histogram)
_MOST_LOOKS = 100
_LOOK_SECONDS = 0.01
"""How often, and how far apart, to look again at a file that another process has made but not yet written to."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def method_of(method: str) -> str:
    """Name a request's method, in numbers and in the log; one that nobody knows may be any text."""
    return method if method in _METHODS else "other"


def forget_dead_processes(folder: Path) -> None:
    """Drop what only a living process may say, such as which version it serves; counts stay."""
    for process in {int(path.stem.rpartition("_")[2]) for path in folder.glob("gauge_live*_*.db")}:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process, str(folder))


class MetricsUnavailable(NluError):
    """One process of several was asked, and knows nothing of the others."""


class Metrics:
    """The numbers of one app.

    Example:
        >>> metrics = Metrics()
        >>> metrics.answered("/parse", "POST", 200, 0.002)
        >>> b'nlu_http_requests_total{method="POST",route="/parse",status="200"} 1.0' in metrics.render("")[0]
        True
    """

    def __init__(self) -> None:
        # The library chose at its import between memory and files; the folder may have been named since.
        values.ValueClass = values.get_value_class()
        self._folder = os.environ.get(FOLDER_VARIABLE)
        self._registry = registry = CollectorRegistry()
        counter, histogram = partial(Counter, registry=registry), partial(Histogram, registry=registry)
        gauge = partial(Gauge, multiprocess_mode="livesum", registry=registry)
        self._requests = counter("nlu_http_requests", "Requests answered.", ("route", "method", "status"))
        arrival = "Time from a request's arrival in the app to its answer."
        self._request_seconds = histogram("nlu_http_request_duration_seconds", arrival, ("route",), buckets=SECONDS)
        parsing = "Time the parser took for the utterances of one request."
        self._parse_seconds = histogram("nlu_parse_duration_seconds", parsing, buckets=SECONDS)
        self._parses = counter("nlu_parses", "Utterances parsed, by intent.", ("intent",))
        self._fallbacks = counter("nlu_fallbacks", "Utterances not understood.")
        self._entities = counter("nlu_entities", "Entities found, by type.", ("entity",))
        unknown = "Share of an utterance's syllables that training never saw."
        self._unknown = histogram("nlu_unknown_syllable_ratio", unknown, buckets=SHARES)
        self._model = gauge("nlu_model_processes", "Processes that serve a version of the model.", ("version",))
        degraded = "Processes that don't serve the active version, since it can't be loaded."
        self._degraded = gauge("nlu_model_degraded_processes", degraded)
        self._loads = counter("nlu_model_loads", "Versions of the model put into service.")
        self._failed_loads = counter("nlu_model_load_failures", "Times the active version could not be loaded.")
        trying = "Processes in which a candidate answers some users."
        self._canary_processes = gauge("nlu_canary_processes", trying, ("version",))
        stopped = "Trials of candidates that were stopped because they failed."
        self._stopped = counter("nlu_trials_stopped", stopped, ("kind", "reason"))
        self._shadowed = {
            "compared": counter("nlu_shadow_compared", "Answers that a shadow was compared with."),
            "differing": counter("nlu_shadow_differing", "Answers that a shadow gave otherwise."),
            "failed": counter("nlu_shadow_failures", "Utterances that a shadow failed to answer."),
            "dropped": counter("nlu_shadow_dropped", "Answers that had no room to wait for a shadow."),
        }
        self._shadow_memory = gauge("nlu_shadow_memory_bytes", "Memory of the process in which a shadow answers.")
        self._queued = gauge("nlu_records_queued", "Records of parses that wait to be written.")
        self._recorded = {
            "written": counter("nlu_records_written", "Records of parses written."),
            "dropped": counter("nlu_records_dropped", "Records lost: no room, refused, or the end."),
            "failed": counter("nlu_record_write_failures", "Attempts to write records that failed."),
            "renewed": counter("nlu_records_files_lost", "Times the file of records was deleted or moved."),
        }
        self._recorded_before = RecordingStatistics()
        self._recording = Lock()
        self._collectors: list[Collector] = []
        self._served: str | None = None
        self._canary: str | None = None
        self._series: dict[tuple[object, ...], Any] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request.

        Args:
            route: the rule that took it, or `UNKNOWN_ROUTE`.
            method: its method.
            status: the answer's status.
            seconds: how long it took.
        """
        self._of(self._requests, route, method_of(method), str(status)).inc()
        self._of(self._request_seconds, route).observe(seconds)

    def parsed(self, parses: Sequence[Parse], seconds: float) -> None:
        """Count the utterances of one request, which took the parser so many seconds together."""
        self._parse_seconds.observe(seconds)
        for parse in parses:
            self._of(self._parses, str(parse.intent.name)).inc()
            self._unknown.observe(parse.unknown_ratio)
            if parse.fallback.is_fallback:
                self._fallbacks.inc()
            for entity in parse.entities:
                self._of(self._entities, entity.entity).inc()

    def model_served(self, version: str) -> None:
        """Note that this process serves the active version."""
        if version != self._served:
            self._loads.inc()
        self._degraded.set(0)
        if self._served is not None:
            self._model.labels(self._served).set(0)  # what is in a file of several processes can't be removed
        self._model.labels(version).set(1)
        self._served = version

    def model_failed(self) -> None:
        """Note that the active version could not be loaded, whatever is served instead."""
        self._failed_loads.inc()
        self._degraded.set(1)

    def canary_served(self, version: str | None) -> None:
        """Note which candidate answers some users in this process; None for none."""
        if version == self._canary:
            return
        if self._canary is not None:
            self._canary_processes.labels(self._canary).set(0)
        if version is not None:
            self._canary_processes.labels(version).set(1)
        self._canary = version

    def trial_stopped(self, kind: str, reason: str) -> None:
        """Count a candidate's trial that was stopped because it failed."""
        self._stopped.labels(kind, reason).inc()

    def shadow_dropped(self) -> None:
        """Count an answer that a shadow is not asked about, for want of room."""
        self._shadowed["dropped"].inc()

    def shadow_answered(self, *, differs: bool = False, failed: bool = False) -> None:
        """Count what a shadow made of an utterance."""
        for name, is_so in (("compared", not failed), ("differing", differs), ("failed", failed)):
            self._shadowed[name].inc(is_so)

    def shadow_memory(self, size: int) -> None:
        """Note how many bytes this process, in which a shadow answers, takes."""
        self._shadow_memory.set(size)

    def recording(self, statistics: RecordingStatistics) -> None:
        """Count what was added to the recorder's totals; to be called whenever they have changed."""
        with self._recording:
            self._queued.set(statistics.queued)
            for name, counter in self._recorded.items():
                counter.inc(max(0, getattr(statistics, name) - getattr(self._recorded_before, name)))
            self._recorded_before = statistics

    def collect_from(self, collector: Collector) -> None:
        """Tell what a collector gives, too: the same from whichever process is asked."""
        self._collectors.append(collector)
        self._registry.register(collector)

    def render(self, accept: str, *, several_processes: bool = False) -> tuple[bytes, str]:
        """Write all numbers of all processes, and tell the content type, in the format a scraper accepts.

        Raises:
            MetricsUnavailable: several processes answer, and share no folder.
        """
        encode, content_type = choose_encoder(accept)
        if self._folder is None:
            if several_processes:
                raise MetricsUnavailable("metrics.not_shared")
            return encode(self._registry), content_type
        forget_dead_processes(Path(self._folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, self._folder)
        for collector in self._collectors:
            registry.register(collector)
        for _ in range(_MOST_LOOKS):
            with suppress(struct.error):
                return encode(registry), content_type
            time.sleep(_LOOK_SECONDS)
        return encode(registry), content_type

    def _of(self, metric: _Metric, *labels: str) -> _Metric:
        """The one series of a metric with these labels; looked up here, since the library takes its time."""
        key = (metric, *labels)
        found = self._series.get(key)
        if found is None:
            found = self._series[key] = metric.labels(*labels)
        return found
