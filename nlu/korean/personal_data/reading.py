"""A text as the rules for personal data read it: digits as 0-9, one sign between two groups, each with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

_DASHES = frozenset("‐‑‒–—―−ㅡー─━〜∼⁓–➖")
_STOPS = frozenset("。｡．")
_WORDS = {
    **dict(zip("공영빵일이삼사오육륙칠팔구둘셋넷", "0001234566789234", strict=True)),
    **dict(zip(("제로", "하나", "다섯", "여섯", "일곱", "여덟", "아홉"), "0156789", strict=True)),
}
"""Digits as they are said."""
_SAID_DASH = r"(?:다시|대시|데시|하이픈|빼기|짝대기|작대기|국에|국의|국|에|의|점|쩜)"
"""What is said between two groups of digits."""
_SIGNS = r"\s\-.,:;/~_·•*|+='\"()\[\]<>{}…\\⃣"
_KEYCAP = "⃣"
"""What follows each digit that is written as an emoji."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text whose characters know the stretch of what was read that they stand for.

    Attributes:
        text: what the rules look at.
        starts: for each character, where its stretch starts.
        ends: one past where it ends.
        is_loose: whether digits were read together that the text has apart, so that only sure rules may look.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    is_loose: bool = False

    TAKEN: ClassVar = "\0"
    """What stands where personal data was found already."""

    def without(self, taken: Iterable[tuple[int, int, str]]) -> str:
        """The text with what lies in the stretches that are taken blotted out."""
        gone = {place for start, end, _ in taken for place in range(start, end)}
        stretches = zip(self.text, self.starts, self.ends, strict=True)
        return "".join(char if gone.isdisjoint(range(*place)) else self.TAKEN for char, *place in stretches)

    def edited(self, edits: Iterable[tuple[int, int, str]]) -> Reading:
        """Replace stretches, sorted and apart, by characters each of which stands for the whole stretch."""
        chars: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, new in [*edits, (len(self.text), len(self.text), "")]:
            chars.append(self.text[done:start])
            starts += self.starts[done:start]
            ends += self.ends[done:start]
            chars.append(new)
            if new:
                starts += [self.starts[start]] * len(new)
                ends += [self.ends[end - 1]] * len(new)
            done = end
        return Reading("".join(chars), tuple(starts), tuple(ends), self.is_loose)


def readings(text: str) -> Iterator[Reading]:
    """Read a normalised text: as it stands, then, where that differs, with digits that are said or set apart.

    A text that can't hold personal data has no reading.

    Example:
        >>> [reading.text for reading in readings("010 - 1234 – 5678")]
        ['010-1234-5678']
        >>> [reading.text for reading in readings("공일공에 일 이 삼 사 오 육 칠 팔")]
        ['공일공에 일 이 삼 사 오 육 칠 팔', '010-12345678']
    """
    plain = _plain(text)
    whole = Reading(plain, tuple(range(len(plain))), tuple(range(1, len(plain) + 1)))
    if not _MAY_HOLD.search(plain):
        return
    written = _compact(whole)
    yield written
    seen = {written.text}
    counted = whole.edited(_said_numbers(plain))
    for number in (_NUMBER_SAID, _NUMBER_SAID_TO_THE_END):
        heard = _joined(_compact(counted.edited(_said_digits(counted.text, number))))
        if heard.text not in seen:
            seen.add(heard.text)
            yield Reading(heard.text, heard.starts, heard.ends, is_loose=True)


# ------------------------------------------------------------------------------------------------- characters


def _plain(text: str) -> str:
    """The text with digits of every script as 0-9, letters that pass for digits beside them, and one dash."""
    return _LIKE_DIGITS.sub(lambda match: match[0].translate(_LETTERS), "".join(map(_plain_char, text)))


def _plain_char(char: str) -> str:
    if char.isascii():
        return char
    if char in _DASHES:
        return "-"
    if char in _STOPS:
        return "."
    return str(digit) if (digit := unicodedata.digit(char, None)) is not None else char


_LETTERS = str.maketrans("oO○〇ㅇlIi", "00000111")
_LIKE_DIGITS = re.compile(r"(?<![A-Za-z0-9○〇ㅇ])(?=[oO○〇ㅇlIi]*\d)[\doO○〇ㅇlIi]+(?![A-Za-z])")

# --------------------------------------------------------------------------------------------- between groups

