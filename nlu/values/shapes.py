r"""Free text with a shape: order numbers, and whatever an author gives a pattern of (`주문번호 = [A-Z]-\d{4}`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.values.found import Value

ORDER_NUMBER = r"[A-Z]{1,4}-?\d{3,12}(?:-\d{2,8})*|\d{4,14}(?:-\d{2,8})*"
"""What order numbers look like where the author says nothing: A-1234, 20261130-0001."""


def find_shape(kind: str, shape: re.Pattern[str], text: str) -> Iterator[Value]:
    """Find what has a shape and stands by itself; letters are given as capitals if the shape has no small ones.

    Args:
        kind: the type of the values.
        shape: what they look like.
        text: the text.

    Example:
        >>> [one.value for one in find_shape("order_number", re.compile(ORDER_NUMBER), "주문번호 A-1234랑 b12는요")]
        ['A-1234']
    """
    for match in shape.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if not match[0] or _glued(before, match[0][0]) or _glued(after, match[0][-1]):
            continue
        yield Value(kind, match.start(), match.end(), match[0])


def _glued(beside: str, edge: str) -> bool:
    """Whether a character continues the word: a letter or a digit does, Hangul does not, which may be a particle."""
    return beside.isascii() and beside.isalnum() and edge.isalnum()
