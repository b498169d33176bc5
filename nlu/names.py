"""What an intent, an entity type and a role may be called, in patterns, dictionaries, data sets and answers alike."""

from __future__ import annotations

import re

_ENTITY = re.compile(r"[^\W\d][\w.\-/]*")
_ROLE = re.compile(r"\w[\w.\-/]*")
_INTENT = re.compile(r"\w[\w.\-/+]*")


def is_entity(name: object) -> bool:
    """Tell whether an entity type may be called this: a letter or `_`, then letters (Hangul too), digits, `_ - . /`.

    Example:
        >>> [name for name in ("loc", "출발지", "loc.city", "2nd", "lo c", "loc:from", "") if is_entity(name)]
        ['loc', '출발지', 'loc.city']
    """
    return isinstance(name, str) and _ENTITY.fullmatch(name) is not None


def is_role(name: object) -> bool:
    """Tell whether a role, or a macro of the patterns, may be called this: letters, digits, `_`, then also `- . /`.

    Example:
        >>> [name for name in ("from", "from/to", "1", "-from", "a b") if is_role(name)]
        ['from', 'from/to', '1']
    """
    return isinstance(name, str) and _ROLE.fullmatch(name) is not None


def is_intent(name: object) -> bool:
    """Tell whether an intent may be called this: as a role, and `+` between intents that are said together.

    Example:
        >>> [name for name in ("weather", "faq/hours", "greet+order", "ask weather") if is_intent(name)]
        ['weather', 'faq/hours', 'greet+order']
    """
    return isinstance(name, str) and _INTENT.fullmatch(name) is not None


def is_label(label: str) -> bool:
    """Tell whether this is an entity type, or one and a role with a colon between.

    Example:
        >>> [label for label in ("loc", "loc:from/to", "loc:", ":from") if is_label(label)]
        ['loc', 'loc:from/to']
    """
    entity, colon, role = label.partition(":")
    return is_entity(entity) and (not colon or is_role(role))
