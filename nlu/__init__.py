"""Korean natural-language understanding: patterns in, intents and entities out.

The public names are loaded when they are first used, so that `import nlu` costs nothing.

Example:
    >>> import nlu
    >>> nlu.LabelledUtterance("판교 날씨", "weather").intent
    'weather'
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# Read when numpy is imported. Its products are so small here that threads for them only cost: a list of 64 utterances
# took 2.5 times the processor time, and processes that serve together took it from each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from nlu.errors import NluError
    from nlu.lexicon.lexicon import Lexicon
    from nlu.pattern import read_patterns
    from nlu.store.registry import Registry
    from nlu.types import Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span, Token
    from nlu.understanding.parser import UtteranceParser
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
    "read_patterns",
]

_HOMES = {
    "VERSION": "nlu.version",
    "Lexicon": "nlu.lexicon.lexicon",
    "NluError": "nlu.errors",
    "Registry": "nlu.store.registry",
    "UtteranceParser": "nlu.understanding.parser",
    "read_patterns": "nlu.pattern",
}


def __getattr__(name: str) -> Any:
    """Load a public name from its module (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'nlu' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "nlu.types")), name)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
