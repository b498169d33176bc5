"""What a tracking server is told of a version: taken from its bundle, so that nothing else need be at hand."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from nlu.store.bundle import Bundle

CHAMPION, CHALLENGER = "champion", "challenger"
"""The aliases of a registered model: the version that answers, and one that does not yet."""

_TABLES = ("slices", "intents", "entities")
"""The tables of a bundle's scores that are told; what is left are counts of one utterance or another."""
_FORBIDDEN = re.compile(r"[^/\w.\- ]")
_LONGEST_KEY, _LONGEST_VALUE = 250, 6000
_PARTS_OF_AN_EPOCH = 100
"""A step is a hundredth of an epoch, since scores come within epochs too."""

Point = tuple[int, float]


@dataclass(frozen=True)
class VersionRecord:
    """What is told.

    Attributes:
        model: name of the bot, under which its versions are registered.
        version: id of the version.
        alias: what the version becomes: `champion` where it answers, else `challenger`.
        created_at: when it was made.
        params: settings, flat.
        metrics: figures, flat.
        curves: figures that were measured again and again, each with its steps.
        tags: what the version was made of and with.
        artifacts: files and folders to keep beside it, each under a name.
    """

    model: str
    version: str
    alias: str
    created_at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    curves: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, Path] = field(default_factory=dict)


def record_of(bundle: Bundle, model: str, *, is_live: bool, artifacts: Mapping[str, Path]) -> VersionRecord:
    """Gather what is told of a version.

    Args:
        bundle: it.
        model: name of the bot.
        is_live: whether it answers.
        artifacts: what to keep beside it besides the bundle.
    """
    manifest = bundle.manifest
    figures = {name: manifest.scores[name] for name in _TABLES if name in manifest.scores}
    libraries = {f"library.{name}": version for name, version in manifest.libraries.items()}
    made_of = {f"data.{name}": digest for name, digest in manifest.data.items()}
    return VersionRecord(
        model=model,
        version=bundle.version,
        alias=CHAMPION if is_live else CHALLENGER,
        created_at=manifest.created_at,
        params={key: _text(value) for key, value in _flat(manifest.settings)},
        metrics={key: float(value) for key, value in _flat(figures) if _is_figure(value)},
        curves=dict(_curves(manifest.scores.get("curves", ()))),
        tags={_key(name): value for name, value in {**libraries, **made_of, "nlu.version": bundle.version}.items()},
        artifacts={"bundle": bundle.folder, **{name: path for name, path in artifacts.items() if path.exists()}},
    )


def model_name(folder: str) -> str:
    """Make the name of a bot, from its folder, one that a server takes.

    Example:
        >>> model_name("pizza:bot"), model_name("")
        ('pizza_bot', 'korean-nlu')
    """
    return _FORBIDDEN.sub("_", folder).replace("/", "_")[:_LONGEST_KEY].strip() or "korean-nlu"


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    r"""Give the leaves of nested tables, each under all names that lead to it.

    Example:
        >>> list(_flat({"generator": {"count": 3, "seed": 0}, "intents": {"a+b": {"f1-score": 0.5}}}))
        [('generator.count', 3), ('generator.seed', 0), ('intents.a_b.f1-score', 0.5)]
    """
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield _key(f"{before}{name}"), value


def _key(name: str) -> str:
    return _FORBIDDEN.sub("_", name)[:_LONGEST_KEY]


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_LONGEST_VALUE]


def _is_figure(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _curves(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, list[Point]]]:
    """The losses and the scores of each network, in each stage of training."""
    for row in rows:
        name = f"{row['stage']}.{row['network']}"
        losses = enumerate(row["losses"], 1)
        yield f"{name}.loss", [(step * _PARTS_OF_AN_EPOCH, float(loss)) for step, loss in losses]
        if row["scores"]:
            scores = row["scores"]
            yield f"{name}.dev", [(round(step * _PARTS_OF_AN_EPOCH), float(score)) for step, score in scores]
