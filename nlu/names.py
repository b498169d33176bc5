"""What to say where a name is none of those there are."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


def one_of(name: str, choices: Sequence[str], shown: int = 12) -> str:
    """Say in Korean which names there are, the closest one first.

    Example:
        >>> one_of("lok", ["date", "loc", "menu"])
        "혹시 'loc'입니까? 있는 것: date, loc, menu"
    """
    if not choices:
        return "아직 아무것도 없습니다."
    close = difflib.get_close_matches(name[:50], choices, 1, 0.5)
    more = f" 외 {len(choices) - shown}개" if len(choices) > shown else ""
    return (f"혹시 '{close[0]}'입니까? " if close else "") + f"있는 것: {', '.join(choices[:shown])}{more}"
