"""An author's bot beside the inbox: the files that proposals are made for, read again where they changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlu.data.dataset import scan
from nlu.errors import NluError
from nlu.induction import BotLanguage
from nlu.lexicon.dictionary import read_entries
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern.reader import read_patterns
from nlu.snapshots.author_files import Places
from nlu.types import LabelledUtterance
from nlu.understanding.parser import UtteranceParser

MOST_HELD_OUT = 3_000
"""Utterances that proposals are tried on: what they would take away from other intents."""
_Stamp = tuple[tuple[str, int, int], ...]


class Bot:
    """Reads an author's files when they are needed.

    Args:
        places: where they lie.
        data: the folder of the data set.
    """

    def __init__(self, places: Places, data: Path) -> None:
        self.places = places
        self._data = data
        self._read: tuple[_Stamp, str, BotLanguage] | None = None

    @classmethod
    def in_folder(cls, folder: Path) -> Bot | None:
        """Find a bot by the usual names of its files; None where there is none."""
        patterns = folder / "patterns" / "pattern.txt"
        dictionaries = sorted(one for one in (folder / "dictionaries").glob("*.csv") if one.name[0] not in ".~")
        if not patterns.is_file() or not dictionaries:
            return None
        settings = folder / "nlu.toml"
        places = Places(folder, (patterns,), tuple(dictionaries), settings if settings.exists() else None)
        return cls(places, folder / "data")

    def language(self, parser: UtteranceParser) -> BotLanguage:
        """Give the bot as proposals read it.

        Args:
            parser: the model in use, whose analyser cuts utterances.

        Raises:
            SourceErrors: a file has mistakes.
        """
        stamp = self._stamp()
        if self._read is None or self._read[:2] != (stamp, parser.version):
            self._read = (stamp, parser.version, self._make(parser))
        return self._read[2]

    def _make(self, parser: UtteranceParser) -> BotLanguage:
        lexicon = Lexicon(read_entries(*self.places.dictionaries))
        file = read_patterns(*self.places.patterns, lexicon=lexicon, import_from=tuple(self.places.import_from))
        return BotLanguage(file, lexicon, parser.model.encoder.tokenizer, self._held_out(), parser.parse_many)

    def _held_out(self) -> tuple[LabelledUtterance, ...]:
        """Some utterances that no model learned from, of all the data set's intents; none where there is no data."""
        try:
            rows = [row.utterance for row in scan(self._data) if row.part == "test"]
        except (NluError, OSError):
            return ()
        step = max(1, len(rows) // MOST_HELD_OUT)
        return tuple(rows[::step][:MOST_HELD_OUT])

    def _stamp(self) -> _Stamp:
        return tuple(_stamp_of(path) for path in self._watched())

    def _watched(self) -> Sequence[Path]:
        """The files and their folders' other texts, which patterns may import."""
        beside = [one for path in self.places.patterns for one in sorted(path.parent.glob("*.txt"))]
        return list(dict.fromkeys([*beside, *self.places.patterns, *self.places.dictionaries, self._data]))


def _stamp_of(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size
