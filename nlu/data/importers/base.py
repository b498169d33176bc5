"""What every importer gives back, and how it collects the mistakes of a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlu.errors import DataError, SourceErrors
from nlu.events import Notice
from nlu.lexicon.dictionary import Entry
from nlu.system.files import read_text
from nlu.types import LabelledUtterance


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held.

    Attributes:
        utterances: the labelled utterances, in the file's order.
        entries: dictionary values with their synonyms, where the format has such.
        notes: what was left out and why.
    """

    utterances: tuple[LabelledUtterance, ...] = ()
    entries: tuple[Entry, ...] = ()
    notes: tuple[Notice, ...] = ()


class Source:
    """A file being imported: its lines, and the mistakes found so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text, _ = read_text(path)
        self.lines = self.text.split("\n")
        self.errors: list[DataError] = []

    def complain(self, code: str, line: int, column: int = 1, /, **values: object) -> None:
        """Note a mistake at a line and column, both from 1: a message's code and values."""
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        self.errors.append(DataError(code, str(self.path), line, column, source, **values))

    def origin(self, line: int) -> str:
        """Name a line without the folders of this machine."""
        name = self.path.name if self.path.is_absolute() else self.path.as_posix()
        return f"{name}:{line}"

    def raise_errors(self) -> None:
        """Raise all mistakes at once, if there are any."""
        if self.errors:
            raise SourceErrors(sorted(self.errors, key=lambda error: (error.line, error.column)))


def check_weight(weight: float) -> None:
    """Refuse a weight that training can't use."""
    if not 0 < weight < float("inf"):
        raise ValueError(f"expected a weight above 0, got {weight}")
