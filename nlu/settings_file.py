"""Mistakes in a settings file: where they are, and what to write instead, in Korean."""

from __future__ import annotations

import re

from nlu.errors import SettingError

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ENTRY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^.\s]+))\s*\.?""")
_NOT_TOML = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_BOUNDS = (
    (re.compile(r"expected (\S+) <= \w+ <= (\S+), got .+"), r"\1 이상 \2 이하여야"),
    (re.compile(r"expected (\S+) <= \w+ < (\S+), got .+"), r"\1 이상 \2 미만이어야"),
    (re.compile(r"expected (\S+) < \w+ < (\S+), got .+"), r"\1보다 크고 \2보다 작아야"),
    (re.compile(r"expected a rate of \w+ from (\S+) to (\S+), got .+"), r"\1 이상 \2 이하여야"),
    (re.compile(r"expected at least one kernel, got none"), "하나는 적어야"),
    (re.compile(r"expected at least one feature wider than 0, got none"), "하나는 0보다 커야"),
    (re.compile(r"expected \w+ >= (\S+), got .+"), r"\1 이상이어야"),
    (re.compile(r"expected \w+ > (\S+), got .+"), r"\1보다 커야"),
)


def syntax_error(path: str, text: str, message: str) -> SettingError:
    """Say where a text is no TOML, by what the reader of TOML said."""
    found = _NOT_TOML.fullmatch(message)
    lines = text.split("\n")
    what, line, column = (found[1], found[2], found[3]) if found else (message, None, None)
    number = int(line) if line else len(lines)
    source = lines[number - 1]
    return SettingError(f"TOML 문법에 맞지 않습니다: {what}", path, number, int(column or len(source) + 1), source)


def mistake(path: str, text: str, key: tuple[str, ...], message: str) -> SettingError:
    """Say what is wrong with a setting, at its line.

    Args:
        path: the file, as the author named it.
        text: what it holds.
        key: the tables and the name of the setting.
        message: what is wrong, in Korean.
    """
    line, column = place(text, key)
    return SettingError(f"{'.'.join(key)}: {message}", path, line, column, text.split("\n")[line - 1])


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


def bounds(message: str) -> str:
    """Say in Korean what a check of `nlu.checks` expected.

    Example:
        >>> bounds("expected 0 <= word_dropout <= 1, got 2.0")
        '0 이상 1 이하여야'
    """
    for pattern, korean in _BOUNDS:
        if found := pattern.fullmatch(message):
            return found.expand(korean)
    return f"{message.removeprefix('expected ').partition(', got ')[0]} 여야"


def _parts(name: str) -> tuple[str, ...]:
    return tuple(next(filter(None, groups), "") for groups in _PART.findall(name))
