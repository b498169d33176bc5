"""`GET /metrics` for Prometheus: what the server did, summed over all its processes.

Where several processes answer, each keeps its numbers in files of a folder that all share, named by
`PROMETHEUS_MULTIPROC_DIR`; `server.production.shared_folder` makes it. A process that dies leaves its counts there.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, values
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from nlu.errors import NluError
from nlu.journal.writer import RecordingStatistics
from nlu.types import Parse
from nlu.understanding.reasons import Explanation
from server.live_model import Loader, Parser

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
        self._requests = Counter(
            "nlu_http_requests", "Requests answered.", ("route", "method", "status"), registry=registry
        )
        self._request_seconds = Histogram(
            "nlu_http_request_duration_seconds",
            "Time from a request's arrival in the app to its answer.",
            ("route",),
            buckets=SECONDS,
            registry=registry,
        )
        self._parse_seconds = Histogram(
            "nlu_parse_duration_seconds",
            "Time the parser took for the utterances of one request.",
            buckets=SECONDS,
            registry=registry,
        )
        self._parses = Counter("nlu_parses", "Utterances parsed, by intent.", ("intent",), registry=registry)
        self._fallbacks = Counter("nlu_fallbacks", "Utterances not understood.", registry=registry)
        self._entities = Counter("nlu_entities", "Entities found, by type.", ("entity",), registry=registry)
        self._unknown = Histogram(
            "nlu_unknown_syllable_ratio",
            "Share of an utterance's syllables that training never saw.",
            buckets=SHARES,
            registry=registry,
        )
        self._model = Gauge(
            "nlu_model_processes",
            "Processes that serve a version of the model.",
            ("version",),
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._degraded = Gauge(
            "nlu_model_degraded_processes",
            "Processes that don't serve the active version, since it can't be loaded.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._loads = Counter("nlu_model_loads", "Versions of the model put into service.", registry=registry)
        self._failed_loads = Counter(
            "nlu_model_load_failures", "Times the active version could not be loaded.", registry=registry
        )
        self._served: str | None = None
        self._series: dict[tuple[object, ...], Any] = {}
        self._recording = _RecordingMetrics(registry)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request.

        Args:
            route: the rule that took it, or `UNKNOWN_ROUTE`.
            method: its method.
            status: the answer's status.
            seconds: how long it took.
        """
        self._of(self._requests, route, method if method in _METHODS else "other", str(status)).inc()
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
        """Note that the active version could not be loaded."""
        self._failed_loads.inc()
        self._degraded.set(1)

    def recording(self, statistics: RecordingStatistics) -> None:
        """Take over what the recorder tells of itself; to be called whenever that has changed."""
        self._recording.update(statistics)

    def measured(self, load: Loader) -> Loader:
        """Make a loader whose parsers are counted."""
        return lambda folder: MeasuredParser(load(folder), self)

    def render(self, accept: str) -> tuple[bytes, str]:
        """Write all numbers of all processes, and tell the content type, in the format a scraper accepts."""
        encode, content_type = choose_encoder(accept)
        if self._folder is None:
            return encode(self._registry), content_type
        forget_dead_processes(Path(self._folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, self._folder)
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

    def is_whole(self, *, several_processes: bool) -> bool:
        """Whether `render` speaks for all processes of the server."""
        return self._folder is not None or not several_processes


class MeasuredParser:
    """A parser that counts what it answers."""

    def __init__(self, parser: Parser, metrics: Metrics) -> None:
        self.version = parser.version
        self.intents = parser.intents
        self._parser = parser
        self._metrics = metrics

    def parse(self, text: str, *, intents: Collection[str] | None = None, top_n: int | None = None) -> Parse:
        """Parse one utterance."""
        began = perf_counter()
        parse = self._parser.parse(text, intents=intents, top_n=top_n)
        self._metrics.parsed((parse,), perf_counter() - began)
        return parse

    def parse_many(
        self, texts: Sequence[str], *, intents: Collection[str] | None = None, top_n: int | None = None
    ) -> list[Parse]:
        """Parse several utterances."""
        began = perf_counter()
        parses = self._parser.parse_many(texts, intents=intents, top_n=top_n)
        self._metrics.parsed(parses, perf_counter() - began)
        return parses

    def explain(self, parse: Parse, *, intents: Collection[str] | None = None) -> Explanation:
        """Say why an answer came out as it did."""
        return self._parser.explain(parse, intents=intents)


class _RecordingMetrics:
    """The recorder's totals as counters: what was added since the last look is added here."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._queued = Gauge(
            "nlu_records_queued",
            "Records of parses that wait to be written.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._counters = {
            "written": Counter("nlu_records_written", "Records of parses written.", registry=registry),
            "dropped": Counter("nlu_records_dropped", "Records lost: no room, refused, or the end.", registry=registry),
            "failed": Counter("nlu_record_write_failures", "Attempts to write records that failed.", registry=registry),
        }
        self._seen = dict.fromkeys(self._counters, 0)
        self._lock = Lock()

    def update(self, statistics: RecordingStatistics) -> None:
        with self._lock:
            self._queued.set(statistics.queued)
            for name, counter in self._counters.items():
                total = getattr(statistics, name)
                counter.inc(max(0, total - self._seen[name]))
                self._seen[name] = total
