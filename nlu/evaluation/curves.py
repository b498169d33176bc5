"""How a network learned: its losses and its scores, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

_PLACES = 5


@dataclass(frozen=True)
class LearningCurve:
    """How one network learned.

    Attributes:
        network: `intents` or `entities`.
        stage: `train`, which is measured, or `refit`, which is served.
        losses: mean training loss of each epoch.
        scores: after how many epochs, and the score on the development set: accuracy of intents, F1 of entities.
    """

    network: str
    stage: str
    losses: tuple[float, ...]
    scores: tuple[tuple[float, float], ...]

    @classmethod
    def of(
        cls, network: str, stage: str, losses: Sequence[float], scores: Sequence[tuple[float, float]]
    ) -> LearningCurve:
        """Round what a training tells, for a manifest."""
        rounded = tuple((epoch, round(score, _PLACES)) for epoch, score in scores)
        return cls(network, stage, tuple(round(loss, _PLACES) for loss in losses), rounded)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> LearningCurve:
        """Read what `to_dict` gave."""
        scores = tuple((epoch, score) for epoch, score in kept["scores"])
        return cls(kept["network"], kept["stage"], tuple(kept["losses"]), scores)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        return asdict(self)
