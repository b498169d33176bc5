"""The marks at the end of an utterance that change nothing of what is meant: punctuation, emoji, ㅋㅋ and ㅠㅠ."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby

_LAUGHTER = frozenset("ㅋㅎㅠㅜㅡ")
"""Jamo that stand for laughing or crying, and are part of a word only after another jamo (ㅇㅋ)."""
_MEANT = frozenset("%#&@*/\\‰")
"""Signs that say something, though Unicode counts them as punctuation."""
_DRAWN = frozenset("~^`<>=|♡♥☆★♪♬")


@lru_cache(maxsize=4096)
def is_mark(char: str) -> bool:
    """Whether a character says nothing at the end of an utterance.

    Example:
        >>> [is_mark(char) for char in "?~ㅋ😀%원"]
        [True, True, True, True, False, False]
    """
    if char in _LAUGHTER or char in _DRAWN:
        return True
    category = unicodedata.category(char)
    if category == "So":
        return "\u2190" <= char < "\u3200" or char >= "\U0001f000"  # not units such as ℃ and ㎏
    return category == "Sk" or (category.startswith("P") and char not in _MEANT)


def core_ends(text: str) -> list[int]:
    """Where a text without spaces may be said to end, the shortest first: all that follows is marks.

    One laughing jamo after another jamo is no mark, so that ㅇㅋ is not ㅇ; two are.

    Example:
        >>> core_ends("안녕!!"), core_ends("ㅇㅋ"), core_ends("ㅇㅇㅋㅋ")
        ([2, 3, 4], [2], [2, 3, 4])
    """
    end = len(text)
    while end and is_mark(text[end - 1]):
        end -= 1
    return [at for at in range(end, len(text) + 1) if not _is_within_word(text, at)]


def core(text: str) -> str:
    """A text without spaces and without its final marks; one of nothing but marks with each of them once.

    Example:
        >>> core("안녕하세요~~ㅎㅎ"), core("ㅋㅋㅋㅋ"), core("ㅇㅋㅋ")
        ('안녕하세요', 'ㅋ', 'ㅇ')
    """
    end = core_ends(text)[0]
    return text[:end] if end else once_each(text)


def once_each(text: str) -> str:
    """A text whose repeated characters are written once."""
    return "".join(char for char, _ in groupby(text))


def _is_within_word(text: str, at: int) -> bool:
    if not 0 < at < len(text) or text[at] not in _LAUGHTER or not "ㄱ" <= text[at - 1] <= "ㅣ":
        return False
    return text[at] != text[at - 1] and text[at + 1 : at + 2] not in _LAUGHTER
