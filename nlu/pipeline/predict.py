"""Answers to every row of a table, on several processes; what is killed goes on where it stopped, to the same bytes.

Rows are understood in chunks of a fixed size, counted from the first row, so that what is together in a chunk, and with
it the last digit of a confidence, depends neither on the number of processes nor on where a run was cut off. Finished
chunks are written in their order into a work file beside the result; a note beside it says how many bytes of it count.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from nlu.data.streams import Row, Table, open_table
from nlu.data.streams.json_file import BROKEN
from nlu.data.streams.table import Header
from nlu.data.streams.writing import MOST_ROWS, RowWriter, to_workbook
from nlu.errors import InputError
from nlu.events import Listener, Notice, Progress, ignore
from nlu.intake.columns import find_columns
from nlu.store.bundle import Bundle
from nlu.store.registry import locate
from nlu.system.files import TEMPORARY_SUFFIX, sha256, sync_folder, write_atomic
from nlu.system.processes import end_with_parent
from nlu.system.work_folders import work_folder
from nlu.types import Entity, Parse
from nlu.understanding.parser import UtteranceParser
from nlu.version import VERSION

CHUNK = 256
"""Rows that are understood together; another number gives confidences with another last digit."""
LONGEST_TEXT = 2_000
"""Characters; a longer text is no utterance and is not understood."""
STAGE = "predict"
_NOTED_SECONDS = 1.0
"""From one note of how far it is to the next."""
_AHEAD = 3
"""Chunks that wait for each process."""
_ADDED = ("intent", "confidence", "entities", "fallback")
Answer = tuple[str, float, str, str]
"""Intent, confidence, entities as JSON, and why not understood; "" where it was."""
Loader = Callable[[Path], UtteranceParser]


@dataclass(frozen=True)
class Predicted:
    """What came of a prediction.

    Attributes:
        rows: that were answered.
        resumed: of these, by an earlier run that was cut off.
        version: of the model.
        seconds: that this run took.
        columns: the names of the columns that were added.
    """

    rows: int
    resumed: int
    version: str
    seconds: float
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What is read, and how each row is written."""

    table: Table
    header: Header
    text: str
    names: tuple[str, ...]
    added: tuple[str, ...]
    total: int
    writer: RowWriter

    @classmethod
    def of(cls, source: Path, suffix: str, text: str | None) -> Plan:
        """Look at a table.

        Args:
            source: the file.
            suffix: of the result.
            text: the column of what was said; None to find it.

        Raises:
            InputError: there is no such column, or too many rows for a workbook.
            UnknownChoiceError: a suffix of no table.
        """
        table = open_table(source)
        header, columns = find_columns(table, text, "")
        total, names = table.size(header)
        if suffix == ".xlsx" and total > MOST_ROWS:
            raise InputError("predict.rows_many", most=MOST_ROWS)
        taken = {name.casefold() for name in names}
        added = tuple(name if name not in taken else f"predicted_{name}" for name in _ADDED)
        written = [*(header.written if len(header.written) == len(names) else names), *added]
        writer = RowWriter(suffix, written, delimiter=table.delimiter, has_mark=table.has_mark or not table.delimiter)
        return cls(table, header, columns.text, names, added, total, writer)

    def rows(self) -> Iterator[Row]:
        """Read the rows."""
        return self.table.rows(self.header)

    def said(self, row: Row) -> str:
        """What a row says."""
        value = row.cells.get(self.text)
        return "" if value is None or BROKEN in row.cells else str(value)

    def written(self, row: Row, answer: Answer) -> bytes:
        """A row with its answer."""
        if BROKEN in row.cells:
            return self.writer.row({"line": row.cells[BROKEN], self.added[3]: "unreadable"}, (*self.names, *self.added))
        intent, confidence, entities, fallback = answer
        found = dict(zip(self.added, (intent, confidence, entities, fallback), strict=True))
        if self.writer.head() == b"":  # JSON holds the entities as they are
            found |= {self.added[2]: json.loads(entities), self.added[3]: fallback or None}
        return self.writer.row({**row.cells, **found}, (*self.names, *self.added), row.extra)


def predict(
    source: Path,
    target: Path,
    models: Path,
    *,
    text: str | None = None,
    processes: int = 1,
    load: Loader = UtteranceParser.load,
    listen: Listener = ignore,
) -> Predicted:
    """Answer every row of a table.

    Args:
        source: CSV, TSV, XLSX or JSON Lines.
        target: likewise; appears when it is complete, and takes the place of what is there.
        models: the registry, or one bundle.
        text: the column of what was said; None to find it.
        processes: that understand at the same time.
        load: makes the parser; it is pickled.
        listen: told the progress.

    Raises:
        InputError: there is no such column, source and target are one, or too many rows for a workbook.
        BundleError: the model can't be read.
        SourceErrors: the source can't be read.
    """
    started = time.monotonic()
    target = Path(os.path.realpath(target))
    if target == Path(os.path.realpath(source)):
        raise InputError("input.same_file", path=source)
    bundle = locate(models)
    plan = Plan.of(source, target.suffix.lower(), text)
    version = Bundle.open(bundle, verify=False).manifest.version
    with work_folder(target.parent, f".{target.name}.work") as folder:
        folder.mkdir(exist_ok=True)
        with _Work(folder, _key(source, bundle, plan)) as work:
            done = work.done
            if done:
                listen(Notice("predict.resumed", {"path": target, "count": min(done * CHUNK, plan.total)}))
            _answer(plan, work, done, processes, (bundle, load), listen)
            work.finish(target)
    return Predicted(plan.total, min(done * CHUNK, plan.total), version, time.monotonic() - started, plan.added)


