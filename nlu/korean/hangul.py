"""Normalisation that remembers where each character came from, and Hangul taken apart into jamo and keystrokes.

Jamo are written as compatibility jamo (ㄱ, ㅏ, ㄳ) throughout, since those are what people see and type.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

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


# ---------------------------------------------------------------------------------------------------- normalisation


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """A normalised text whose characters know the stretch of the original they stand for.

    Attributes:
        text: the normalised text.
        original: the text as it was given.
        starts: for each character of `text`, where its stretch of `original` starts.
        ends: for each character of `text`, one past where that stretch ends.
    """

    text: str
    original: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        r"""Return the stretch of the original that `[start, end)` of the normalised text stands for.

        Example:
            >>> normalized = normalize("  피자\u200b를   줘")
            >>> normalized.text, normalized.to_original(0, 2), normalized.to_original(2, 3)
            ('피자를 줘', (2, 4), (5, 6))
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"expected 0 <= start <= end <= {len(self.text)}, got start={start}, end={end}")
        if start < end:
            return self.starts[start], self.ends[end - 1]
        edge = self.starts[start] if start < len(self.text) else self.ends[-1] if self.text else 0
        return edge, edge


def normalize(text: str) -> NormalizedText:
    r"""Normalise what people type, without changing what they said; idempotent on the text.

    Conjoining jamo and combining marks compose (NFC); jamo that stay alone become compatibility jamo; compatibility
    jamo stay as they are, so that ㅇㅇ and ㄱㅅ survive. Full-width forms become half-width, half-width jamo become
    full-width. Zero-width, bidirectional and other control characters, variation selectors and lone surrogates go. A
    run of white space (a Hangul filler shows as one) becomes one space; at the ends it goes. Case is kept.

    Example:
        >>> normalize("ＫＴＸ　타고\n\n가자 ㅇㅇ").text
        'KTX 타고 가자 ㅇㅇ'
    """
    if _ALREADY_NORMAL.fullmatch(text):
        size = len(text)
        if size < len(_POSITIONS):
            return NormalizedText(text, text, _POSITIONS[:size], _POSITIONS[1 : size + 1])
        return NormalizedText(text, text, tuple(range(size)), tuple(range(1, size + 1)))
    chars, starts, ends = _compose(*_replace(text))
    return NormalizedText("".join(chars), text, tuple(starts), tuple(ends))


_NORMAL_CHARS = r"!-~가-힣ㄱ-ㅣ·…‘’“”₩€℃"
_ALREADY_NORMAL = re.compile(f"(?:[{_NORMAL_CHARS}]+(?: [{_NORMAL_CHARS}]+)*)?")
_POSITIONS = tuple(range(513))

_BLANKS = "\u3164\uffa0\u2800"
_FILLERS = "\u115f\u1160\u034f"
_SIGNS = dict(zip("￠￡￢￣￤￥￦", "¢£¬¯¦¥₩", strict=True))
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})


def _compatibility_jamo() -> dict[str, str]:
    """Conjoining jamo, modern and old, and half-width jamo → compatibility jamo."""
    table: dict[str, str] = {}
    for code in range(0x3131, 0x318F):
        table.setdefault(unicodedata.normalize("NFKD", chr(code)), chr(code))
    for code in range(0xFFA1, 0xFFDD):
        half_width = chr(code)
        if unicodedata.name(half_width, ""):
            table[half_width] = table[unicodedata.normalize("NFKD", half_width)]
    table.update({chr(0x11A7 + index): final for index, final in enumerate(FINALS) if final})
    return table


_COMPATIBILITY_JAMO = _compatibility_jamo()


@functools.lru_cache(maxsize=4096)
def _replacement(char: str) -> str:
    """What one character becomes before composition: itself, another one, a space, or nothing."""
    if char in _BLANKS or char.isspace():
        return " "
    if char in _FILLERS or unicodedata.category(char) in _DROPPED_CATEGORIES or _is_variation_selector(char):
        return ""
    if "！" <= char <= "～":
        return chr(ord(char) - 0xFEE0)
    if "\uffa1" <= char <= "\uffdc":
        return _COMPATIBILITY_JAMO.get(char, char)
    return _SIGNS.get(char, char)


def _is_variation_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or "\u180b" <= char <= "\u180f"


def _replace(text: str) -> tuple[list[str], list[int], list[int]]:
    """Replace character by character; runs of white space become one space and vanish at both ends."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, original in enumerate(text):
        char = _replacement(original)
        if not char or (char == " " and not chars):
            continue
        if char == " " and chars[-1] == " ":
            ends[-1] = position + 1
            continue
        chars.append(char)
        starts.append(position)
        ends.append(position + 1)
    if chars and chars[-1] == " ":
        del chars[-1], starts[-1], ends[-1]
    return chars, starts, ends


def _compose(chars: list[str], starts: list[int], ends: list[int]) -> tuple[list[str], list[int], list[int]]:
    """Compose (NFC) cluster by cluster; a cluster that changes gives its whole stretch to each of its characters."""
    out_chars: list[str] = []
    out_starts: list[int] = []
    out_ends: list[int] = []
    first = 0
    while first < len(chars):
        last = first + 1
        while last < len(chars) and _joins(chars[first:last], chars[last]):
            last += 1
        cluster = "".join(chars[first:last])
        composed = unicodedata.normalize("NFC", cluster)
        if composed == cluster:
            out_starts += starts[first:last]
            out_ends += ends[first:last]
        else:
            out_starts += [starts[first]] * len(composed)
            out_ends += [ends[last - 1]] * len(composed)
        out_chars += [_COMPATIBILITY_JAMO.get(char, char) for char in composed]
        first = last
    return out_chars, out_starts, out_ends


def _joins(cluster: list[str], char: str) -> bool:
    """Whether a character belongs to the cluster before it: a combining mark, or a part that composes with it."""
    if "가" <= char <= "힣" or char < "\u0300":
        return False
    if unicodedata.combining(char):
        return True
    before = unicodedata.normalize("NFC", "".join(cluster))
    return unicodedata.normalize("NFC", before + char) != before + unicodedata.normalize("NFC", char)


# ------------------------------------------------------------------------------------------------------------- jamo


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


# ------------------------------------------------------------------------------------------------------- keystrokes


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
