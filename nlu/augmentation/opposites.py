"""Other meanings of an utterance, to test whether an answer changes with them: taken back, or asked not to be done.

Nothing here is noise that keeps labels right: what comes out means something else than what went in.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from nlu.augmentation import tables
from nlu.augmentation.edits import Edit, apply_edits
from nlu.types import LabelledUtterance

_TAKING_BACK = ("취소해줘", "아니 취소해줘", "아니다 취소할게", "아니요 취소해 주세요", "취소 부탁드려요")
_NO = """
취소 무르 무를 물러 물리 철회 환불 없던 그만 말고 빼 접을 됐어 관둘 싫 아니 아뇨 ㄴㄴ 노노 안_ 못_
하지_마 하지마 지_말 지말
"""
_SAYS_NO = re.compile("|".join(word.replace("_", " ") for word in _NO.split()))
_SAYS_YES = re.compile(r"\A(응|네|넵|넹|예|그래|어|웅|엉|ㅇㅇ|ㅇㅋ|오케이|맞|좋)(?![가-힣]{3})")
"""An answer to a question, with which "취소해줘" may well be what was asked."""
_NEGATIVES = {
    "줘": ("주지 마", "주지 마세요"),
    "해": ("하지 마", "하지 마세요"),
    "시켜줘": ("시키지 마", "시키지 마세요"),
    "싶어": ("싶지 않아", "싶지 않아요"),
    "필요해": ("필요 없어", "필요 없어요"),
}
"""The first ending of a row of `tables.ENDINGS` → its opposite, blunt and polite."""


def taken_back(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance | None:
    """Say at the end that it is to be cancelled; None where it says no, or answers a question, already.

    Example:
        >>> taken_back(LabelledUtterance("피자 시켜줘!", "order"), random.Random(1)).text
        '피자 시켜줘! 아니 취소해줘'
    """
    if says_no(utterance.text) or _SAYS_YES.match(utterance.text):
        return None
    end = len(utterance.text)
    return apply_edits(utterance, [Edit(end, end, f" {rng.choice(_TAKING_BACK)}")])


def negated(utterance: LabelledUtterance, rng: random.Random) -> LabelledUtterance | None:
    """Ask that it be not done: 시켜줘 → 시키지 마; None where the end is none that this can be said with.

    Example:
        >>> negated(LabelledUtterance("피자 주문해주세요", "order"), random.Random(0)).text
        '피자 주문하지 마세요'
    """
    mark = tables.TRAILING_MARKS.search(utterance.text)
    end = mark.start() if mark else len(utterance.text)
    body, labelled = utterance.text[:end], utterance.spans[-1].end if utterance.spans else 0
    for said, after, opposite in _OPPOSITES:
        start = end - len(said)
        if start >= max(1, labelled) and body.endswith(said) and after.search(body[:start]):
            return apply_edits(utterance, [Edit(start, end, opposite)])
    return None


def says_no(text: str) -> bool:
    """Whether a text cancels, refuses or denies something already."""
    return _SAYS_NO.search(text) is not None


def _opposites() -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Ending, what must stand before it, and its opposite."""
    for row in tables.ENDINGS:
        blunt, polite = _NEGATIVES.get(row.blunt.split()[0], ("", ""))
        after = re.compile(f"(?:{row.after})\\Z") if row.after else re.compile("")
        for words, opposite in ((row.blunt, blunt), (row.polite, polite)):
            for word in words.split() if opposite else ():
                if not word.startswith(">"):
                    yield word.replace("_", " "), after, opposite


_OPPOSITES = sorted(_opposites(), key=lambda one: (-len(one[0]), not one[1].pattern))
