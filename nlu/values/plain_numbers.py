"""Numbers that stand by themselves or count something: 21, 삼백이십일, 사과 세 개, 답은 마이너스 오."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlu.values.amounts import Amount
from nlu.values.counters import COUNTER_AFTER, UNIT_AFTER
from nlu.values.found import Value
from nlu.values.quantities import is_native
from nlu.values.vague import value_of

_BOUNDARY = re.compile(r"$|[^가-힣A-Za-z0-9]|[은는이가을를도만의에로와과랑요]|으로|입니|예요|하고|보다|까지|부터|조각")
_DATE_AFTER = re.compile(r"[ ]?(?:월|시(?!간))")
_MONTH_BEFORE = re.compile("월[ ]?$")
_UNIT_BESIDE = re.compile(r"(?:[a-zA-Z]|밀리|센티|킬로|미터|그램|리터)")
_MATH = re.compile(
    r"\d|숫자|자연수|정수|홀수|짝수|소수|분수|더하기|빼기|곱하기|나누기|정답|답은|마이너스|번호|영은|합은"
)
_WEAK = re.compile(
    "[영공일이삼사오육칠팔구백천만억조]|사이|사사|이사|오이|구이|일일|이일|천사|만사|만일|이오|오일|일이|사오|이공|천일|백이|만이|천이"
)
_COUNT_NOUNS = re.compile(r"[ ]?(?:자루|척|호|살|세|개월|년|번째|시간|분|초|주|점|일|사람|등분|배)")
_HALF = re.compile(r"(?:(?<=\s)|^)반(?=[을이의만은]|[ ]?(?:이상|정도|쯤))")
_DOZEN_AFTER = re.compile("[ ]?(다스)")


def find_numbers(text: str, amounts: Sequence[Amount]) -> Iterator[Value]:
    """Find numbers, without what they count.

    Args:
        text: the text.
        amounts: all amounts in it.

    Example:
        >>> from nlu.values.amounts import amounts_in
        >>> [(text[one.start : one.end], one.value) for text in ("사과 세개랑 배 이백 개",) for one in
        ...     find_numbers(text, amounts_in(text))]
        [('세', '3'), ('이백', '200')]
    """
    for half in _HALF.finditer(text):
        yield Value("number", half.start(), half.end(), "0.5")
    for amount in amounts:
        if dozen := _DOZEN_AFTER.match(text, amount.end):
            yield Value("number", dozen.start(1), dozen.end(1), "12")
        elif _is_number(text, amount):
            yield value_of("number", text, amount, amount.end)


def _is_number(text: str, amount: Amount) -> bool:
    start, end = amount.start, amount.end
    if text[start:end] == "이" or (text.startswith("일", end) and _MONTH_BEFORE.search(text[:start])):
        return False
    if _DATE_AFTER.match(text, end) or _UNIT_BESIDE.match(text, end):
        return False
    if text[start].isdigit() or text[start] in "-마":
        return True
    counted = COUNTER_AFTER.match(text, end) or UNIT_AFTER.match(text, end) or _COUNT_NOUNS.match(text, end)
    if is_native(text, amount):
        alone = end - start > 1 or text[start] in "둘셋넷"
        return counted is not None or (alone and _BOUNDARY.match(text, end) is not None)
    if _WEAK.fullmatch(text, start, end):
        return _MATH.search(text) is not None and _BOUNDARY.match(text, end) is not None
    return counted is not None or _BOUNDARY.match(text, end) is not None
