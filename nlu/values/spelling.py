"""Numbers as Korean says and writes them: the inverse of `nlu.values.numerals`."""

from __future__ import annotations

_DIGITS = "영일이삼사오육칠팔구"
_SMALL = ((1000, "천"), (100, "백"), (10, "십"))
_LARGE = ((10**16, "경"), (10**12, "조"), (10**8, "억"), (10**4, "만"))
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_NATIVE_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_ADNOMINAL = {"하나": "한", "둘": "두", "셋": "세", "넷": "네", "스물": "스무"}


def sino(number: int, *, space: str = "") -> str:
    """Spell a number in Sino-Korean.

    Args:
        number: 0 to 10^20 - 1.
        space: what stands behind 만, 억, …

    Example:
        >>> sino(15000), sino(123456789, space=" "), sino(0)
        ('만오천', '일억 이천삼백사십오만 육천칠백팔십구', '영')
    """
    if not number:
        return "영"
    parts: list[str] = []
    rest = number
    for value, name in _LARGE:
        count, rest = divmod(rest, value)
        if count:
            parts.append(("" if count == 1 and name == "만" and not parts else _section(count)) + name)
    return space.join([*parts, *([_section(rest)] if rest else [])])


def _section(number: int) -> str:
    written = ""
    for value, name in _SMALL:
        count, number = divmod(number, value)
        written += "" if not count else (_DIGITS[count] if count > 1 else "") + name
    return written + (_DIGITS[number] if number else "")


def mixed(number: int, *, space: str = " ") -> str:
    """Write a number with digits before 만, 억 and 천, as prices are written.

    Example:
        >>> mixed(35000), mixed(1200), mixed(230_000_000, space="")
        ('3만 5천', '1200', '2억3000만')
    """
    parts: list[str] = []
    rest = number
    for value, name in _LARGE:
        count, rest = divmod(rest, value)
        if count:
            parts.append(f"{count}{name}")
    if rest:
        parts.append(f"{rest // 1000}천" if parts and not rest % 1000 else str(rest))
    return space.join(parts) or "0"


def native(number: int, *, counts: bool = False) -> str:
    """Spell a number below 100 in native Korean.

    Args:
        number: 1 to 99.
        counts: whether a counter follows: 한 개, 스무 개.

    Example:
        >>> native(25), native(21, counts=True), native(20, counts=True)
        ('스물다섯', '스물한', '스무')
    """
    tens, ones = _NATIVE_TENS[number // 10], _NATIVE_ONES[number % 10]
    if not counts:
        return tens + ones
    return tens + _ADNOMINAL.get(ones, ones) if ones else _ADNOMINAL.get(tens, tens)
