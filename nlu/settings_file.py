"""Mistakes in a settings file: where they are, and what to write instead, in Korean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from typing import get_args, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from nlu.errors import SettingError

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ENTRY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^.\s]+))\s*\.?""")
_NOT_TOML = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_DEEP = re.compile(r"\[[\[\s]{40}|(?:\{[^{\n]{0,40}){40}|(?:[\w-]+\s*\.\s*){40}")
_LONG_NUMBER = re.compile(r"[\da-fA-FxX_]{1000}")
"""Where a text nests without end, and where a number of thousands of digits stands."""
_TOLD = 1_000
"""Mistakes that are told at most."""
Key = tuple[str, ...]
_CODES = {
    "bool_type": "setting.no_bool",
    "dataclass_type": "setting.no_table",
    "dict_type": "setting.no_table",
    "float_type": "setting.no_number",
    "int_from_float": "setting.no_integer",
    "int_type": "setting.no_integer",
    "literal_error": "setting.choice",
    "mapping_type": "setting.no_table",
    "no_width": "setting.no_width",
    "string_type": "setting.no_text",
    "too_short": "setting.too_short",
    "tuple_type": "setting.no_list",
    "unexpected_keyword_argument": "setting.unknown",
}
_BOUNDS = {
    "ge": "setting.at_least",
    "gt": "setting.above",
    "ge le": "setting.from_to",
    "ge lt": "setting.from_below",
    "gt lt": "setting.between",
}
"""What pydantic calls a mistake, and what bounds a setting has, and the message for it."""


def syntax_error(path: str, text: str, message: str) -> SettingError:
    """Say where a text is no TOML; the reader of TOML tells the place in its words only."""
    found = _NOT_TOML.fullmatch(message)
    lines = text.split("\n")
    what, line, column = (found[1], found[2], found[3]) if found else (message, None, None)
    number = int(line) if line else len(lines)
    source = lines[number - 1]
    return SettingError("setting.no_toml", path, number, int(column or len(source) + 1), source, problem=what)


def unreadable(path: str, text: str, error: Exception) -> SettingError:
    """Say where a text is TOML that can't be read: nested without end, or a number of thousands of digits."""
    is_deep = isinstance(error, RecursionError)
    code, wanted = ("setting.too_deep", _DEEP) if is_deep else ("setting.number_long", _LONG_NUMBER)
    found = wanted.search(text)
    start = found.start() if found else 0
    line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
    return SettingError(code, path, line, column, text.split("\n")[line - 1])


def mistakes(path: str, text: str, settings: object, error: ValidationError) -> list[SettingError]:
    """Say what is wrong with settings, each at its line, in the order of the lines; so many at most as people read.

    Args:
        path: the file, as the author named it.
        text: what it holds.
        settings: those that the file changes.
        error: what pydantic found.
    """
    lines, places = text.split("\n"), _places(text)
    found = [_mistake(path, lines, places, settings, one) for one in error.errors()[:_TOLD]]
    return sorted(found, key=lambda one: (one.line, one.column))


def _mistake(
    path: str, lines: list[str], places: Mapping[Key, tuple[int, int]], settings: object, error: ErrorDetails
) -> SettingError:
    key = tuple(str(part) for part in error["loc"] if not isinstance(part, int))
    line, column = _place(places, key)
    if not error["loc"]:  # JSON that pydantic can't read either
        return SettingError("setting.too_deep", path, line, column, lines[line - 1])
    owner, inside = settings, list(error["loc"])
    while len(inside) > 1 and is_dataclass(getattr(owner, str(inside[0]), None)):
        owner = getattr(owner, str(inside.pop(0)))
    hints = get_type_hints(type(owner), include_extras=True)
    hint = hints.get(str(inside[0]))
    for _ in inside[1:]:
        if hasattr(hint, "__metadata__"):  # the bounds of a list, such as its length, say nothing of what is in it
            hint = get_args(hint)[0]
        hint = next(one for one in reversed(get_args(hint)) if one is not ...)
    limits = {name: limit for one in getattr(hint, "__metadata__", ()) for name, limit in asdict(one).items()}
    code = _CODES.get(error["type"]) or _BOUNDS[" ".join(limits)]
    return SettingError(
        code, path, line, column, lines[line - 1],
        key=".".join(key), value=error["input"], name=str(inside[-1] if code == "setting.unknown" else error["input"]),
        choices=tuple(hints) if code == "setting.unknown" else get_args(hint), **limits,
    )  # fmt: skip


def place(text: str, key: Key) -> tuple[int, int]:
    r"""Find the line and the column, from 1, of a setting; of the innermost table around it where it has no line.

    Example:
        >>> place("[generator]\ncount = 3", ("generator", "count"))
        (2, 1)
        >>> place("generator = {count = 3}", ("generator", "count"))
        (1, 1)
    """
    return _place(_places(text), key)


def _place(places: Mapping[Key, tuple[int, int]], key: Key) -> tuple[int, int]:
    around = (key[:length] for length in range(len(key), 0, -1))
    return next((places[name] for name in around if name in places), (1, 1))


def _places(text: str) -> dict[Key, tuple[int, int]]:
    """The line and column of every table and setting of a file, of the first where there are several."""
    table: Key = ()
    places: dict[Key, tuple[int, int]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = name = _parts(header[1])
        elif entry := _ENTRY.match(line):
            name = (*table, *_parts(entry[1]))
        else:
            continue
        places.setdefault(name, (number, len(line) - len(line.lstrip()) + 1))
    return places


def _parts(name: str) -> tuple[str, ...]:
    return tuple(next(filter(None, groups), "") for groups in _PART.findall(name))
