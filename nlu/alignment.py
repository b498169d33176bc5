"""Where the characters of an entity and the tokens of an analyser meet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from nlu.types import Span, Token


def split_at(tokens: Sequence[Token], spans: Iterable[Span]) -> tuple[Token, ...]:
    """Cut each token where an edge of a span falls inside it; the pieces keep its part of speech.

    Args:
        tokens: sorted, separate tokens with `text == utterance[start:end]`.
        spans: spans of the same text, in any order.

    Example:
        >>> split_at([Token("판교에서", 0, 4, "N")], [Span(0, 2, "loc")])
        (Token(text='판교', start=0, end=2, pos='N'), Token(text='에서', start=2, end=4, pos='N'))
    """
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    pieces: list[Token] = []
    for token in tokens:
        inside = edges[bisect_right(edges, token.start) : bisect_left(edges, token.end)]
        if not inside:
            pieces.append(token)
            continue
        bounds = (token.start, *inside, token.end)
        for start, end in pairwise(bounds):
            pieces.append(Token(token.text[start - token.start : end - token.start], start, end, token.pos))
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
    first = bisect_right(tokens, span.start, key=_end_of)
    last = bisect_left(tokens, span.end, key=_start_of)
    if first >= last:
        raise ValueError(f"expected a token inside {span}, got none")
    if tokens[first].start < span.start or tokens[last - 1].end > span.end:
        raise ValueError(f"expected the edges of {span} between tokens, got {tokens[first]} and {tokens[last - 1]}")
    return first, last


def _start_of(token: Token) -> int:
    return token.start


def _end_of(token: Token) -> int:
    return token.end
