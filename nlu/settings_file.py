"""Mistakes in a settings file: where they are, and what to write instead, in Korean."""

from __future__ import annotations

import re
from dataclasses import asdict, is_dataclass
from typing import get_args, get_type_hints

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from nlu.errors import SettingError

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ENTRY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^.\s]+))\s*\.?""")
_NOT_TOML = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
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


def mistakes(path: str, text: str, settings: object, error: ValidationError) -> list[SettingError]:
    """Say what is wrong with settings, each at its line, in the order of the lines.

    Args:
        path: the file, as the author named it.
        text: what it holds.
        settings: those that the file changes.
        error: what pydantic found.
    """
    found = [_mistake(path, text, settings, one) for one in error.errors()]
    return sorted(found, key=lambda one: (one.line, one.column))


def _mistake(path: str, text: str, settings: object, error: ErrorDetails) -> SettingError:
    key = tuple(str(part) for part in error["loc"] if not isinstance(part, int))
    line, column = place(text, key)
    owner, inside = settings, list(error["loc"])
    while len(inside) > 1 and is_dataclass(getattr(owner, str(inside[0]), None)):
        owner = getattr(owner, str(inside.pop(0)))
    hints = get_type_hints(type(owner), include_extras=True)
    hint = hints.get(str(inside[0]))
    for _ in inside[1:]:
        hint = next(one for one in reversed(get_args(hint)) if one is not ...)
    limits = {name: limit for one in getattr(hint, "__metadata__", ()) for name, limit in asdict(one).items()}
    code = _CODES.get(error["type"]) or _BOUNDS[" ".join(limits)]
    return SettingError(
        code, path, line, column, text.split("\n")[line - 1],
        key=".".join(key), value=error["input"], name=str(inside[-1] if code == "setting.unknown" else error["input"]),
        choices=tuple(hints) if code == "setting.unknown" else get_args(hint), **limits,
    )  # fmt: skip


def place(text: str, key: tuple[str, ...]) -> tuple[int, int]:
    r"""Find the line and the column, from 1, of a setting; of the innermost table around it where it has no line.

    Example:
        >>> place("[generator]\ncount = 3", ("generator", "count"))
        (2, 1)
        >>> place("generator = {count = 3}", ("generator", "count"))
        (1, 1)
    """
    table: tuple[str, ...] = ()
    best, found = 0, (1, 1)
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = name = _parts(header[1])
        elif entry := _ENTRY.match(line):
            name = (*table, *_parts(entry[1]))
        else:
            continue
        if len(name) > best and name == key[: len(name)]:
            best, found = len(name), (number, len(line) - len(line.lstrip()) + 1)
    return found


def _parts(name: str) -> tuple[str, ...]:
    return tuple(next(filter(None, groups), "") for groups in _PART.findall(name))
