"""What people type in one form, whose characters remember where they came from."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from nlu.korean.hangul import FINALS


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
