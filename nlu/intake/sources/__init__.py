"""Where rows come from: tables, databases, the journal, exports of other builders; which of them a name means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from nlu.data.importers import kmou, rasa_markdown
from nlu.data.streams import SUFFIXES, Table, tables_of
from nlu.data.streams.table import Line
from nlu.intake.sources import kakao
from nlu.intake.sources.base import Mark, Options, Source
from nlu.intake.sources.database import DatabaseSource
from nlu.intake.sources.journal import JOURNAL, JournalSource
from nlu.intake.sources.labelled import LabelledSource
from nlu.intake.sources.tables import JsonLinesSource, TableSource, has_labels
from nlu.journal.store import RecordStore
from nlu.system.encodings import encoding_of

__all__ = ["JOURNAL", "Mark", "Options", "Source", "open_source"]

_TAGGED = re.compile(r"\S+[ \t](?:.*[ \t])?(?:O|[BIES][-_]\S+)")
_LOOKED_AT = 60


def open_source(given: str, options: Options, records: Callable[[], RecordStore]) -> Source:
    """Open a source.

    Args:
        given: `journal`, the URL of a database, or a file or folder.
        options: what the author says of it.
        records: opens the journal.

    Raises:
        UnknownChoiceError: a file of another kind.
        ConfigError: a URL that can't be read.
        SourceErrors: a file that is no text, or no workbook.
    """
    if given == JOURNAL:
        return JournalSource(records(), options)
    if "://" in given:
        return DatabaseSource(given, options)
    path = Path(given)
    suffix = path.suffix.lower()
    if path.is_dir() or suffix not in SUFFIXES:
        return LabelledSource(path)
    if suffix == ".txt":
        return _of_text(path, options)
    if suffix in (".jsonl", ".ndjson"):
        return _of_json(path, options)
    return _of_table(path, options)


def _of_table(path: Path, options: Options) -> Source:
    tables = tables_of(path)
    is_chosen = options.text is not None
    if not is_chosen and path.suffix.lower() == ".csv" and kakao.is_conversation(path):
        return kakao.ConversationSource(path, options)
    names = {name.casefold() for name in tables[0].header(lambda names: False).names}
    if not is_chosen and ({"token", "tag"} <= names or {"question", "label"} == names):
        return LabelledSource(path)
    if not is_chosen and options.intent is None and kakao.is_builder(tables):
        return kakao.BuilderSource(path, tables)
    return TableSource(path, tables, options)


def _of_json(path: Path, options: Options) -> Source:
    tables = tables_of(path)
    table = tables[0]
    some = [row.cells for row in islice(table.rows(table.header(lambda names: True)), _LOOKED_AT)]
    if options.text is None and options.intent is None and any(map(has_labels, some)):
        return JsonLinesSource(path, tables, options)
    return TableSource(path, tables, options)


def _of_text(path: Path, options: Options) -> Source:
    """A conversation, tokens with tags, a table cut at tabs, or an utterance a line."""
    if kakao.is_conversation(path):
        return kakao.ConversationSource(path, options)
    with path.open(encoding=encoding_of(path)) as lines:
        first = [line.rstrip("\r\n") for line in islice(lines, _LOOKED_AT)]
    said = [line for line in first if line.strip()]
    tagged = sum(_TAGGED.fullmatch(line) is not None for line in said)
    start = "\n".join(first)
    if tagged * 2 > len(said) or rasa_markdown.looks_like(start) or kmou.looks_like(start):
        return LabelledSource(path)
    if sum("\t" in line for line in said) * 2 > len(said):
        return TableSource(path, tables_of(path), options)
    return TableSource(path, [Table("", _Lines(path))], options)


class _Lines:
    """The lines of a file, each a row of one cell, below a header that is known."""

    def __init__(self, path: Path) -> None:
        self._path, self._encoding = path, encoding_of(path)

    def __call__(self) -> Iterator[Line]:
        yield 0, ["text"]
        with self._path.open(encoding=self._encoding) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, [line.strip()]
