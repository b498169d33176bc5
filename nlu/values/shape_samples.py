"""Samples of what a regular expression describes, for the simple ones that shapes of free text need."""

from __future__ import annotations

import re
from random import Random
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as sre_parser  # type: ignore[attr-defined]
from typing import Any

MOST_REPEATS = 40
"""Times that a part of a shape may be repeated at most."""
_OPEN_REPEATS = 4
_CATEGORIES = {
    sre.CATEGORY_DIGIT: "0123456789",
    sre.CATEGORY_WORD: "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789",
    sre.CATEGORY_SPACE: " ",
}


class ShapeRejected(ValueError):
    """A regular expression that is no shape: it says why, by the code of a message."""


def check_shape(written: str) -> re.Pattern[str]:
    """Read a shape, and refuse what may take forever or can't be sampled.

    Args:
        written: a regular expression of characters, classes, groups, choices and bounded repetitions.

    Raises:
        ShapeRejected: none, or another kind of one.

    Example:
        >>> check_shape("[A-Z]-[0-9]{4}").pattern
        '[A-Z]-[0-9]{4}'
    """
    try:
        parts = sre_parser.parse(written)
        compiled = re.compile(written)
    except (re.error, OverflowError, RecursionError):
        raise ShapeRejected("pattern.shape_no_expression") from None
    _check(parts, repeated=False)
    if compiled.match(""):
        raise ShapeRejected("pattern.shape_empty")
    return compiled


def sample_shape(written: str, random: Random) -> str:
    """Give a text that has a shape.

    Example:
        >>> sample_shape("AB-[7]{3}", Random(1))
        'AB-777'
    """
    return _sample(sre_parser.parse(written), random)


def _check(parts: Any, *, repeated: bool) -> None:
    for kind, value in parts:
        if kind in (sre.LITERAL, sre.IN, sre.ANY):
            continue
        if kind is sre.MAX_REPEAT:
            least, most, inner = value
            if repeated or least > MOST_REPEATS or MOST_REPEATS < most < sre.MAXREPEAT:
                raise ShapeRejected("pattern.shape_repeats")
            _check(inner, repeated=True)
        elif kind is sre.SUBPATTERN:
            _check(value[3], repeated=repeated)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                _check(branch, repeated=repeated)
        else:
            raise ShapeRejected("pattern.shape_kind")


def _sample(parts: Any, random: Random) -> str:
    return "".join(_one(kind, value, random) for kind, value in parts)


def _one(kind: Any, value: Any, random: Random) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.IN:
        return random.choice(_members(value))
    if kind is sre.ANY:
        return random.choice(_CATEGORIES[sre.CATEGORY_WORD])
    if kind is sre.MAX_REPEAT:
        least, most, inner = value
        count = random.randint(least, least + _OPEN_REPEATS if most is sre.MAXREPEAT else most)
        return "".join(_sample(inner, random) for _ in range(count))
    if kind is sre.SUBPATTERN:
        return _sample(value[3], random)
    return _sample(random.choice(value[1]), random)


def _members(value: Any) -> str:
    if value[0][0] is sre.NEGATE:
        excluded = set(_members(value[1:]))
        return "".join(char for char in _CATEGORIES[sre.CATEGORY_WORD] if char not in excluded) or "X"
    members = ""
    for kind, one in value:
        if kind is sre.LITERAL:
            members += chr(one)
        elif kind is sre.RANGE:
            members += "".join(map(chr, range(one[0], min(one[1], one[0] + 2000) + 1)))
        elif kind is sre.CATEGORY:
            members += _CATEGORIES.get(one, "X")
    return members
