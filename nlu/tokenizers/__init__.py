"""Tokenizers: one adapter a file, one promise for all (see `nlu.tokenizers.base.Tokenizer`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from nlu.errors import UnknownChoiceError
from nlu.tokenizers.base import Setting, Tokenizer
from nlu.tokenizers.konlpy import HannanumTokenizer, KkmaTokenizer, KomoranTokenizer, OktTokenizer
from nlu.tokenizers.mecab import MecabTokenizer
from nlu.tokenizers.syllable import SyllableTokenizer
from nlu.tokenizers.whitespace import WhitespaceTokenizer

__all__ = ["Setting", "Tokenizer", "create", "names"]

_TOKENIZERS: Mapping[str, Callable[..., Tokenizer]] = MappingProxyType(
    {
        "mecab": MecabTokenizer,
        "konlpy-okt": OktTokenizer,
        "konlpy-komoran": KomoranTokenizer,
        "konlpy-hannanum": HannanumTokenizer,
        "konlpy-kkma": KkmaTokenizer,
        "whitespace": WhitespaceTokenizer,
        "syllable": SyllableTokenizer,
    }
)


def create(name: str = "mecab", **settings: Setting | Path | None) -> Tokenizer:
    """Make a tokenizer by its name.

    Args:
        name: one of `names()`.
        **settings: what its constructor takes.

    Raises:
        UnknownChoiceError: there is no such tokenizer; lists those there are.
        MissingPackageError: it needs an optional package, or Java, that is not installed.
    """
    if name not in _TOKENIZERS:
        raise UnknownChoiceError("tokenizer", name, names())
    return _TOKENIZERS[name](**settings)


def names() -> tuple[str, ...]:
    """List the tokenizers, the default first."""
    return tuple(_TOKENIZERS)
