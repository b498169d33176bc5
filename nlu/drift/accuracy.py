"""How often the model is right, without labels: from its confidence, from a threshold on it, and from feedback.

None of these alone is reason for an alarm: of an intent that it never saw, a model may be confidently wrong, and people
complain of some answers more than of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.drift.sample import Sample
from nlu.evaluation.statistics.intervals import wilson

_DRAWS = 1000
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Expected:
    """What labels said of the reference.

    Attributes:
        labelled: how many utterances had labels.
        right: how many intents were right.
        confidence: the mean confidence on them.
        threshold: above it lies as large a share of their confidences as were right.
    """

    labelled: int = 0
    right: int = 0
    confidence: float = 0.0
    threshold: float = 0.0

    @classmethod
    def of(cls, sample: Sample) -> Expected:
        """Take what is known of a sample's right intents."""
        known = [(one.confidence, one.is_right) for one in sample.heard if one.is_right is not None]
        if not known:
            return cls()
        confidences = np.array([confidence for confidence, _ in known])
        right = sum(bool(one) for _, one in known)
        return cls(len(known), right, round(float(confidences.mean()), 6), atc_threshold(confidences, right))

    @property
    def accuracy(self) -> float | None:
        """The share that was right."""
        return self.right / self.labelled if self.labelled else None

    def to_dict(self) -> dict[str, float | int]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Expected:
        """Read what `to_dict` made."""
        return cls(**values)


@dataclass(frozen=True)
class Estimate:
    """How often the model is likely to be right.

    Attributes:
        method: "confidence", "threshold" or "feedback".
        value: 0..1.
        low: where its 95 % interval begins.
        high: where it ends.
        count: of how many utterances.
    """

    method: str
    value: float
    low: float
    high: float
    count: int


def atc_threshold(confidences: Array, right: int) -> float:
    """The confidence that as many utterances reach as were right.

    Example:
        >>> atc_threshold(np.array([0.2, 0.6, 0.7, 0.9]), 3)
        0.6

    Source: Garg et al. (2022), Leveraging unlabeled data to predict out-of-distribution performance (ICLR).
    """
    ordered = np.sort(confidences)[::-1]
    return round(float(ordered[right - 1]), 6) if right else 1.0


def estimates(sample: Sample, expected: Expected) -> list[Estimate]:
    """Every estimate that a sample allows.

    Args:
        sample: what was said.
        expected: what labels said of the reference; it corrects a confidence that was too high or too low there.
    """
    if not len(sample):
        return []
    found = [_by_confidence(sample.confidences, expected)]
    if expected.labelled:
        found.append(_by_threshold(sample.confidences, expected))
    told = [one.is_right for one in sample.heard if one.is_right is not None]
    if told:
        right = sum(told)
        interval = wilson(right, len(told))
        found.append(Estimate("feedback", right / len(told), interval.low, interval.high, len(told)))
    return found


def _by_confidence(confidences: Array, expected: Expected) -> Estimate:
    """The mean calibrated confidence, corrected by what it was off where labels are known; interval by bootstrap."""
    off = (expected.accuracy or 0.0) - expected.confidence if expected.labelled else 0.0
    means = _resampled(confidences) + off + _label_noise(expected)
    low, high = np.quantile(means, (0.025, 0.975)).clip(0, 1)
    return Estimate("confidence", float(np.clip(confidences.mean() + off, 0, 1)), float(low), float(high),
                    len(confidences))  # fmt: skip


def _by_threshold(confidences: Array, expected: Expected) -> Estimate:
    """Average thresholded confidence: the share at or above the threshold; interval by bootstrap."""
    above = (confidences >= expected.threshold).astype(float)
    shares = _resampled(above) + _label_noise(expected)
    low, high = np.quantile(shares, (0.025, 0.975)).clip(0, 1)
    return Estimate("threshold", float(above.mean()), float(low), float(high), len(confidences))


def _resampled(values: Array) -> Array:
    """`(1000,)` the means of bootstrap samples, always the same ones."""
    rng = np.random.default_rng(0)
    return np.asarray(values[rng.integers(0, len(values), (_DRAWS, len(values)))].mean(1))


def _label_noise(expected: Expected) -> Array:
    """`(1000,)` how far the reference's own accuracy may be off, few labels the more."""
    if not expected.labelled:
        return np.zeros(_DRAWS)
    rng = np.random.default_rng(1)
    drawn = rng.binomial(expected.labelled, expected.right / expected.labelled, _DRAWS)
    return (drawn - expected.right) / expected.labelled
