"""Publish a model: one more version in the registry, which serves nobody yet."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from types import MappingProxyType
from typing import Any

from nlu.config import Config
from nlu.store.bundle import Manifest, TokenizerInfo
from nlu.store.registry import Registry
from nlu.understanding.model import TrainedModel
from nlu.version import VERSION

_LIBRARIES = ("torch", "gensim", "pytorch-crf", "onnxruntime", "numpy", "python-mecab-ko", "python-mecab-ko-dic")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def publish(
    model: TrainedModel,
    registry: Registry,
    config: Config,
    *,
    data: Mapping[str, str] = _NOTHING,
    scores: Mapping[str, Any] = _NOTHING,
    now: datetime | None = None,
) -> str:
    """Publish a model.

    Args:
        model: what is published.
        registry: where.
        config: what it was trained with.
        data: name of each input → its SHA-256.
        scores: what was measured of it.
        now: time of the version; None for the clock's.

    Returns:
        The version.
    """
    return registry.publish(model.files(), manifest_of(config, data=data, scores=scores, now=now))


def manifest_of(
    config: Config,
    *,
    data: Mapping[str, str] = _NOTHING,
    scores: Mapping[str, Any] = _NOTHING,
    now: datetime | None = None,
) -> Manifest:
    """What a bundle says of itself; see `publish`."""
    return Manifest(
        product_version=VERSION,
        created_at=now or datetime.now(UTC),
        tokenizer=TokenizerInfo(config.tokenizer.name),
        normalization={"form": "NFC", "version": 1},
        data=data,
        settings=config.to_dict(),
        scores=scores,
        libraries={name: metadata.version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
    )
