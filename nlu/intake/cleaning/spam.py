"""What nobody said to a bot: advertisements, addresses of pages, keys hit at random, one thing over and over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.korean.final_marks import is_mark

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|net|kr|co|me|ly|gl|io|shop|xyz)(?:/\S*)?\b", re.I)
_ADVERT = re.compile(
    r"^\W*광고\W|[(\[<]\s*광고\s*[)\]>]|무료\s*수신\s*거부|수신\s*거부\s*:?\s*0\d{2}|무료\s*거부\s*0\d{2}"
)
_JAMO = re.compile(r"[ㄱ-ㅣ]+")
_OVER_AND_OVER = re.compile(r"(.{1,20}?)\1{4,}.{0,19}")
_LEAST_REPEATED = 10
_FEW_LETTERS = 6


def _is_advert(text: str) -> bool:
    return bool(_ADVERT.search(text))


def _is_address(text: str) -> bool:
    """An address of a page and next to nothing said of it, or several of them."""
    found = _ADDRESS.findall(text)
    rest = _ADDRESS.sub("", text)
    return len(found) > 1 or (bool(found) and sum(map(str.isalnum, rest)) < _FEW_LETTERS)


def _is_wordless(text: str) -> bool:
    """Nothing but marks, emoji and laughter."""
    return all(char.isspace() or is_mark(char) for char in text)


def _is_mashed(text: str) -> bool:
    """Single jamo as they come of hitting keys at random; what people shorten is shorter (ㅇㅇ, ㄱㅅ)."""
    bare = "".join(char for char in text if not char.isspace() and not is_mark(char))
    return len(bare) >= 4 and _JAMO.fullmatch(bare) is not None


def _is_repeated(text: str) -> bool:
    """One thing five times or oftener and nothing else."""
    bare = "".join(text.split())
    return len(bare) >= _LEAST_REPEATED and not bare.isdigit() and _OVER_AND_OVER.fullmatch(bare) is not None


KINDS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "advert": _is_advert,
        "address": _is_address,
        "wordless": _is_wordless,
        "mashed": _is_mashed,
        "repeated": _is_repeated,
    }
)
"""What is refused, and how it is told; the first that fits is the reason."""


def spam(row: IncomingRow) -> IncomingRow | RefusedRow:
    """Refuse what nobody said to a bot.

    Example:
        >>> texts = ("(광고) 특가!", "ㅋㅋㅋㅋ", "ㅁㄴㅇㄹ", "사랑해" * 9)
        >>> [spam(IncomingRow(text, None, (), "")).code for text in texts]
        ['advert', 'wordless', 'mashed', 'repeated']
    """
    code = next((code for code, is_spam in KINDS.items() if is_spam(row.text)), None)
    return row if code is None else RefusedRow(row.text, row.place, code)
