"""An author's file while it is read: its text, its lines, and the mistakes found in it so far."""

from __future__ import annotations

from pathlib import Path

from nlu.errors import SourceError, SourceErrors
from nlu.system.files import read_text, shown


class Source:
    """An author's file.

    Args:
        path: the file.
        kind: the class of the mistakes in it.
        text: what is read in the place of what the file holds.

    Raises:
        SourceErrors: the file is no text.
    """

    def __init__(self, path: Path, kind: type[SourceError], text: str | None = None) -> None:
        try:
            self.text = read_text(path)[0] if text is None else text
        except SourceError as error:
            raise SourceErrors([error]) from None
        self.path = path
        self.lines = self.text.split("\n")
        self.errors: list[SourceError] = []
        self._kind = kind

    def complain(self, code: str, line: int, column: int = 1, /, **values: object) -> None:
        """Note a mistake at a line and column, both from 1: a message's code and values."""
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        self.errors.append(self._kind(code, str(self.path), line, column, source, **values))

    def origin(self, line: int) -> str:
        """Name a line without the folders of this machine."""
        return f"{shown(Path(self.path.name) if self.path.is_absolute() else self.path)}:{line}"

    def raise_errors(self) -> None:
        """Raise all mistakes at once, if there are any."""
        if self.errors:
            raise SourceErrors(sorted(self.errors, key=lambda error: (error.line, error.column)))
