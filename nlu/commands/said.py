"""What people said, out of a text file or a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.data.streams import tables_of
from nlu.errors import InputError
from nlu.intake.columns import find_columns
from nlu.system.files import read_text

_USERS = ("user", "user_id", "userid", "sender", "sender_id", "사용자", "사용자id", "사용자 id", "고객", "고객번호")


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a file: its number, what was said, by whom, and its label; "" where nothing tells."""

    line: int
    text: str
    user: str = ""
    label: str = ""


def read_said(path: Path, column: str | None = None, user: str | None = None) -> Iterator[Said]:
    """Read what a file holds: a text line by line, any table by its columns; blank ones are left out.

    Args:
        path: the file.
        column: where the utterances are; None to find it.
        user: where it stands who said them; None to find it, if anywhere.

    Raises:
        InputError: there is nothing in it, or no such column.
    """
    if path.suffix.lower() == ".txt":
        lines = read_text(path)[0].splitlines()
        yield from (Said(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip())
        return
    table = tables_of(path)[0]
    header, columns = find_columns(table, column)
    if not columns.text:
        raise InputError("inbox.empty_file", str(path), path=path)
    of_user = _column_of_users(header.names, user)
    for row in table.rows(header):
        text, *others = (_cell(row.cells, name) for name in (columns.text, of_user, columns.intent))
        if text := re.sub(r"\s+", " ", text):
            yield Said(row.line, text, *others)


def _cell(cells: Mapping[str, object], name: str | None) -> str:
    return str(cells.get(name) or "").strip() if name else ""


def _column_of_users(names: Sequence[str], wanted: str | None) -> str | None:
    if wanted is not None and wanted not in names:
        raise InputError("intake.no_column", name=wanted, columns=names[:20])
    return wanted or next((name for name in names if name.casefold() in _USERS), None)
