"""How figures are written in a page: shares, intervals, counts."""

from __future__ import annotations

from nlu.types import FALLBACK_INTENT

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
