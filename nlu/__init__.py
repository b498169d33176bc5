"""Korean natural-language understanding: patterns in, intents and entities out.

    from nlu import UtteranceParser
    UtteranceParser.load("models").parse("판교에서 피자 주문해줘")

Names are imported when they are first asked for, so `import nlu` costs nothing and loads no network library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlu.errors import NluError
    from nlu.lexicon import Lexicon
    from nlu.parser import UtteranceParser
    from nlu.registry import Registry
    from nlu.types import Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span, Token
    from nlu.version import VERSION

__all__ = [
    "VERSION",
    "Entity",
    "Fallback",
    "IntentScore",
    "LabelledUtterance",
    "Lexicon",
    "NluError",
    "Parse",
    "Registry",
    "Span",
    "Token",
    "UtteranceParser",
]

_MODULES = {
    "nlu.errors": ("NluError",),
    "nlu.lexicon": ("Lexicon",),
    "nlu.parser": ("UtteranceParser",),
    "nlu.registry": ("Registry",),
    "nlu.types": ("Entity", "Fallback", "IntentScore", "LabelledUtterance", "Parse", "Span", "Token"),
    "nlu.version": ("VERSION",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name from its module (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'nlu' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """List the public names, also those not imported yet."""
    return sorted({*globals(), *__all__})
