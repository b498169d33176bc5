"""The tuned settings as a file: the author's own, comments and all, with the values that turned out better."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from nlu.config import Config, build
from nlu.search.space import applied

MARK = "# nlu-tune"
"""How the first lines begin; a file that begins so may be written over."""
_ENTRY = re.compile(r"(?P<before>\s*)(?P<off>#\s*)?(?P<key>[\w.\"'-]+)(?P<equals>\s*=\s*)(?P<value>.*)")
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_LONGEST = 200
"""Lines of a value at most."""


def tuned_text(text: str, values: Mapping[str, Any], note: str) -> str:
    r"""Write settings into the text of a settings file.

    Args:
        text: the file; "" for none.
        values: settings by their whole names.
        note: a line that says where the values come from.

    Example:
        >>> print(tuned_text("[vectors]  # words\n#width = 100  # D\n", {"vectors.width": 64}, "found"), end="")
        # nlu-tune: found
        [vectors]  # words
        width = 64  # D
    """
    own = [line for line in text.split("\n") if not line.startswith(MARK)]
    expected = applied(build(Config(), tomllib.loads("\n".join(own))), values)
    lines = own
    for name, value in values.items():
        lines = _with(lines, tuple(name.split(".")), value)
    written = "\n".join([f"{MARK}: {note}", *lines])
    try:
        is_right = build(Config(), tomllib.loads(written)) == expected
    except ValueError:
        is_right = False
    if not is_right:  # a way of writing that we do not know: all settings anew, without comments
        written = f"{MARK}: {note}\n{_whole(expected.to_dict(), Config().to_dict())}"
    return written if written.endswith("\n") else f"{written}\n"


def _with(lines: list[str], key: tuple[str, ...], value: Any) -> list[str]:
    """The lines with one setting changed: where it stands, where it is commented out, or at the end of its table."""
    table: tuple[str, ...] = ()
    header = commented = None
    for number, line in enumerate(lines):
        if found := _HEADER.match(line):
            table = _parts(found[1])
            header = number if table == key[:-1] else header
        elif entry := _ENTRY.fullmatch(line):
            here = (*table, *_parts(entry["key"]))
            if here == key and not entry["off"]:
                return _replaced(lines, number, entry, value)
            if here == key and commented is None and not entry["before"]:
                commented = number, entry
            if here == key[: len(here)] and not entry["off"] and len(here) < len(key):
                return _inside(lines, number, entry, key[len(here) :], value)
    if commented is not None:
        return _replaced(lines, *commented, value)
    if header is not None:
        return [*lines[: header + 1], f"{key[-1]} = {_toml(value)}", *lines[header + 1 :]]
    if len(key) == 1:
        return [f"{key[0]} = {_toml(value)}", *lines]
    return [*lines, f"[{'.'.join(key[:-1])}]", f"{key[-1]} = {_toml(value)}", ""]


def _replaced(lines: list[str], number: int, entry: re.Match[str], value: Any) -> list[str]:
    end, _, after = _value(lines, number, entry)
    line = f"{entry['before']}{entry['key']}{entry['equals']}{_toml(value)}{after}"
    return [*lines[:number], line, *lines[end:]]


def _inside(lines: list[str], number: int, entry: re.Match[str], rest: tuple[str, ...], value: Any) -> list[str]:
    """Change a setting inside a table that is written on one line."""
    _, table, _ = _value(lines, number, entry)
    inner = table
    for name in rest[:-1]:
        inner = inner.setdefault(name, {})
    inner[rest[-1]] = value
    return _replaced(lines, number, entry, table)


def _value(lines: list[str], number: int, entry: re.Match[str]) -> tuple[int, Any, str]:
    """Where the value of an entry ends: the line after it, the value, and what follows it on its last line."""
    text = entry["value"]
    for end in range(number + 1, min(len(lines), number + _LONGEST) + 1):
        marks = [found.start() for found in re.finditer("#", text)]
        for stop in (*marks, len(text)):
            try:
                value = tomllib.loads(f"x = {text[:stop]}")["x"]
            except tomllib.TOMLDecodeError:
                continue
            kept = text[:stop].rstrip()
            return end, value, text[len(kept) :]
        text = "\n".join([text, *lines[end : end + 1]])
    return number + 1, {}, ""


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))


def _toml(value: Any) -> str:
    """A value in TOML."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value).lower() if isinstance(value, bool) else repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _whole(values: Mapping[str, Any], defaults: Mapping[str, Any], table: str = "") -> str:
    """All settings that are other than the defaults, table by table."""
    own, inner = "", ""
    for name, value in values.items():
        default = defaults.get(name)
        if isinstance(value, Mapping) and isinstance(default, Mapping) and default:
            inner += _whole(value, default, f"{table}.{_key(name)}".lstrip("."))
        elif value != default:
            own += f"{_key(name)} = {_toml(value)}\n"
    head = f"\n[{table}]\n" if own and table else ""
    return f"{head}{own}{inner}"