def _answer(plan: Plan, work: _Work, done: int, processes: int, model: tuple[Path, Loader], listen: Listener) -> None:
    """Answer the chunks that no run has answered."""
    if not done:
        work.write(plan.writer.head())
    listen(Progress(STAGE, min(done * CHUNK, plan.total), plan.total, "line"))
    chunks = islice(_chunks(plan.rows()), done, None)
    with _understanding(processes, model) as understand:
        waiting: deque[tuple[list[Row], Future[list[Answer]]]] = deque()
        for rows in chunks:
            waiting.append((rows, understand([plan.said(row) for row in rows])))
            if len(waiting) > processes * _AHEAD:
                done = _keep(plan, work, waiting.popleft(), done, listen)
        while waiting:
            done = _keep(plan, work, waiting.popleft(), done, listen)


def _keep(plan: Plan, work: _Work, chunk: tuple[list[Row], Future[list[Answer]]], done: int, listen: Listener) -> int:
    rows, answers = chunk
    work.write(b"".join(plan.written(row, answer) for row, answer in zip(rows, answers.result(), strict=True)))
    work.note(done + 1)
    listen(Progress(STAGE, min((done + 1) * CHUNK, plan.total), plan.total, "line"))
    return done + 1


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


@contextmanager
def _understanding(processes: int, model: tuple[Path, Loader]) -> Iterator[Callable[[list[str]], Future[list[Answer]]]]:
    """Give what understands texts: other processes, or this one."""
    if processes < 2:
        parser = model[1](model[0])

        def here(texts: list[str]) -> Future[list[Answer]]:
            done: Future[list[Answer]] = Future()
            done.set_result(answers(parser, texts))
            return done

        yield here
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, model) as pool:
        try:
            yield lambda texts: pool.submit(_answers, texts)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_PARSERS: list[UtteranceParser] = []
"""The parser of a process that understands."""


def _begin(bundle: Path, load: Loader) -> None:
    end_with_parent()
    _PARSERS[:] = [load(bundle)]


def _answers(texts: list[str]) -> list[Answer]:
    return answers(_PARSERS[0], texts)


def answers(parser: UtteranceParser, texts: Sequence[str]) -> list[Answer]:
    """Answer texts that are together in a chunk."""
    asked = [text for text in texts if len(text) <= LONGEST_TEXT]
    parses = iter(parser.parse_many(asked))
    return [_rendered(next(parses)) if len(text) <= LONGEST_TEXT else ("", 0.0, "[]", "too_long") for text in texts]


def _rendered(parse: Parse) -> Answer:
    found = json.dumps([_entity(entity) for entity in parse.entities], ensure_ascii=False)
    return parse.intent.name or "", round(parse.intent.confidence, 6), found, parse.fallback.code or ""


def _entity(entity: Entity) -> Mapping[str, Any]:
    """An entity as rows of data have it, so that a corrected prediction can be imported again."""
    fields: dict[str, Any] = {"start": entity.start, "end": entity.end, "entity": entity.entity, "value": entity.raw}
    if entity.role is not None:
        fields["role"] = entity.role
    if entity.value != entity.raw:
        fields["canonical"] = entity.value
    return fields


def _key(source: Path, bundle: Path, plan: Plan) -> str:
    """What a result depends on; of another run's work nothing is used."""
    made_of = [VERSION, CHUNK, sha256(source), sha256(bundle / "manifest.json"), plan.text, plan.names, plan.added]
    return json.dumps([*made_of, plan.writer.head().decode()], ensure_ascii=False)


class _Work:
    """The file that grows, open behind the last chunk that counts, and the note of how much of it does.

    Args:
        folder: of the work.
        key: of what it depends on.

    Attributes:
        done: chunks that an earlier run left.
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder, self._key = folder, key
        self._path, self._note = folder / "rows", folder / "note.json"
        self._noted = time.monotonic()
        self.done, size = self._read_note()
        self._file = self._path.open("r+b") if self.done else self._path.open("w+b")
        self._file.truncate(size)
        self._file.seek(size)

    def __enter__(self) -> _Work:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, data: bytes) -> None:
        """Write behind what is there."""
        self._file.write(data)

    def note(self, done: int) -> None:
        """Note, once in a while, how many chunks count."""
        if time.monotonic() - self._noted >= _NOTED_SECONDS:
            self._save(done)

    def finish(self, target: Path) -> None:
        """Put the whole file in its place."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        whole = self._path
        if target.suffix.lower() == ".xlsx":
            whole = self._folder / f"book{TEMPORARY_SUFFIX}"
            to_workbook(self._path, whole)
        os.replace(whole, target)
        sync_folder(target.parent)

    def _save(self, done: int) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        write_atomic(self._note, json.dumps({"key": self._key, "done": done, "size": self._file.tell()}))
        self._noted = time.monotonic()

    def _read_note(self) -> tuple[int, int]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            note = json.loads(self._note.read_text(encoding="utf-8"))
            if note["key"] == self._key and self._path.stat().st_size >= note["size"]:
                return note["done"], note["size"]
        return 0, 0
