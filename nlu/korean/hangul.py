"""Hangul syllables taken apart into jamo and keystrokes, and put together again.

Jamo are written as compatibility jamo (ㄱ, ㅏ, ㄳ) throughout, since those are what people see and type.
"""

from __future__ import annotations

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
MEDIALS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS: tuple[str, ...] = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

_COMPOUND_KEYS = """
    ㅘㅗㅏ ㅙㅗㅐ ㅚㅗㅣ ㅝㅜㅓ ㅞㅜㅔ ㅟㅜㅣ ㅢㅡㅣ
    ㄳㄱㅅ ㄵㄴㅈ ㄶㄴㅎ ㄺㄹㄱ ㄻㄹㅁ ㄼㄹㅂ ㄽㄹㅅ ㄾㄹㅌ ㄿㄹㅍ ㅀㄹㅎ ㅄㅂㅅ
"""
COMPOUNDS: dict[str, str] = {row[0]: row[1:] for row in _COMPOUND_KEYS.split()}
"""Jamo that take two keystrokes on the two-set keyboard. Tense consonants and ㅒ, ㅖ take one, with Shift."""

_FIRST_SYLLABLE = ord("가")
_LAST_SYLLABLE = ord("힣")
_INITIAL_INDEX = {char: index for index, char in enumerate(INITIALS)}
_MEDIAL_INDEX = {char: index for index, char in enumerate(MEDIALS)}
_FINAL_INDEX = {char: index for index, char in enumerate(FINALS)}
_COMPOUND_OF = {keys: char for char, keys in COMPOUNDS.items()}


def is_syllable(char: str) -> bool:
    """Tell whether a character is one composed Hangul syllable (가–힣)."""
    return len(char) == 1 and _FIRST_SYLLABLE <= ord(char) <= _LAST_SYLLABLE


def decompose(syllable: str) -> tuple[str, str, str]:
    """Take a syllable apart.

    Example:
        >>> decompose("닭"), decompose("피")
        (('ㄷ', 'ㅏ', 'ㄺ'), ('ㅍ', 'ㅣ', ''))
    """
    if not is_syllable(syllable):
        raise ValueError(f"expected one Hangul syllable, got {syllable!r}")
    rest, final = divmod(ord(syllable) - _FIRST_SYLLABLE, 28)
    initial, medial = divmod(rest, 21)
    return INITIALS[initial], MEDIALS[medial], FINALS[final]


def compose(initial: str, medial: str, final: str = "") -> str:
    """Put a syllable together.

    Example:
        >>> compose("ㄷ", "ㅏ", "ㄺ")
        '닭'
    """
    try:
        index = (_INITIAL_INDEX[initial] * 21 + _MEDIAL_INDEX[medial]) * 28 + _FINAL_INDEX[final]
    except KeyError:
        raise ValueError(f"expected initial, medial and final jamo, got {initial!r}, {medial!r}, {final!r}") from None
    return chr(_FIRST_SYLLABLE + index)


def final_consonant(syllable: str) -> str:
    """Return a syllable's final consonant, "" when it ends in a vowel."""
    if not is_syllable(syllable):
        raise ValueError(f"expected one Hangul syllable, got {syllable!r}")
    return FINALS[(ord(syllable) - _FIRST_SYLLABLE) % 28]


def jamo(text: str) -> str:
    """Spell every syllable as its jamo; everything else stays.

    Example:
        >>> jamo("닭 2개")
        'ㄷㅏㄺ 2ㄱㅐ'
    """
    return "".join("".join(decompose(char)) if is_syllable(char) else char for char in text)


def keystrokes(text: str) -> str:
    """Spell a text as the keys that type it on the two-set keyboard (두벌식), each named by its jamo.

    Example:
        >>> keystrokes("닭과")
        'ㄷㅏㄹㄱㄱㅗㅏ'
    """
    return "".join(COMPOUNDS.get(char, char) for char in jamo(text))


def from_keystrokes(keys: str) -> str:
    """Compose what an input method shows after these keys; the inverse of `keystrokes` for syllables.

    Example:
        >>> from_keystrokes("ㄷㅏㄹㄱㄱㅗㅏ"), from_keystrokes("ㄷㅏㄹㄱㅏ"), from_keystrokes("ㄱㅅ ㅇㅇ")
        ('닭과', '달가', 'ㄱㅅ ㅇㅇ')
    """
    shown: list[str] = []
    initial = medial = final = ""  # the syllable being composed

    def flush() -> None:
        nonlocal initial, medial, final
        shown.append(compose(initial, medial, final) if initial and medial else initial or medial)
        initial = medial = final = ""

    for key in keys:
        if key in _MEDIAL_INDEX:
            if final:  # the last consonant turns out to start a new syllable
                typed = COMPOUNDS.get(final, final)
                final = typed[:-1]
                flush()
                initial, medial = typed[-1], key
            elif medial and medial + key in _COMPOUND_OF:
                medial = _COMPOUND_OF[medial + key]
            else:
                if medial:
                    flush()
                medial = key
        elif key in _INITIAL_INDEX:
            if initial and medial and not final and key in _FINAL_INDEX:
                final = key
            elif final and final + key in _COMPOUND_OF:
                final = _COMPOUND_OF[final + key]
            else:
                flush()
                initial = key
        else:
            flush()
            shown.append(key)
    flush()
    return "".join(shown)
