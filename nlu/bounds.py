"""The bounds of settings, as types that pydantic checks; they need no pydantic, since what serves has settings too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Gt, Le

if TYPE_CHECKING:
    from pydantic import ConfigDict

STRICT: ConfigDict = {"extra": "forbid", "strict": True}
"""How pydantic reads settings: no name that nothing reads, and no text for a number."""

Count = Annotated[int, Ge(0)]
"""A number of things."""
Positive = Annotated[int, Ge(1)]
"""A number of things, at least one."""
MOST_DAYS = 36_500
"""A hundred years: no date so far away is out of the calendar."""
Days = Annotated[int, Ge(0), Le(MOST_DAYS)]
"""A number of days, none for ever."""
UpTo100 = Annotated[int, Ge(0), Le(100)]
"""A number of things that multiplies others."""
Rate = Annotated[float, Ge(0), Le(1)]
"""A part of a whole."""
UpToHalf = Annotated[float, Ge(0), Le(0.5)]
"""A part of a whole that is the smaller one."""
Above0 = Annotated[float, Gt(0)]
AtLeast0 = Annotated[float, Ge(0)]
