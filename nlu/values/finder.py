"""All system entities of a text, by type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from nlu.korean.leaving_out import hide_leaving_out
from nlu.values.amounts import amounts_in
from nlu.values.contacts import find_emails, find_phones, find_urls
from nlu.values.durations import find_durations
from nlu.values.found import Value
from nlu.values.money import find_money
from nlu.values.ordinals import find_ordinals
from nlu.values.plain_numbers import find_numbers
from nlu.values.quantities import find_ages, find_percents, find_quantities
from nlu.values.shapes import ORDER_NUMBER, find_shape
from nlu.values.temporal import find_temporal

_ORDER_NUMBER = re.compile(ORDER_NUMBER)
_AMOUNTS = {
    "number": find_numbers,
    "ordinal": find_ordinals,
    "money": find_money,
    "percent": find_percents,
    "quantity": find_quantities,
    "age": find_ages,
}
_TEXTS: dict[str, Callable[[str], Iterable[Value]]] = {
    "duration": find_durations,
    "phone": find_phones,
    "email": find_emails,
    "url": find_urls,
    "order_number": lambda text: find_shape("order_number", _ORDER_NUMBER, text),
}
_TEMPORAL = frozenset({"date", "time", "datetime", "repetition"})
TYPES = (*sorted(_TEMPORAL), *_AMOUNTS, *_TEXTS)
"""The types there are."""


def find_values(text: str, types: Iterable[str], now: datetime) -> list[Value]:
    """Find the system entities of some types; those of one type never overlap, those of two may.

    Args:
        text: the text.
        types: which (see `TYPES`).
        now: the time of asking at the asker's place, without a zone.

    Raises:
        KeyError: there is no such type.

    Example:
        >>> for one in find_values("내일 3시 반에 두 판", ["date", "datetime", "quantity"], datetime(2026, 11, 30, 9)):
        ...     print(one.type, one.value, one.unit)
        datetime 2026-12-01T15:30 None
        quantity 2 판
    """
    wanted, found = set(types), []
    if unknown := wanted.difference(TYPES):
        raise KeyError(min(unknown))
    text = hide_leaving_out(text)
    if wanted & _TEMPORAL:
        is_joined = "datetime" in wanted
        times = find_temporal(text, now, joined=is_joined)
        if not is_joined:  # what is left of them: 두 시간 뒤
            times = [replace(one, type="time") if one.type == "datetime" else one for one in times]
        found += [one for one in times if one.type in wanted]
    if wanted & _AMOUNTS.keys():
        amounts = amounts_in(text)
        for kind in sorted(wanted & _AMOUNTS.keys()):
            found += _AMOUNTS[kind](text, amounts)
    for kind in sorted(wanted & _TEXTS.keys()):
        found += _TEXTS[kind](text)
    return sorted(found, key=lambda one: (one.start, one.end, one.type))
