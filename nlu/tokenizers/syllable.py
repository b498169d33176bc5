"""Tokens that are single characters, so that no entity can begin or end inside one."""

from __future__ import annotations

from nlu.tokenizers.base import Setting
from nlu.types import Token


class SyllableTokenizer:
    """Makes each character a token, except spaces.

    Example:
        >>> [token.text for token in SyllableTokenizer().tokenize("판교 A1")]
        ['판', '교', 'A', '1']
    """

    name = "syllable"

    @property
    def settings(self) -> dict[str, Setting]:
        """No settings."""
        return {}

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Cut a text between all its characters."""
        return tuple(Token(char, place, place + 1) for place, char in enumerate(text) if not char.isspace())
