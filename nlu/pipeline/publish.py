"""Publish a model: one more version in the registry, which serves nobody yet."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from nlu.config import Config
from nlu.pipeline.model_card import card
from nlu.store.bundle import DRAFT, Manifest, TokenizerInfo
from nlu.store.registry import Registry
from nlu.understanding.model import TrainedModel
from nlu.version import VERSION

_LIBRARIES = ("torch", "gensim", "pytorch-crf", "onnxruntime", "numpy", "python-mecab-ko", "python-mecab-ko-dic")


DATA_MANIFEST = "data_manifest.json"
"""The file of a bundle that is a copy of the manifest of the data that the model learned from."""


def publish(
    model: TrainedModel,
    registry: Registry,
    manifest: Manifest,
    *,
    beside: Mapping[str, bytes] | None = None,
    measured: Mapping[str, bytes] | None = None,
) -> str:
    """Publish a model under what `manifest_of` says of it, and give its version.

    Args:
        model: answers.
        registry: where to.
        manifest: what the bundle says of itself.
        beside: further files of the bundle, which the model does not read, by their names.
        measured: the files of the model that was measured, which later candidates are compared with.
    """
    return registry.publish({**model.files(), **(beside or {}), **card(model, manifest)}, manifest, measured)


def manifest_of(
    config: Config,
    data: Mapping[str, str] | None = None,
    scores: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    *,
    draft: bool = False,
) -> Manifest:
    """What a bundle says of itself.

    Args:
        config: what the model was trained with.
        data: name of each input → its SHA-256.
        scores: what was measured of it.
        now: time of the version; None for the clock's.
        draft: whether it was trained only to try it.
    """
    return Manifest(
        product_version=VERSION,
        created_at=now or datetime.now(UTC),
        tokenizer=TokenizerInfo(config.tokenizer.name),
        normalization={"form": "NFC", "version": 1},
        data=data or {},
        settings=config.to_dict() | ({DRAFT: True} if draft else {}),
        scores=scores or {},
        libraries={name: metadata.version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
    )
