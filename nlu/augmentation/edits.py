"""Edits of an utterance's text that carry its spans along."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlu.types import LabelledUtterance


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
        >>> from nlu.types import Span
        >>> order = LabelledUtterance("피자를 줘", "order", (Span(0, 2, "menu"),))
        >>> edited = apply_edits(order, [Edit(1, 1, " "), Edit(2, 3, "")])
        >>> edited.text, [(span.start, span.end) for span in edited.spans]
        ('피 자 줘', [(0, 3)])
    """
    kept = _without_emptying(utterance, _separate(utterance, edits))
    if not kept:
        return utterance
    grown = [(edit, len(edit.replacement) - (edit.end - edit.start)) for edit in kept]
    spans = tuple(
        dataclasses.replace(
            span,
            start=span.start + sum(growth for edit, growth in grown if edit.end <= span.start),
            end=span.end + sum(growth for edit, growth in grown if edit.end <= span.end and edit.start < span.end),
        )
        for span in utterance.spans
    )
    return dataclasses.replace(utterance, text=_edited(utterance.text, kept), spans=spans)


def _separate(utterance: LabelledUtterance, edits: Iterable[Edit]) -> list[Edit]:
    """Keep the edits that overlap none before them and cross no span's edge."""
    edges = {edge for span in utterance.spans for edge in (span.start, span.end)}
    kept: list[Edit] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit[:2]):
        if not 0 <= edit.start <= edit.end <= len(utterance.text):
            raise ValueError(f"expected an edit inside the {len(utterance.text)} characters, got {edit}")
        if edit.start >= done and not any(edit.start < edge < edit.end for edge in edges):
            kept.append(edit)
            done = edit.end
    return kept


def _without_emptying(utterance: LabelledUtterance, edits: list[Edit]) -> list[Edit]:
    """Drop the edits inside a span that they would leave without a visible character."""
    for span in utterance.spans:
        inside = [
            edit
            for edit in edits
            if span.start <= edit.start <= edit.end <= span.end
            and (edit.start < edit.end or span.start < edit.start < span.end)
        ]
        if inside and not _edited(utterance.text[: span.end], inside)[span.start :].strip():
            edits = [edit for edit in edits if edit not in inside]
    return edits


def _edited(text: str, edits: Sequence[Edit]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, replacement in edits:
        pieces += (text[done:start], replacement)
        done = end
    return "".join((*pieces, text[done:]))
