"""Exports of other builders (Rasa, Dialogflow, Snips, IOB, doccano …), read by the importers of labelled files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nlu.data.importers import read_any
from nlu.events import Listener
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sources.base import Mark


class LabelledSource:
    """A file, or the folder of a Dialogflow agent.

    Args:
        path: the file or folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """The file's name without its suffix."""
        return self._path.resolve().stem

    @property
    def key(self) -> str:
        """The file's name."""
        return self._path.resolve().name

    def mark(self) -> Mark | None:
        """None: a file is read whole."""
        return None

    def rows(self, since: Mark | None, listen: Listener) -> Iterator[IncomingRow | RefusedRow]:
        """Read all of it.

        Raises:
            SourceErrors: all mistakes of the file; unlike a table, a file with its own syntax is read whole or not.
        """
        imported = read_any(self._path)
        for note in imported.notes:
            listen(note)
        for one in imported.utterances:
            yield IncomingRow(one.text, one.intent, one.spans, one.origin)
