"""Marks beside words: which belong to a word (3.5, 50%, C++), and a text without those that only stand around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from itertools import chain, pairwise

from nlu.korean.normalization import NormalizedText
from nlu.korean.particles import following

Stretch = tuple[int, int]


def without_marks(normalized: NormalizedText, values: Callable[[str], Iterable[Stretch]]) -> NormalizedText:
    """Leave out the marks that stand beside words, so that `'피자', 콜라` reads like `피자 콜라`.

    A mark between two words becomes a space; one that closes a word which goes on with a particle (`"피자"를`) leaves
    none. What belongs to a word stays (`3.5`, `10:30`, `50%`, `C++`), and so does a question mark at the end, the only
    one that says something. A text of nothing but marks stays as it is.

    Args:
        normalized: as `nlu.korean.normalization.normalize` leaves it.
        values: finds the stretches of a text whose marks stay, such as the values of a dictionary.

    Example:
        >>> from nlu.korean.normalization import normalize
        >>> def plain(text):
        ...     return without_marks(normalize(text), lambda text: ()).text
        >>> plain("'피자', 콜라를 10:30까지 주문해줘!!!"), plain("“판교”에서 / 강남…")
        ('피자 콜라를 10:30까지 주문해줘', '판교에서 강남')
    """
    text = normalized.text
    if _PLAIN.fullmatch(text):
        return normalized
    loose = _loose(text, values)
    if not loose or all(at in loose or char == " " for at, char in enumerate(text)):
        return normalized
    pieces = _pieces(text, loose)
    return NormalizedText(
        "".join(char for char, _, _ in pieces),
        normalized.original,
        tuple(normalized.starts[start] for _, start, _ in pieces),
        tuple(normalized.ends[stop - 1] for _, _, stop in pieces),
    )


def cuts(normalized: NormalizedText) -> frozenset[int]:
    """Before which characters of the text marks of the original were left out: no value goes on there.

    Example:
        >>> from nlu.korean.normalization import normalize
        >>> cuts(without_marks(normalize("피자,콜라"), lambda text: ()))
        frozenset({3})
    """
    text, original = normalized.text, normalized.original
    if text is original:
        return frozenset()
    places = [at for at, char in enumerate(text) if char != " "]
    between = ((at, normalized.ends[before], normalized.starts[at]) for before, at in pairwise(places))
    return frozenset(at for at, end, start in between if end < start and any(map(separates, original[end:start])))


def body_end(text: str) -> int:
    """Where the marks and the laughter at the end of a text begin.

    Example:
        >>> body_end("판교 날씨?? ㅋㅋ"), body_end("!!")
        (5, 0)
    """
    return len(text.rstrip(_AT_THE_END + " "))


def may_begin(char: str) -> bool:
    """Whether a value may begin with a character: a letter, a digit, or a sign that stands before a number.

    Example:
        >>> [may_begin(char) for char in "가$,"]
        [True, True, False]
    """
    return char in "$€£¥₩+-−" or not (char == " " or _is_mark(char))


def may_end(char: str) -> bool:
    """Whether a value may end with a character: a letter, a digit, or a sign that stands after one (50%, C++, b.).

    Example:
        >>> [may_end(char) for char in "가%,"]
        [True, True, False]
    """
    return char in "%‰℃℉°′″+#." or not (char == " " or _is_mark(char))


@lru_cache(maxsize=4096)
def separates(char: str) -> bool:
    """Whether a character of an original text was a mark, laughter, or the end of a line."""
    return (
        char in _LAUGHTER
        or char in _LINE_ENDS
        or not (char.isspace() or unicodedata.category(char)[0] == "C" or not _is_mark(char))
    )


_LINE_ENDS = "\n\r\t\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_LAUGHTER = "ㅋㅎㅠㅜㅡ"
_AT_THE_END = f"?!^{_LAUGHTER}"
_KEPT_AT_THE_END = "?"
_CLOSING = frozenset("'\"’”`´)]}>」』】》〉〕*_~…")

_PLAIN = re.compile(r"[0-9A-Za-z가-힣ㄱ-ㅊㅌ-ㅍㅏ-ㅗㅛㅝ-ㅟㅢㅣ ]*[?]{0,2}")
"""Texts that surely have nothing to leave out."""

_HELD = re.compile(
    r"(?<=\d)[.:/\-–~∼〜+*=](?=\d)"  # 3.5, 10:30, 3~4명, 010-1234
    r"|(?<=\d),(?=\d{3}(?!\d))"  # 35,000
    r"|(?<=[A-Za-z0-9])[-.'’&@_+](?=[A-Za-z0-9])"  # T-50, AT&T
    r"|(?<=[A-Za-z])-(?=[가-힣])"  # KTX-이음
    r"|(?<=\d)[%‰℃℉°′″]|[$€£¥₩](?=\d)"
    r"|(?<!\S)[-+−](?=\d+(?:\.\d+)?(?:도|℃|°|%))"  # -5도
    r"|(?:(?<=^[A-Za-z])|(?<=[^A-Za-z0-9][A-Za-z]))(?:\.|\+\+|#)(?![A-Za-z0-9])"  # k. b. s., C++, C#
)
"""Marks that belong to a word."""

_ROW = re.compile(r"(?<!\S)(?P<number>\d{1,2})(?P<sign>[.)])(?!\d)")
_LAUGHS = re.compile(rf"(?<![ㄱ-ㅣ])[{_LAUGHTER}]+(?![ㄱ-ㅣ])")


@lru_cache(maxsize=4096)
def _is_mark(char: str) -> bool:
    """Whether a character of a normalised text is neither part of a word nor a space; ㆍ is typed for a middle dot."""
    return (
        char == "ㆍ"
        or _is_enclosed(char)
        or not (char.isalnum() or char == " " or unicodedata.category(char) in ("Mn", "Mc"))
    )


def _is_enclosed(char: str) -> bool:
    """Whether a character numbers the rows of a list: ①, ❶, ㉮."""
    return "\u2460" <= char <= "\u24ff" or "\u2776" <= char <= "\u2793" or "\u3200" <= char <= "\u327e"


def _numbering(text: str) -> Iterable[int]:
    """Where a list has its numbers, as in `1) 피자 2) 콜라`: from 1 on, two at least, all with one sign."""
    if not text.startswith(("1.", "1)")):
        return ()
    rows: list[re.Match[str]] = []
    for match in _ROW.finditer(text):
        if int(match["number"]) == len(rows) + 1 and match["sign"] == text[1]:
            rows.append(match)
    return chain.from_iterable(range(*row.span()) for row in rows) if len(rows) > 1 else ()


def _loose(text: str, values: Callable[[str], Iterable[Stretch]]) -> Collection[int]:
    """Where the marks are that belong to no word, laughter among them."""
    loose = {at for at, char in enumerate(text) if _is_mark(char)}
    for match in _LAUGHS.finditer(text):
        loose.update(range(*match.span()))
    for match in _HELD.finditer(text):
        loose.difference_update(range(*match.span()))
    loose.update(_numbering(text))
    if loose:
        for start, end in values(text):
            loose.difference_update(range(start, end))
    return loose


def _pieces(text: str, loose: Collection[int]) -> list[tuple[str, int, int]]:
    """What is left of a text: characters, each with the stretch that it stands for."""
    end = max(at for at, char in enumerate(text) if at not in loose and char != " ") + 1
    pieces: list[tuple[str, int, int]] = []
    gap: int | None = None
    for at in range(end):
        if at in loose or text[at] == " ":
            gap = at if gap is None else gap
            continue
        if gap is not None and pieces and not _goes_on(text, gap, at):
            pieces.append((" ", gap, at))
        pieces.append((text[at], at, at + 1))
        gap = None
    return [*pieces, *_final(text, end)]


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether marks close a word that goes on with a particle."""
    return text[end - 1] in _CLOSING and " " not in text[start:end] and bool(following(text, end))


def _final(text: str, end: int) -> list[tuple[str, int, int]]:
    """The question marks at the end, two of them, after a space where they had one."""
    places = [at for at in range(end, len(text)) if text[at] in _KEPT_AT_THE_END][:2]
    kept = [(text[at], at, at + 1) for at in places]
    return [(" ", places[0] - 1, places[0]), *kept] if places and text[places[0] - 1] == " " else kept
