"""Ordinals: 첫 번째, 21번째, 제3, 끝에서 두 번째, 다음, 마지막."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.values.amounts import Amount
from nlu.values.boundaries import WORD_ENDS
from nlu.values.found import Value, decimal_text

_FIRST = re.compile(rf"(?<![가-힣])(첫|둘|셋|넷|다섯|여섯|일곱|여덟|아홉|열)(?:[ ]?번)?[ ]?째(?![ ]?주){WORD_ENDS}")
_FIRST_VALUES = dict(zip("첫 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열".split(), range(1, 11), strict=True))  # noqa: SIM905
_AFTER = re.compile(rf"[ ]?번[ ]?째(?![ ]?주){WORD_ENDS}|(?:등|위){WORD_ENDS}")
_NUMBERED_BEFORE = re.compile(r"(?:^|(?<=[^가-힣]))제[ ]?$")
_FROM_END = re.compile(r"(?:끝|뒤|마지막)에서[ ]?$")
_BEFORE_LAST = r"(?:끝|마지막)에서[ ]?(?:바로[ ]?)?(?:전|앞)(?:의[ ]?것)?"
_LAST = r"(?<![가-힣])마지막(?!에서)(?=$|[^가-힣]|[은는이가을를의에로])"
_TIMES = r"[ ]?(?:[주달해날월년번]|시간|주말|분기|학기|[월화수목금토일]요일)"
_NEXT = rf"(?<![가-힣])다음(?!{_TIMES})(?=$|[^가-힣]|[은는이가을를의에로])(?:[ ]것)?"
_PREVIOUS = r"(?<![가-힣])이전[ ]?것"
_RELATIVE = tuple(
    (re.compile(written), origin, offset)
    for written, origin, offset in (
        (_BEFORE_LAST, "end", -1),
        (_LAST, "end", 0),
        (_NEXT, "current", 1),
        (_PREVIOUS, "current", -1),
    )
)


def find_ordinals(text: str, amounts: Sequence[Amount]) -> Iterator[Value]:
    """Find ordinals; counted from the end they are 0 or less, and `from` says from where.

    Args:
        text: the text.
        amounts: all amounts in it.

    Example:
        >>> from nlu.values.amounts import amounts_in
        >>> for one in find_ordinals(text := "첫 번째랑 끝에서 두 번째", amounts_in(text)):
        ...     print(text[one.start : one.end], one.value, one.more["from"])
        첫 번째 1 start
        끝에서 두 번째 -1 end
    """
    for first in _FIRST.finditer(text):
        yield _ordinal(text, first.start(), first.end(), _FIRST_VALUES[first[1]])
    taken = {first.start() for first in _FIRST.finditer(text)}
    for amount in amounts:
        if amount.start in taken or amount.value != int(amount.value):
            continue
        if after := _AFTER.match(text, amount.end):
            yield _ordinal(text, amount.start, after.end(), int(amount.value))
        elif before := _NUMBERED_BEFORE.search(text[: amount.start]):
            yield Value("ordinal", before.start(), amount.end, decimal_text(amount.value), more={"from": "start"})
    for written, origin, offset in _RELATIVE:
        for found in written.finditer(text):
            yield Value("ordinal", found.start(), found.end(), str(offset), more={"from": origin})


def _ordinal(text: str, start: int, end: int, number: int) -> Value:
    if behind := _FROM_END.search(text[:start]):
        return Value("ordinal", behind.start(), end, str(1 - number), more={"from": "end"})
    return Value("ordinal", start, end, str(number), more={"from": "start"})
