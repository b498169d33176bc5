"""Tags of IOB2 and of the schemes beside it, as one: BIOES, BILOU, `B_loc`, `loc_B`, and a bare `I` or `-`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from nlu.data.iob import OUTSIDE
from nlu.names import is_label

_SCHEMES = (re.compile(r"(?P<mark>[BIESLU])[-_](?P<label>\S+)"), re.compile(r"(?P<label>\S+)[-_](?P<mark>[BIESLU])"))
_BEGINS, _ENDS = frozenset("BSU"), frozenset("ELSU")


class PlainTag(NamedTuple):
    """A tag as IOB2 has it, and whether the token ends its entity; a label of "" goes on with the one before."""

    mark: str
    label: str = ""
    ends: bool = False

    @property
    def is_named(self) -> bool:
        """Whether its label may be an entity type, with or without a role."""
        return not self.label or is_label(self.label)


@lru_cache(maxsize=4096)  # there are some hundreds in a file
def plain_tag(tag: str) -> PlainTag | None:
    """Read a tag; None where it is none.

    Example:
        >>> [plain_tag(tag) for tag in ("O", "B-loc", "S-loc", "loc_I", "판교")]
        [PlainTag(mark='O', label='', ends=False), PlainTag(mark='B', label='loc', ends=False),
         PlainTag(mark='B', label='loc', ends=True), PlainTag(mark='I', label='loc', ends=False), None]
    """
    if tag in (OUTSIDE, "-"):
        return PlainTag(OUTSIDE)
    if tag == "I":
        return PlainTag("I")
    for scheme in _SCHEMES:
        if match := scheme.fullmatch(tag):
            mark = match["mark"]
            return PlainTag("B" if mark in _BEGINS else "I", match["label"], mark in _ENDS)
    return None
