"""How figures are written in a page: shares, intervals, counts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nlu.types import FALLBACK_INTENT

FIGURES: Mapping[str, str] = MappingProxyType(
    {
        "intent_accuracy": "의도",
        "ranking_accuracy": "1순위 의도",
        "intent_macro_f1": "의도 F1 평균",
        "exact_match": "모두 맞음",
        "entity_f1": "개체 F1",
        "entity_precision": "개체 정밀도",
        "entity_recall": "개체 재현율",
        "role_f1": "역할까지 맞은 개체 F1",
        "false_rejects": "잘못 거절",
        "caught": "모르는 말 거절",
        "calibration_error": "확신 오차",
    }
)
"""The names of scores."""

NOTHING = "–"
"""Stands where there was nothing to measure."""


def percent(share: float | None, places: int = 1) -> str:
    """Write a share of 1.

    Example:
        >>> percent(0.8756), percent(None)
        ('87.6 %', '–')
    """
    return NOTHING if share is None else f"{100 * share:.{places}f} %"


def points(difference: float | None) -> str:
    """Write a difference of two shares, with its sign.

    Example:
        >>> points(-0.0123), points(0.0)
        ('−1.2 %p', '0.0 %p')
    """
    if difference is None:
        return NOTHING
    written = f"{100 * difference:+.1f}"
    return ("0.0" if float(written) == 0 else written.replace("-", "−")) + " %p"


def interval(low: float | None, high: float | None) -> str:
    """Write an interval of shares.

    Example:
        >>> interval(0.8, 0.923)
        '80.0–92.3 %'
    """
    return NOTHING if low is None or high is None else f"{100 * low:.1f}–{100 * high:.1f} %"


def count(number: int | None) -> str:
    """Write a whole number.

    Example:
        >>> count(12345)
        '12,345'
    """
    return NOTHING if number is None else f"{number:,}"


def intent_name(name: str | None) -> str:
    """Name a decision.

    Example:
        >>> intent_name("weather"), intent_name(None)
        ('weather', '의도 없음')
    """
    return name or "의도 없음"


def is_fallback(name: str | None) -> bool:
    """Whether a decision says that the utterance was not understood."""
    return name in (None, "", FALLBACK_INTENT)
