"""Edits of an utterance's text that carry its spans along."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlu.types import LabelledUtterance, Span


class Edit(NamedTuple):
    """Put `replacement` where `[start, end)` was; an empty stretch inserts, an empty replacement deletes."""

    start: int
    end: int
    replacement: str


def apply_edits(utterance: LabelledUtterance, edits: Iterable[Edit]) -> LabelledUtterance:
    """Change the text and move the spans with it.

    What replaces a part of a span belongs to the span; what is inserted at its edge does not. Intent, origin, weight
    and canonical values stay. Left out are edits that labels can't follow: one that crosses a span's edge, one that
    overlaps an edit before it, and all those inside a span that would otherwise lose every visible character.

    Raises:
        ValueError: an edit lies outside the text.

    Example:
        >>> order = LabelledUtterance("피자를 줘", "order", (Span(0, 2, "menu"),))
        >>> edited = apply_edits(order, [Edit(1, 1, " "), Edit(2, 3, "")])
        >>> edited.text, [(span.start, span.end) for span in edited.spans]
        ('피 자 줘', [(0, 3)])
    """
    kept = _without_emptying(utterance, _separate(utterance, edits))
    if not kept:
        return utterance
    spans = tuple(
        dataclasses.replace(
            span, start=span.start + _shift_of_start(span, kept), end=span.end + _shift_of_end(span, kept)
        )
        for span in utterance.spans
    )
    return dataclasses.replace(utterance, text=_edited(utterance.text, kept), spans=spans)


def _separate(utterance: LabelledUtterance, edits: Iterable[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        if not 0 <= edit.start <= edit.end <= len(utterance.text):
            raise ValueError(f"expected an edit inside the {len(utterance.text)} characters, got {edit}")
        if edit.start >= done and not any(_crosses(edit, span) for span in utterance.spans):
            kept.append(edit)
            done = edit.end
    return kept


def _crosses(edit: Edit, span: Span) -> bool:
    return edit.start < span.start < edit.end or edit.start < span.end < edit.end


def _without_emptying(utterance: LabelledUtterance, edits: list[Edit]) -> list[Edit]:
    for span in utterance.spans:
        inside = [edit for edit in edits if _is_inside(edit, span)]
        if inside and not _edited(utterance.text[: span.end], inside)[span.start :].strip():
            edits = [edit for edit in edits if edit not in inside]
    return edits


def _is_inside(edit: Edit, span: Span) -> bool:
    if edit.start == edit.end:
        return span.start < edit.start < span.end
    return span.start <= edit.start and edit.end <= span.end


def _shift_of_start(span: Span, edits: Sequence[Edit]) -> int:
    return sum(_growth(edit) for edit in edits if edit.end <= span.start)


def _shift_of_end(span: Span, edits: Sequence[Edit]) -> int:
    return sum(_growth(edit) for edit in edits if edit.end <= span.end and edit.start < span.end)


def _growth(edit: Edit) -> int:
    return len(edit.replacement) - (edit.end - edit.start)


def _edited(text: str, edits: Sequence[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, replacement in edits:
        pieces += (text[done:start], replacement)
        done = end
    return "".join((*pieces, text[done:]))
