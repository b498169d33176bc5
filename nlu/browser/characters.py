"""What Python knows of every character, as tables: a browser follows Unicode of another year."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

import numpy as np

from nlu.korean import final_marks, marks, normalization
from nlu.lexicon.dictionary import squeeze

_ALL = tuple(map(chr, range(0x110000)))


def ranges_of(is_one: Callable[[str], bool]) -> list[tuple[int, int]]:
    """The code points that something is true of, as first and last of each run.

    Example:
        >>> ranges_of(lambda char: char in "abcx")
        [(97, 99), (120, 120)]
    """
    answers = np.fromiter(map(is_one, _ALL), dtype=bool, count=len(_ALL))
    edges = np.flatnonzero(np.diff(answers, prepend=False, append=False)).tolist()
    return [(first, end - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def packed(ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Runs of code points as distances: from the last end to the next start, from there to its end, and so on.

    Example:
        >>> packed([(97, 99), (120, 120)])
        [97, 3, 20, 1]
    """
    distances, at = [], 0
    for first, last in ranges:
        distances += [first - at, last + 1 - first]
        at = last + 1
    return distances


def sets() -> dict[str, list[int]]:
    """The sets of characters that reading a text asks for, by name; see `packed`."""
    kinds: dict[str, Callable[[str], bool]] = {
        "alnum": str.isalnum,
        "digit": str.isdigit,
        "decimal": str.isdecimal,
        "space": str.isspace,
        "combining": lambda char: bool(unicodedata.combining(char)),
        "unassigned": lambda char: unicodedata.category(char) == "Cn",
        "dropped": lambda char: not normalization._replacement(char),
        "mark": marks._is_mark.__wrapped__,
        "separates": marks.separates.__wrapped__,
        "final_mark": final_marks.is_mark.__wrapped__,
    }
    return {name: packed(ranges_of(is_one)) for name, is_one in kinds.items()}


def replacements() -> tuple[str, str]:
    """What normalisation reads as another character, and that one, at the same place."""
    return _pairs(lambda char: normalization._replacement(char) or char)


def folding() -> tuple[str, str]:
    """The characters whose case is folded where values are compared, and what each becomes."""
    return _pairs(lambda char: squeeze(char) or char)


def _pairs(of: Callable[[str], str]) -> tuple[str, str]:
    changed = [(char, other) for char in _ALL if (other := of(char)) != char]
    return "".join(char for char, _ in changed), "".join(other for _, other in changed)
