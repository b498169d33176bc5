"""Python's regular expressions in JavaScript's notation, so that one pattern serves both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as reader  # type: ignore[attr-defined]
from types import MappingProxyType
from typing import Any

from nlu.browser.characters import ranges_of

_MANY = codes.MAXREPEAT
_OF_CATEGORY: Mapping[Any, Callable[[str], bool]] = MappingProxyType(
    {
        codes.CATEGORY_SPACE: str.isspace,
        codes.CATEGORY_DIGIT: str.isdecimal,
        codes.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
    }
)
_NEGATED: Mapping[Any, Any] = MappingProxyType(
    {
        codes.CATEGORY_NOT_SPACE: codes.CATEGORY_SPACE,
        codes.CATEGORY_NOT_DIGIT: codes.CATEGORY_DIGIT,
        codes.CATEGORY_NOT_WORD: codes.CATEGORY_WORD,
    }
)
_DOTLESS = "\u0130\u0131"
"""Python takes these for i where case does not matter, JavaScript does not."""


def translate(pattern: re.Pattern[str]) -> tuple[str, str]:
    r"""Write a compiled pattern as the source and the flags of a JavaScript `RegExp` that matches the same.

    What Python calls a space, a digit or a part of a word is spelled out as ranges of code points, since both
    languages follow Unicode of different years, and JavaScript's `\d` and `\b` know ASCII alone.

    Args:
        pattern: what the house uses: no conditions, no flags but `IGNORECASE` and `DOTALL`.

    Raises:
        ValueError: it holds something that has no translation.

    Example:
        >>> translate(re.compile(r"(?P<sign>[.)])\Z", re.DOTALL))
        ('(?<sign>[\\.\\)])$', 'u')
    """
    ignores_case = bool(pattern.flags & re.IGNORECASE)
    writer = _Writer(
        {number: name for name, number in pattern.groupindex.items()},
        ignores_case=ignores_case,
        dot="[^]" if pattern.flags & re.DOTALL else "[^\\n]",
    )
    return writer.all(reader.parse(pattern.pattern, pattern.flags)), "iu" if ignores_case else "u"


class _Writer:
    """Writes one pattern.

    Args:
        names: of its groups, by number.
        ignores_case: whether it does.
        dot: what stands for any character.
    """

    def __init__(self, names: Mapping[int, str], *, ignores_case: bool, dot: str) -> None:
        self._names, self._ignores_case, self._dot = names, ignores_case, dot

    def all(self, items: Iterable[tuple[Any, Any]]) -> str:
        """Write parts one after the other."""
        return "".join(self._one(code, value) for code, value in items)

    def _one(self, code: Any, value: Any) -> str:
        if code in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            return self._character(code, value)
        if code is codes.BRANCH:
            return f"(?:{'|'.join(map(self.all, value[1]))})"
        if code is codes.SUBPATTERN:
            return self._group(value)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            return self._repeated(*value) + "?" * (code is codes.MIN_REPEAT)
        if code is codes.GROUPREF:
            return f"\\k<{self._names[value]}>" if self._names else f"(?:\\{value})"
        if code in (codes.ASSERT, codes.ASSERT_NOT):
            return f"(?{'<' * (value[0] < 0)}{'=' if code is codes.ASSERT else '!'}{self.all(value[1])})"
        if code is codes.AT:
            return _place(value)
        raise ValueError(f"expected a part that JavaScript has too, got {code}")

    def _character(self, code: Any, value: Any) -> str:
        if code is codes.ANY:
            return self._dot
        if code is codes.LITERAL and not (self._ignores_case and chr(value) in "iI"):
            return _escaped(value)
        inside = value if code is codes.IN else [(codes.LITERAL, value)]
        is_negated = code is codes.NOT_LITERAL or inside[0][0] is codes.NEGATE
        classes = "".join(_in_class(*item) for item in inside if item[0] is not codes.NEGATE)
        if self._ignores_case and any(map(_holds_i, inside)):
            classes += _DOTLESS
        return f"[{'^' * is_negated}{classes}]"

    def _group(self, value: Any) -> str:
        number, added, removed, items = value
        if added or removed:
            raise ValueError("expected flags of the whole pattern only")
        if number is None:
            return f"(?:{self.all(items)})"
        return f"({f'?<{self._names[number]}>' if number in self._names else ''}{self.all(items)})"

    def _repeated(self, least: int, most: int, items: Any) -> str:
        times = {(0, 1): "?", (0, _MANY): "*", (1, _MANY): "+"}.get((least, most))
        if times is None:
            times = f"{{{least}}}" if least == most else f"{{{least},{'' if most is _MANY else most}}}"
        return f"(?:{self.all(items)}){times}"


def _place(code: Any) -> str:
    if code in (codes.AT_BEGINNING, codes.AT_BEGINNING_STRING):
        return "^"
    if code is codes.AT_END_STRING:
        return "$"
    if code is codes.AT_BOUNDARY:
        word = f"[{_in_class(codes.CATEGORY, codes.CATEGORY_WORD)}]"
        return f"(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"
    raise ValueError(f"expected a place that JavaScript knows, got {code}")


def _in_class(code: Any, value: Any) -> str:
    """A part of a character class, without brackets."""
    if code is codes.LITERAL:
        return _escaped(value)
    if code is codes.RANGE:
        return f"{_escaped(value[0])}-{_escaped(value[1])}"
    return _category(value)


@cache
def _category(value: Any) -> str:
    if value in _NEGATED:
        is_one = _OF_CATEGORY[_NEGATED[value]]
        return _listed(ranges_of(lambda char: not is_one(char)))
    return _listed(ranges_of(_OF_CATEGORY[value]))


def _listed(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(
        _escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}" for first, last in ranges
    )


def _holds_i(item: tuple[Any, Any]) -> bool:
    code, value = item
    if code is codes.LITERAL:
        return chr(value) in "iI"
    return code is codes.RANGE and any(value[0] <= ord(char) <= value[1] for char in "iI")


def _escaped(code: int) -> str:
    """A code point as it stands in a pattern."""
    char = chr(code)
    if char.isalnum() and (char.isascii() or "가" <= char <= "힣"):
        return char
    return f"\\{char}" if char in "^$\\.*+?()[]{}|/" else f"\\u{{{code:x}}}"
