"""Runs of the same, shortened: a syllable typed thirty times says what it says three times."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nlu.korean.marks import separates
from nlu.korean.normalization import NormalizedText

Stretch = tuple[int, int]


def shortened(normalized: NormalizedText, values: Callable[[str], Iterable[Stretch]]) -> NormalizedText:
    """Leave of a run of the same (four times or more) the first three, of one syllable two, of digits twelve.

    Args:
        normalized: as `nlu.korean.normalization.normalize` leaves it.
        values: finds the stretches of a text whose own runs stay, such as the values of a dictionary.

    Example:
        >>> from nlu.korean.normalization import normalize
        >>> shortened(normalize("배고파아아아아아 피자피자피자피자 0000"), lambda text: ()).text
        '배고파아아 피자피자피자 0000'
    """
    text = normalized.text
    if not _RUN.search(text):
        return normalized
    whole = {
        at for start, end in values(text) if _RUN.search(text[start:end].replace(" ", "")) for at in range(start, end)
    }
    kept = _of_units(text, _of_syllables(text, whole), whole)
    return NormalizedText(
        "".join(text[at] for at in kept),
        normalized.original,
        tuple(normalized.starts[at] for at in kept),
        tuple(normalized.ends[at] for at in kept),
    )


def shortened_at(normalized: NormalizedText) -> frozenset[int]:
    """Behind which characters something of a run was left out, as the places one past them.

    Example:
        >>> from nlu.korean.normalization import normalize
        >>> shortened_at(shortened(normalize("아아아아아 줘"), lambda text: ()))
        frozenset({2})
    """
    text, original, starts = normalized.text, normalized.original, normalized.starts
    if text is original:
        return frozenset()
    gaps = zip(normalized.ends, [*starts[1:], len(original)], strict=True)
    return frozenset(at for at, (end, start) in enumerate(gaps, 1) if _is_said(original[end:start]))


def _is_said(text: str) -> bool:
    """Whether a stretch of an original text holds words, not only marks and laughter."""
    return any(char.isalnum() and not separates(char) for char in text)


_LONGEST = 16
_SYLLABLES = re.compile(r"([가-힣ㄱ-ㅣ]|[^\w\s])\1{3,}")
_RUN = re.compile(rf"(\S.{{0,{_LONGEST - 1}}}?)\1{{3}}|(\S.{{0,{_LONGEST - 2}}}? )\2\2")


def _of_syllables(text: str, whole: set[int]) -> list[int]:
    """The places that stay when of each run of one syllable or mark two stay."""
    runs = [range(match.start() + 2, match.end()) for match in _SYLLABLES.finditer(text)]
    gone = {at for run in runs if whole.isdisjoint(run) for at in run}
    return [at for at in range(len(text)) if at not in gone]


def _of_units(text: str, places: list[int], whole: set[int]) -> list[int]:
    """The places that stay when nothing longer follows itself more than three times."""
    kept: list[int] = []
    for at in [*places, len(text)]:  # a run of words ends with a space, if only the text went on
        kept.append(at)
        for size in range(1, min(_LONGEST, len(kept) // 2) + 1):
            if _char(text, kept[-1 - size]) != _char(text, at):
                continue
            unit = "".join(_char(text, place) for place in kept[-size:])
            times = 13 if any(map(str.isdigit, unit)) else 4
            tail = kept[-size * times :]
            if "".join(_char(text, place) for place in tail) == unit * times and whole.isdisjoint(tail[-size:]):
                del kept[-size:]
                break
    while _char(text, kept[-1]) == " ":
        kept.pop()
    return kept


def _char(text: str, at: int) -> str:
    return text[at] if at < len(text) else " "
