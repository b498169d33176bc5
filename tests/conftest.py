"""Settings that all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine is no fault of the code under test, so the clock fails no property.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests marked `gpu` where there is no CUDA device."""
    with_gpu = [item for item in items if item.get_closest_marker("gpu")]
    if with_gpu and not _has_cuda():
        config.hook.pytest_deselected(items=with_gpu)
        items[:] = [item for item in items if item not in with_gpu]


def _has_cuda() -> bool:
    import torch

    return torch.cuda.is_available()
