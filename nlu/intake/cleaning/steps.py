"""Steps that look at one row alone: its form, its length, its language, the personal data in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.korean.normalization import NormalizedText, normalize
from nlu.korean.personal_data import MaskedText, mask
from nlu.types import Span


def tidy(row: IncomingRow) -> IncomingRow:
    r"""Write a text in one form: nothing invisible, single spaces, composed Hangul; entities move with it.

    Example:
        >>> tidy(IncomingRow(" 판교\u200b  날씨", None, (Span(1, 4, "loc"),), "")).spans
        (Span(start=0, end=2, entity='loc', role=None, value=None),)
    """
    normalized = normalize(row.text)
    if normalized.text == row.text:
        return row
    moved = (_moved(span, normalized) for span in row.spans)
    return replace(row, text=normalized.text, spans=tuple(span for span in moved if span is not None))


def blank(row: IncomingRow) -> IncomingRow | RefusedRow:
    """Refuse what has no letter, digit or sign."""
    return row if row.text else RefusedRow("", row.place, "blank")


def length(shortest: int, longest: int) -> Callable[[IncomingRow], IncomingRow | RefusedRow]:
    """Refuse what is too short or too long for an utterance."""

    def step(row: IncomingRow) -> IncomingRow | RefusedRow:
        size = len(row.text)
        if shortest <= size <= longest:
            return row
        code, bound = ("short", shortest) if size < shortest else ("long", longest)
        return RefusedRow(row.text[: longest + 1], row.place, code, {"length": size, "bound": bound})

    return step


def korean(least: float) -> Callable[[IncomingRow], IncomingRow | RefusedRow]:
    """Refuse what has letters of which too few are Korean; numbers and signs are of every language."""

    def step(row: IncomingRow) -> IncomingRow | RefusedRow:
        share = korean_share(row.text)
        if share is None or share >= least:
            return row
        return RefusedRow(row.text, row.place, "language", {"share": round(share, 3)})

    return step


def korean_share(text: str) -> float | None:
    """The part of a text's letters that are Korean; None where it has none.

    Example:
        >>> korean_share("LG TV 켜줘"), korean_share("1 + 1?")
        (0.3333333333333333, None)
    """
    letters = [char for char in text if char.isalpha()]
    hangul = sum("가" <= char <= "힣" or "ㄱ" <= char <= "ㆎ" for char in letters)
    return hangul / len(letters) if letters else None


def masked(row: IncomingRow) -> IncomingRow:
    """Mask personal data; a text keeps its length, so entities stay where they are."""
    hidden = mask(row.text)
    if not hidden.found:
        return row
    spans = tuple(_hidden(span, hidden) for span in row.spans)
    kinds = tuple(sorted({*row.masks, *hidden.kinds}))
    return replace(row, text=hidden.text, spans=spans, masks=kinds)


def _hidden(span: Span, text: MaskedText) -> Span:
    """A canonical value would tell what the mask hides."""
    return replace(span, value=None) if text.touches(span.start, span.end) else span


def _moved(span: Span, normalized: NormalizedText) -> Span | None:
    """Where a stretch of the original stands in the normalised text; None where nothing of it is left."""
    inside = [
        at
        for at, (start, end) in enumerate(zip(normalized.starts, normalized.ends, strict=True))
        if start < span.end and end > span.start
    ]
    text = normalized.text
    while inside and text[inside[0]] == " ":
        inside.pop(0)
    while inside and text[inside[-1]] == " ":
        inside.pop()
    return replace(span, start=inside[0], end=inside[-1] + 1) if inside else None
