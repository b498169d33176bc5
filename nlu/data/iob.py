"""IOB2 tags: spans to tags and back, and which tag may follow which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from nlu.data.alignment import token_range
from nlu.types import Span, Token

OUTSIDE = "O"
"""The tag of a token that belongs to no entity."""

_PREFIXES = ("B", "I")


@lru_cache(maxsize=4096)  # there are some hundreds in a model
def split_tag(tag: str) -> tuple[str, str]:
    """Split a tag into its mark and its label; the label of "O" is "".

    Raises:
        ValueError: the tag is neither `O` nor `B-label` nor `I-label`.

    Example:
        >>> split_tag("B-loc:from"), split_tag("O")
        (('B', 'loc:from'), ('O', ''))
    """
    if tag == OUTSIDE:
        return OUTSIDE, ""
    mark, dash, label = tag.partition("-")
    if mark not in _PREFIXES or not dash or not label:
        raise ValueError(f"expected 'O', 'B-label' or 'I-label', got {tag!r}")
    return mark, label


def encode(tokens: Sequence[Token], spans: Iterable[Span]) -> list[str]:
    """Tag each token with the span that it belongs to.

    Args:
        tokens: sorted, separate tokens, already split where a span's edge falls (see `nlu.data.alignment.split_at`).
        spans: sorted, separate spans of the same text.

    Raises:
        ValueError: a span's edge falls inside a token, a span holds no token, or two spans share a token.

    Example:
        >>> encode([Token("판교", 0, 2), Token("에", 2, 3)], [Span(0, 2, "loc")])
        ['B-loc', 'O']
    """
    tags = [OUTSIDE] * len(tokens)
    for span in spans:
        first, last = token_range(tokens, span)
        if any(tag != OUTSIDE for tag in tags[first:last]):
            raise ValueError(f"expected separate spans, got {span} over a span before it")
        tags[first:last] = [f"B-{span.label}"] + [f"I-{span.label}"] * (last - first - 1)
    return tags


def decode(tags: Sequence[str], tokens: Sequence[Token]) -> tuple[Span, ...]:
    """Read the spans out of tags, legal or not.

    An `I-x` that follows neither `B-x` nor `I-x` begins a span, as in conlleval.

    Example:
        >>> decode(["I-loc:from", "O"], [Token("판교", 0, 2), Token("에", 2, 3)])
        (Span(start=0, end=2, entity='loc', role='from', value=None),)

    Source: conlleval (CoNLL-2000 shared task).
    """
    if len(tags) != len(tokens):
        raise ValueError(f"expected one tag a token, got {len(tags)} tags for {len(tokens)} tokens")
    spans: list[Span] = []
    first, before = 0, OUTSIDE  # of the span that is being read: its first character, and the tag of its last token
    for at, tag in enumerate((*tags, OUTSIDE)):
        if tag == before == OUTSIDE or (tag[:2] == "I-" and before != OUTSIDE and tag[2:] == before[2:]):
            before = tag
            continue
        if before != OUTSIDE:
            entity, _, role = split_tag(before)[1].partition(":")
            spans.append(Span(first, tokens[at - 1].end, entity, role or None))
        if tag != OUTSIDE:
            first = tokens[at].start
        before = tag
    return tuple(spans)


def tag_names(labels: Iterable[str]) -> tuple[str, ...]:
    """List all tags of these labels: "O", then B and I of each label in order.

    Example:
        >>> tag_names(["menu", "loc"])
        ('O', 'B-loc', 'I-loc', 'B-menu', 'I-menu')
    """
    return (OUTSIDE, *(f"{mark}-{label}" for label in sorted(set(labels)) for mark in _PREFIXES))


def legal_start(tag: str) -> bool:
    """Tell whether a sequence may begin with this tag."""
    return split_tag(tag)[0] != "I"


def legal_move(before: str, after: str) -> bool:
    """Tell whether `after` may follow `before`: anything but an `I-x` after something that is not x.

    Example:
        >>> legal_move("B-loc", "I-loc"), legal_move("B-loc", "I-menu"), legal_move("O", "I-loc")
        (True, False, False)
    """
    mark, label = split_tag(after)
    return mark != "I" or split_tag(before)[1] == label
