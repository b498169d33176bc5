"""Two things said in one utterance, cut where both halves are understood for sure: 피자 시키고 날씨 알려줘."""

from __future__ import annotations

import re
from collections.abc import Callable

from nlu.types import FALLBACK_INTENT, Parse

_CUTS = re.compile(
    r"(?<=[가-힣]고)(?<![말빼]고)(?<!아니고)(?<!됐고)\s+|(?<=[가-힣]구)\s+|(?<=다음에)\s+|(?<=뒤에)\s+|"
    r"\s*(?:그리고|그담에|그 다음에)\s+|\s*[,.!]\s*"
)
_SURE = 0.8
"""How likely the intent of each half must be."""
_LEAST = 4
"""Characters that each half must have."""
Parser = Callable[..., list[Parse]]
"""Understands several texts."""


def split(parse: Parse, parser: Parser) -> tuple[Parse, ...]:
    """Cut an utterance into two whose intents differ and are sure, with all that was found in the whole.

    Args:
        parse: the utterance.
        parser: understands the halves.

    Returns:
        The two halves, or the utterance alone where no cut is safe.
    """
    if parse.source == "pattern":
        return (parse,)
    for cut in _CUTS.finditer(parse.text):
        first, second = parse.text[: cut.start()].strip(), parse.text[cut.end() :].strip()
        if len(first) < _LEAST or len(second) < _LEAST:
            continue
        if any(one.start < cut.end() and cut.start() < one.end for one in parse.entities):
            continue
        halves = (found := parser(first, second))[0], found[1]
        if _are_sure(halves) and _hold_all(halves, parse):
            return halves
    return (parse,)


def _are_sure(halves: tuple[Parse, Parse]) -> bool:
    names = [one.intent.name for one in halves]
    sure = all(one.intent.confidence >= _SURE and not one.fallback.is_fallback for one in halves)
    return sure and names[0] != names[1] and FALLBACK_INTENT not in names


def _hold_all(halves: tuple[Parse, Parse], whole: Parse) -> bool:
    """Whether the halves say all that the whole does."""
    found = [(one.entity, one.raw) for half in halves for one in half.entities]
    return all((one.entity, one.raw) in found for one in whole.entities)
