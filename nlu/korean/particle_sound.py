"""The last sound of a word as a Korean reads it aloud, which is what particles agree with.

Digits, signs, units and Latin letters are read in Korean first (see `nlu.korean.particle_readings`): 10 십, 50% 퍼센트,
3kg 킬로그램, KTX 엑스, Google 구글. Marks, quotes and emoji at the end are silent. A gloss in round or square brackets
is skipped whole, as Korean spelling rules have it: 쿠버네티스(k8s)는, 나이[年齡]를; but when nothing stands before the
brackets, what is inside is read: (서울)로. Letters of a script that has no reading here count as ending in a vowel.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from nlu.korean import hangul
from nlu.korean import particle_readings as readings
from nlu.korean.normalization import normalize


@functools.lru_cache(maxsize=1 << 14)
def final_sound(word: str) -> str:
    """Return the final consonant of a word as it is read aloud, "" when it ends in a vowel.

    Example:
        >>> final_sound("판교"), final_sound("강남"), final_sound("100000"), final_sound("Google"), final_sound("3kg")
        ('', 'ㅁ', 'ㄴ', 'ㄹ', 'ㅁ')
    """
    if word and hangul.is_syllable(word[-1]):
        return hangul.final_consonant(word[-1])
    text = _without_silent_end(normalize(word).text)
    if not text:
        return ""
    last = text[-1]
    if last in readings.SIGNS:
        return _closing(readings.SIGNS[last])
    if unit := _UNIT.search(text):
        return _closing(readings.UNITS[unit[1]])
    if hangul.is_syllable(last):
        return hangul.final_consonant(last)
    if "ㄱ" <= last <= "ㅣ":
        return _sound_of_jamo(text)
    if last in _ASCII_DIGITS:
        return _closing(_reading_of_number(text))
    if letters := _LATIN.search(text):
        return _closing(_reading_of_latin(letters[0]))
    if last in "んン":
        return "ㄴ"
    return _closing(readings.GREEK.get(last.lower(), ""))


_ASCII_DIGITS = "0123456789"
_OPENERS = {")": "(", "]": "["}
_UNIT = re.compile(rf"(?<=[0-9]) ?({'|'.join(map(re.escape, sorted(readings.UNITS, key=len, reverse=True)))})\Z")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?\Z")
_NUMBER = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<decimals>\.[0-9]+)?\Z")
_PRICE = re.compile(rf"([{re.escape(''.join(readings.CURRENCIES))}]) ?[0-9][0-9,.]*\Z")
_FRACTION = re.compile(r"(?<![0-9/])([1-9])/([2-9])\Z")
_NAME_WITH_DIGITS = re.compile(r"[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*\Z")
_CAPITALS_AT_END = re.compile(r"[a-z][A-Z]+\Z")
_LONGEST_SUFFIX = max(map(len, readings.SUFFIXES))


def _without_silent_end(text: str) -> str:
    """Cut what is not read at the end: marks, quotes, emoji, and a gloss in brackets."""
    while text:
        last = text[-1]
        if last in _OPENERS:
            before = text[: _opener_of(text)]
            text = before if any(map(_is_read, before)) else text[:-1]
        elif _is_read(last):
            break
        else:
            text = text[:-1]
    return text


def _is_read(char: str) -> bool:
    return char.isalnum() or char in readings.SIGNS


def _opener_of(text: str) -> int:
    """Where the bracket that closes at the end of the text opens; 0 when nowhere."""
    closer = text[-1]
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] == closer) - (text[position] == _OPENERS[closer])
        if not depth:
            return position
    return 0


def _closing(reading: str) -> str:
    """The final consonant of a reading: of its last syllable, or the jamo that stands for one."""
    if not reading:
        return ""
    return hangul.final_consonant(reading[-1]) if hangul.is_syllable(reading[-1]) else reading[-1]


def _sound_of_jamo(text: str) -> str:
    """A lone consonant is read by its name (ㄱ 기역), a run of them with ㅡ (ㅋㅋ 크크), a vowel as it is."""
    if text[-1] in hangul.MEDIALS or (len(text) > 1 and "ㄱ" <= text[-2] <= "ㅣ"):
        return ""
    return text[-1]


def _reading_of_number(text: str) -> str:
    if name := readings.WITH_DIGITS.get(_found(_NAME_WITH_DIGITS, text).lower()):
        return name
    if price := _PRICE.search(text):
        return readings.CURRENCIES[price[1]]
    fraction = _FRACTION.search(text)
    if fraction and fraction[1] < fraction[2]:
        return readings.DIGITS[int(fraction[1])]
    number = _NUMBER.search(text)
    assert number is not None
    digits = number["whole"].replace(",", "")
    if number["decimals"] or digits[-1] != "0" or digits.startswith("0"):
        return readings.DIGITS[int(text[-1])]
    zeros = len(digits) - len(digits.rstrip("0"))
    return readings.ZEROS.get(str(zeros if zeros < 4 else zeros - zeros % 4), readings.DIGITS[0])


def _reading_of_latin(letters: str) -> str:
    """Spell acronyms letter by letter; read words by their ending."""
    stem, _, after_apostrophe = letters.replace("’", "'").partition("'")
    if after_apostrophe in {"s", "S"}:
        return "스"
    word = _without_accents(after_apostrophe or stem)
    lower = word.lower()
    if reading := readings.WORDS.get(lower):
        return reading
    if _is_spelled_out(word, lower):
        return readings.LETTERS[word[-1].upper()]
    for size in range(min(_LONGEST_SUFFIX, len(lower)), 0, -1):
        if reading := readings.SUFFIXES.get(lower[-size:]):
            return reading
    return ""


def _is_spelled_out(word: str, lower: str) -> bool:
    return (
        len(word) == 1
        or lower in readings.ACRONYMS
        or (word.isupper() and len(word) <= 4)
        or not set(lower) & set("aeiouyé")
        or _CAPITALS_AT_END.search(word) is not None
    ) and word[-1].upper() in readings.LETTERS


def _without_accents(letters: str) -> str:
    """Fold accents, except é at the end, which is never silent; a letter without an ASCII base stays."""
    folded = "".join(char for char in unicodedata.normalize("NFD", letters) if not unicodedata.combining(char))
    return folded[:-1] + "é" if letters[-1] in "éÉ" else folded


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""