_BETWEEN = re.compile(rf"(?<=\d)(?:[{_SIGNS}]{{1,6}}|\s?{_SAID_DASH}\s?)(?=\d)")


def _compact(reading: Reading) -> Reading:
    """Put one sign between two groups of digits."""
    return reading.edited((*match.span(), _sign(match[0])) for match in _BETWEEN.finditer(reading.text))


def _sign(between: str) -> str:
    """One sign for what stands between two groups: a space, `.,:/~` or a dash, or `;` for what parts more than that."""
    signs = "".join(between.replace(_KEYCAP, "").split())
    if not between.replace(_KEYCAP, ""):
        return ""
    if not signs:
        return " "
    if between in (".", ",", ":", "/", "~"):
        return between
    return "-" if not set(signs) & set(".,:;") else ";"


# ------------------------------------------------------------------------------------------------ said aloud

_DIGIT = "(?:" + "|".join(sorted((*_WORDS, r"\d"), key=len, reverse=True)) + ")"
_NO_VERB = r"(?![이일](?:야|에요|예요|고|구요|라|다|며|지|거|니|요|까|면|든|죠))"
"""A number that is said mostly ends before `이야`, `이에요`, `일까`, though 이 and 일 are digits too."""
_SYLLABLES = "공영빵일이삼사오육륙칠팔구둘셋넷"
_NO_WORD = rf"(?!(?<=\s)[{_SYLLABLES}](?![{_SYLLABLES}하다여아제에로번은는야입으요과와랑의도만까국점다])[가-힣])"
"""A number that is said ends before a word that begins like a digit: `사업자`, `일단`, `오늘`."""
_PAUSE = rf"[\s\-.,~/·]{{0,3}}{_SAID_DASH}?\s?"
_NUMBER_SAID = re.compile(rf"{_DIGIT}(?:{_PAUSE}{_NO_VERB}{_NO_WORD}{_DIGIT}){{6,}}")
_NUMBER_SAID_TO_THE_END = re.compile(rf"{_DIGIT}(?:{_PAUSE}{_NO_WORD}{_DIGIT}){{6,}}")
_ONE_DIGIT = re.compile(rf"{_SAID_DASH}|(?P<digit>{_DIGIT})")
_LEAST_SAID = 3


def _said_digits(text: str, form: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """The digits in words of every number of seven digits and more that has some."""
    for number in form.finditer(text):
        digits = list(_ONE_DIGIT.finditer(text, *number.span()))
        words = [(*digit.span(), _WORDS[digit[0]]) for digit in digits if digit["digit"] in _WORDS]
        if len(words) >= _LEAST_SAID:
            yield from words


_UNIT = "[일이삼사오육륙칠팔구]?"
_THOUSANDS = re.compile(rf"(?:({_UNIT})천)(?:({_UNIT})백)?(?:({_UNIT})십)?([일이삼사오육륙칠팔구]?)(?![백십천])")


def _said_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Groups of four digits that are read as a number: 천이백삼십사."""
    for match in _THOUSANDS.finditer(text):
        *ranks, ones = (None if rank is None else _WORDS.get(rank, "1") for rank in match.groups())
        digits = "".join(rank or "0" for rank in ranks) + (_WORDS.get(match[4], "0") if ones else "0")
        yield *match.span(), digits


# ------------------------------------------------------------------------------------------------ set apart

_APART = re.compile(r"(?<!\d)\d(?:[ .,:;/~-]\d(?!\d)){6,}")


def _joined(reading: Reading) -> Reading:
    """Read digits that stand one by one, seven or more, as one number."""
    return reading.edited(
        (place, place + 1, "")
        for match in _APART.finditer(reading.text)
        for place in range(match.start() + 1, match.end(), 2)
    )


_ANY = r"\d공영빵제로일이삼사오육륙칠팔구하나둘셋넷다섯여덟아홉곱"
_MAY_HOLD = re.compile(
    rf"[@앳엣]|골뱅이|에트|\bat\b|[(\[<{{]\s?at?\s?[)\]>}}]"
    rf"|(?:[{_ANY}][^{_ANY}가-힣a-z]{{0,6}}(?:(?![{_ANY}])[가-힣a-z]{{1,3}}[^{_ANY}가-힣a-z]{{0,3}})??){{5}}",
    re.IGNORECASE,
)
"""An e-mail's sign, or digits or their words close by: what every text with personal data has."""
