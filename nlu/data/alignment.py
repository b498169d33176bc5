"""Character spans of entities aligned with the tokens of an analyser."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter

from nlu.korean.normalization import normalize
from nlu.types import LabelledUtterance, Span, Token


def normalize_utterance(utterance: LabelledUtterance) -> LabelledUtterance:
    """Normalise the text as the parser does, and carry the spans along; a span left with nothing but spaces goes.

    Example:
        >>> normalize_utterance(LabelledUtterance("  판교   날씨", "weather", (Span(2, 4, "loc"),)))
        LabelledUtterance(text='판교 날씨', intent='weather', spans=(Span(start=0, end=2, entity='loc', role=None,
        value=None),), origin='', weight=1.0)
    """
    normalized = normalize(utterance.text)
    if normalized.text == utterance.text:
        kept = tuple(span for span in utterance.spans if utterance.text[span.start : span.end].strip())
        return utterance if kept == utterance.spans else replace(utterance, spans=kept)
    spans: list[Span] = []
    for span in utterance.spans:
        taken = spans[-1].end if spans else 0  # an edge inside a character that composes: the first span has it
        start = max(bisect_right(normalized.ends, span.start), taken)
        end = bisect_left(normalized.starts, span.end)
        if normalized.text[start:end].strip():
            spans.append(replace(span, start=start, end=end))
    return replace(utterance, text=normalized.text, spans=tuple(spans))


def to_word_ends(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Move each span's end to the next space, or to where the next span starts.

    Example:
        >>> [span.end for span in to_word_ends("판교에서 강남까지", [Span(0, 2, "loc"), Span(5, 7, "loc")])]
        [4, 9]
    """
    limits = [*(span.start for span in spans[1:]), len(text)][: len(spans)]
    ends = [text.find(" ", span.end, limit) for span, limit in zip(spans, limits, strict=True)]
    return tuple(
        replace(span, end=end if end >= 0 else limit) for span, end, limit in zip(spans, ends, limits, strict=True)
    )


def split_at(tokens: Sequence[Token], spans: Iterable[Span]) -> tuple[Token, ...]:
    """Cut each token where an edge of a span falls inside it; the pieces keep its part of speech.

    Args:
        tokens: sorted, separate tokens with `text == utterance[start:end]`.
        spans: spans of the same text, in any order.

    Example:
        >>> split_at([Token("판교에서", 0, 4, "N")], [Span(0, 2, "loc")])
        (Token(text='판교', start=0, end=2, pos='N', semantic=''),
         Token(text='에서', start=2, end=4, pos='N', semantic=''))
    """
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    pieces: list[Token] = []
    for token in tokens:
        inside = edges[bisect_right(edges, token.start) : bisect_left(edges, token.end)]
        if not inside:
            pieces.append(token)
            continue
        for start, end in pairwise((token.start, *inside, token.end)):
            text = token.text[start - token.start : end - token.start]
            pieces.append(Token(text, start, end, token.pos, token.semantic))
    return tuple(pieces)


def token_range(tokens: Sequence[Token], span: Span) -> tuple[int, int]:
    """Find the token span `[first, last)` that a character span covers.

    Spaces at the edges of the span are of no account, since no token covers them.

    Args:
        tokens: sorted, separate tokens.
        span: a character span of the same text.

    Raises:
        ValueError: an edge falls inside a token, or no token lies in the span.

    Example:
        >>> token_range([Token("오늘", 0, 2), Token("판교", 3, 5), Token("에", 5, 6)], Span(3, 5, "loc"))
        (1, 2)
    """
    first = bisect_right(tokens, span.start, key=attrgetter("end"))
    last = bisect_left(tokens, span.end, key=attrgetter("start"))
    if first >= last:
        raise ValueError(f"expected a token inside {span}, got none")
    if tokens[first].start < span.start or tokens[last - 1].end > span.end:
        raise ValueError(f"expected the edges of {span} between tokens, got {tokens[first]} and {tokens[last - 1]}")
    return first, last
