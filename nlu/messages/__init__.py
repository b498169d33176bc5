"""What is said to people: a code and values, worded by one table a language."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from string import Formatter
from types import MappingProxyType
from typing import Literal

from nlu.korean.particles import append
from nlu.messages.english import ENGLISH
from nlu.messages.korean import KOREAN

__all__ = ["TABLES", "Language", "Term", "near", "word"]

Language = Literal["en", "ko"]
TABLES: Mapping[Language, Mapping[str, str]] = MappingProxyType({"en": ENGLISH, "ko": KOREAN})
"""language → code → template. A template is read by `word`."""


class Term(str):
    """A value that is itself the code of a message, such as a noun; it is worded in the same language."""

    __slots__ = ()


_COMPARED = 200
"""Names that are compared with a wrong one at most."""
_SHOWN = 12
"""Names that a message lists at most."""


def word(code: str, values: Mapping[str, object], language: Language) -> str:
    """Word a message.

    A template is a format string of the values' names. A particle in it, such as `을(를)`, agrees with what stands
    before it; several names are joined; `{choices:near name}` lists names, and asks first for the one closest to the
    value `name`.

    Args:
        code: the row of the table; what is no row is shown as it is.
        values: what the template names.
        language: which table.

    Example:
        >>> word("choice.unknown", {"kind": "entity", "name": "lok", "choices": ("date", "loc")}, "en")
        "no entity 'lok'; there are: date, loc"
    """
    template = TABLES[language].get(code)
    if template is None:
        return code
    written = ""
    for literal, name, spec, conversion in Formatter().parse(template):
        written = append(written, literal)
        if name is not None:
            written += _shown(values, name, spec or "", conversion, language)
    return written


def _shown(values: Mapping[str, object], name: str, spec: str, conversion: str | None, language: Language) -> str:
    value = repr(values[name]) if conversion == "r" else values[name]
    if isinstance(value, Term):
        return word(value, {}, language)
    if not isinstance(value, tuple | list):
        return format(value, spec)
    names = [str(one) for one in value]
    if not spec:
        return ", ".join(names) or TABLES[language]["names.none"]
    return near(str(values[spec.removeprefix("near ")]), names, language)


def near(name: str, names: Sequence[str], language: Language) -> str:
    """Say which names there are; ask first for the one that is closest to a name that is none of them.

    Example:
        >>> near("lok", ["date", "loc", "menu"], "ko")
        "혹시 'loc'입니까? 있는 것: date, loc, menu"
    """
    if not names:
        return word("names.nothing_yet", {}, language)
    close = difflib.get_close_matches(name[:50], names[:_COMPARED], 1, 0.5)
    code = "names.more" if len(names) > _SHOWN else "names.all"
    listed = word(code, {"names": names[:_SHOWN], "more": len(names) - _SHOWN}, language)
    return word("names.closest", {"name": close[0]}, language) + listed if close else listed
