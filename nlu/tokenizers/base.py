"""What every tokenizer promises, and the check that it keeps the promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from nlu.types import Token

Setting = str | int | bool
"""A setting that a bundle can write down."""


class Tokenizer(Protocol):
    """Cuts a text into tokens.

    Tokens are sorted and separate, hold no space, cover every character that is not a space, and
    `text[token.start:token.end] == token.text`. `tokenize` may be called from several threads at once.
    """

    @property
    def name(self) -> str:
        """The name under which `nlu.tokenizers.create` finds it."""

    @property
    def settings(self) -> Mapping[str, Setting]:
        """The settings with which `nlu.tokenizers.create` makes an equal one."""

    def tokenize(self, text: str) -> tuple[Token, ...]:
        """Cut a text, of any characters and any length, into tokens."""


def verify(text: str, tokens: Iterable[Token]) -> None:
    """Check that tokens keep the promise of `Tokenizer`.

    Raises:
        ValueError: they don't; says which token and why.

    Example:
        >>> verify("판교 에", [Token("판교", 0, 2)])
        Traceback (most recent call last):
        ...
        ValueError: expected a token over '에' at 3, got none
    """
    position = 0
    for token in tokens:
        if not position <= token.start < token.end <= len(text):
            raise ValueError(f"expected a token within {position}..{len(text)}, got {token}")
        if text[token.start : token.end] != token.text:
            raise ValueError(f"expected the text {text[token.start : token.end]!r}, got {token}")
        if any(char.isspace() for char in token.text):
            raise ValueError(f"expected a token without spaces, got {token}")
        _refuse_gap(text, position, token.start)
        position = token.end
    _refuse_gap(text, position, len(text))


def cover(text: str, tokens: Iterable[Token]) -> tuple[Token, ...]:
    """Add a token for each run of characters, no spaces, that sorted, separate tokens leave out.

    Example:
        >>> cover("a b", [Token("b", 2, 3, "SL")])
        (Token(text='a', start=0, end=1, pos='', semantic=''), Token(text='b', start=2, end=3, pos='SL', semantic=''))
    """
    whole: list[Token] = []
    position = 0
    for token in tokens:
        if token.start > position:
            whole += words(text, position, token.start)
        whole.append(token)
        position = token.end
    return (*whole, *words(text, position, len(text)))


def words(text: str, start: int, end: int) -> list[Token]:
    """Cut `text[start:end]` at its spaces."""
    found: list[Token] = []
    begin = start
    for place in range(start, end + 1):
        if place == end or text[place].isspace():
            if begin < place:
                found.append(Token(text[begin:place], begin, place))
            begin = place + 1
    return found


def _refuse_gap(text: str, start: int, end: int) -> None:
    for word in words(text, start, end):
        raise ValueError(f"expected a token over {word.text!r} at {word.start}, got none")
