"""What an intent, an entity type and a role may be called, in patterns, dictionaries, data sets and answers alike."""

from __future__ import annotations

import re
import unicodedata

_ENTITY = re.compile(r"[^\W\d][\w.\-/]*")
_ROLE = re.compile(r"\w[\w.\-/]*")
_INTENT = re.compile(r"\w[\w.\-/+]*")
_NOT_IN_ENTITY = re.compile(r"[^\w.\-/]+")
_NOT_IN_INTENT = re.compile(r"[^\w.\-/+]+")


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


def as_intent(name: str) -> str:
    """Make an intent's name of one that other programs allow; "" where no letter or digit is left.

    Example:
        >>> as_intent("Default Welcome Intent"), as_intent("1. 인사 (첫 화면)")
        ('Default_Welcome_Intent', '1._인사_첫_화면')
    """
    return _bare(_NOT_IN_INTENT.sub("_", unicodedata.normalize("NFC", name)))


def as_entity(name: str) -> str:
    """Make an entity type's name of one that other programs allow; "" where no letter or digit is left.

    Example:
        >>> as_entity("배송지 주소"), as_entity("2nd"), as_entity("@sys.date")
        ('배송지_주소', '_2nd', 'sys.date')
    """
    bare = _bare(_NOT_IN_ENTITY.sub("_", unicodedata.normalize("NFC", name)))
    return f"_{bare}" if bare[:1].isdigit() else bare


def _bare(name: str) -> str:
    """Leave out what stands at a name's edges for signs that it may not have."""
    bare = name.strip("_.-/+")
    return bare if any(char.isalnum() for char in bare) else ""
