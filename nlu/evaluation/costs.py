"""What a model costs: bytes of its bundle by part, milliseconds of an answer, seconds of its training, and where."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

import numpy as np

PERCENTILES = (50, 95, 99)
_WARM_UP = 20
"""Answers that are left out, while caches fill."""
_LIBRARIES = ("numpy", "onnxruntime", "python-mecab-ko", "torch")


@dataclass(frozen=True)
class Costs:
    """What a model costs.

    Attributes:
        bytes: file of the bundle → its bytes.
        milliseconds: percentile → what so many utterances take at most, one at a time, in this process.
        training_seconds: stage of the training → how long it took; nothing where that is not known.
        environment: where that was measured: versions, processor, cores.
    """

    bytes: Mapping[str, int]
    milliseconds: Mapping[str, float]
    training_seconds: Mapping[str, float]
    environment: Mapping[str, str | int]

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return asdict(self) | {"bytes_in_all": sum(self.bytes.values())}


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """Summarise how long answers took, in milliseconds; the first few are left out where there are more.

    Example:
        >>> percentiles([0.001] * 99 + [0.1])
        {'p50': 1.0, 'p95': 1.0, 'p99': 21.79}
    """
    warm = list(seconds[_WARM_UP:]) or list(seconds)
    if not warm:
        return {}
    found = np.percentile(np.array(warm) * 1000, PERCENTILES)
    return {f"p{percent}": round(float(value), 3) for percent, value in zip(PERCENTILES, found, strict=True)}


def environment() -> dict[str, str | int]:
    """Where this process runs: Python, libraries that answer and learn, the system, and cores that it may use."""
    versions = {name: _version(name) for name in _LIBRARIES}
    return {
        "python": platform.python_version(),
        **{name: version for name, version in versions.items() if version},
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
