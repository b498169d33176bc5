"""Tokens that are eojeols: what stands between spaces."""

from __future__ import annotations

from nlu.tokenizers.base import Setting, words
from nlu.types import Token


class WhitespaceTokenizer:
    """Cuts at spaces.

    Example:
        >>> [token.text for token in WhitespaceTokenizer().tokenize("판교에서  피자를")]
        ['판교에서', '피자를']
    """

    name = "whitespace"

    @property
    def settings(self) -> dict[str, Setting]:
        """No settings."""
        return {}

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Cut a text at its spaces."""
        return tuple(words(text, 0, len(text)))
