"""What makes an amount vague or a bound: 약, 쯤, 정도, 이상, 미만."""

from __future__ import annotations

import re
from typing import Any

from nlu.values.amounts import Amount
from nlu.values.found import Value, decimal_text

_BEFORE = re.compile(r"(?:^|\s)(?:약|대략|거의|얼추|어림잡아|한)[ ]?$")
_AFTER = re.compile(r"[ ]?(?:쯤|정도|가량|남짓|안팎|내외|언저리|여)")
_BOUND_AFTER = re.compile(r"[ ]?(이상|이하|미만|초과|넘)")
_BOUNDS = {"이상": "at_least", "넘": "more_than", "초과": "more_than", "이하": "at_most", "미만": "less_than"}


def value_of(
    kind: str, text: str, amount: Amount, end: int, *, start: int | None = None, unit: str | None = None
) -> Value:
    """Make the value of an amount, with what the words around it say about how exact it is.

    Args:
        kind: the type.
        text: the text.
        amount: what was read.
        end: behind the unit.
        start: where the value begins, if not with the amount.
        unit: what it is counted in.
    """
    start = amount.start if start is None else start
    more: dict[str, Any] = {}
    if _BEFORE.search(text[:start]) or _AFTER.match(text, end):
        more["approximate"] = True
    if limit := _BOUND_AFTER.match(text, end):
        more["bound"] = _BOUNDS[limit[1]]
    least, most = (None if bound is None else decimal_text(bound) for bound in (amount.least, amount.most))
    return Value(kind, start, end, decimal_text(amount.value), unit, least, most, more)
