"""Runs of the same, shortened: a syllable typed thirty times says what it says three times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nlu.korean.normalization import NormalizedText

Stretch = tuple[int, int]


def shortened(normalized: NormalizedText, values: Callable[[str], Iterable[Stretch]]) -> NormalizedText:
    """Leave of a run of the same (아아아아아, 피자 피자 피자 피자) the first three; runs with digits stay.

    Args:
        normalized: as `nlu.korean.normalization.normalize` leaves it.
        values: finds the stretches of a text whose own runs stay, such as the values of a dictionary.

    Example:
        >>> from nlu.korean.normalization import normalize
        >>> shortened(normalize("배고파아아아아아 피자피자피자피자 0000"), lambda text: ()).text
        '배고파아아아 피자피자피자 0000'
    """
    text = normalized.text
    if not _RUN.search(text):
        return normalized
    whole = {
        at for start, end in values(text) if _RUN.search(text[start:end].replace(" ", "")) for at in range(start, end)
    }
    kept = _kept(text, whole)
    return NormalizedText(
        "".join(text[at] for at in kept),
        normalized.original,
        tuple(normalized.starts[at] for at in kept),
        tuple(normalized.ends[at] for at in kept),
    )


_MOST = 3
_LONGEST = 8
_RUN = re.compile(rf"([^\W\d]|[^\W\d][^\d]{{1,{_LONGEST - 1}}}?|[^\w\s])\1{{{_MOST}}}")


def _kept(text: str, whole: set[int]) -> list[int]:
    """The places that stay: all but those that say for the fourth time what stands before them three times."""
    kept: list[int] = []
    for at in range(len(text)):
        kept.append(at)
        for size in range(1, _LONGEST + 1):
            tail = "".join(text[place] for place in kept[-(_MOST + 1) * size :])
            last = tail[-size:]
            if tail == last * (_MOST + 1) and whole.isdisjoint(kept[-size:]) and not any(map(str.isdigit, last)):
                del kept[-size:]
                break
    return kept
