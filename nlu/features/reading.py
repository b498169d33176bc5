"""A text as the networks read it: without marks that stand beside words, and without long runs of the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace

from nlu.korean.marks import without_marks
from nlu.korean.normalization import NormalizedText, normalize
from nlu.korean.repetition import shortened
from nlu.lexicon.lexicon import Lexicon
from nlu.types import LabelledUtterance, Span


def plain(normalized: NormalizedText, lexicon: Lexicon) -> NormalizedText:
    """Leave out what says nothing: marks beside words, and what is said for the fourth time in a row.

    Args:
        normalized: as `nlu.korean.normalization.normalize` leaves it.
        lexicon: its values keep their marks.

    Example:
        >>> plain(normalize("('피자', 콜라)"), Lexicon(())).text
        '피자 콜라'
    """

    def values(text: str) -> Iterable[tuple[int, int]]:
        return ((match.start, match.end) for match in lexicon.matches(text))

    return shortened(without_marks(normalized, values), values)


def plain_utterance(utterance: LabelledUtterance, lexicon: Lexicon) -> LabelledUtterance:
    """Do to a labelled utterance, normalised already, what `plain` does to a text; its entities move along."""
    read = plain(normalize(utterance.text), lexicon)
    if read.text == utterance.text:
        return utterance
    spans: list[Span] = []
    for span in utterance.spans:
        taken = spans[-1].end if spans else 0
        start, end = max(bisect_left(read.starts, span.start), taken), bisect_right(read.ends, span.end)
        if stripped := read.text[start:end].strip():
            start = read.text.index(stripped, start)
            spans.append(replace(span, start=start, end=start + len(stripped)))
    return replace(utterance, text=read.text, spans=tuple(spans))
