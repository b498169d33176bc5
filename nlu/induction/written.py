"""Letters as a pattern says them: signs of the language are escaped."""

from __future__ import annotations

from nlu.korean.particles import notation_pattern

_SIGNS = frozenset("?(){}<>|~\\#[]@%")


def escaped(text: str) -> str:
    r"""Write a text so that a pattern reads it letter by letter.

    Example:
        >>> print(escaped("10% 할인? 은(는)"), escaped("tagline"))
        10\% 할인\? \은\(는\) \tagline
    """
    notation = notation_pattern()
    written = ""
    for at, char in enumerate(text):
        is_sign = char in _SIGNS or notation.match(text, at) or text.startswith("tag", at)
        written += f"\\{char}" if is_sign else char
    return written
