"""One run: a source through the cleaning into a set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nlu.events import Listener, Progress, ignore
from nlu.intake.cleaning import KNOWN, Before, Chain
from nlu.intake.report import IntakeReport, tally
from nlu.intake.rows import IncomingRow, RefusedRow
from nlu.intake.sets import ImportedSet, SetWriter
from nlu.intake.settings import IntakeSettings
from nlu.intake.sources import Source

STAGE = "import"
_STEP = 1_000
_EXAMPLES = 3


@dataclass
class _Counts:
    """What became of the rows so far."""

    read: int = 0
    unreadable: int = 0
    added: int = 0
    relabelled: int = 0
    labelled: int = 0
    masked: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    intents: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def refuse(self, row: RefusedRow) -> None:
        """Count a refused row."""
        self.reasons[row.code] += 1
        shown = self.examples.setdefault(row.code, [])
        if len(shown) < _EXAMPLES:
            shown.append((row.place, row.text))

    def add(self, row: IncomingRow, is_relabelled: bool) -> None:
        """Count a row that is kept."""
        self.added += 1
        self.relabelled += is_relabelled
        self.labelled += row.is_labelled
        self.masked += bool(row.masks)
        if row.intent is not None:
            self.intents[row.intent] += 1


def intake(
    source: Source, target: ImportedSet, settings: IntakeSettings, *, is_dry: bool = False, listen: Listener = ignore
) -> IntakeReport:
    """Read what is new in a source, clean it, and keep it.

    Args:
        source: what is read.
        target: where it is kept.
        settings: how strict the cleaning is.
        is_dry: whether to write nothing and only tell what would be.
        listen: told the progress, and by notices what is worth knowing.

    Returns:
        What became of each row; a run that finds nothing new leaves every byte of the set as it was.

    Raises:
        InputError: no column can be told to be what people said.
        SourceUnavailable: a database that can't be reached.
    """
    counts = _Counts()
    with _writer(target, is_dry) as writer:
        known = target.labels()
        chain = Chain(settings, Before(known, target.rows))
        for row in source.rows(target.mark(source.key), listen):
            counts.read += 1
            if counts.read % _STEP == 0:
                listen(Progress(STAGE, counts.read, None, "line"))
            _take(row, chain, known, counts, writer)
        listen(Progress(STAGE, counts.read, counts.read, "line"))
        changed = writer.commit(source.key, source.mark()) if writer else False
    manifest = target.manifest
    return IntakeReport(
        source.key, target.folder.name, target.version, changed, counts.read, counts.unreadable, chain.counts(),
        dict(sorted(counts.reasons.items())), counts.added, counts.relabelled, counts.labelled, counts.masked,
        tally(counts.intents), manifest["counts"], is_dry, counts.examples,
    )  # fmt: skip


def _take(
    row: IncomingRow | RefusedRow, chain: Chain, known: dict[bytes, bytes], counts: _Counts, writer: SetWriter | None
) -> None:
    if isinstance(row, RefusedRow):
        counts.unreadable += 1
        found: IncomingRow | RefusedRow = chain.hidden(row)
    else:
        found = chain.clean(row)
    if isinstance(found, IncomingRow):
        is_relabelled = found.key in known
        counts.add(found, is_relabelled)
        if writer:
            writer.add(found, replaces=is_relabelled)
    elif found.code != KNOWN:
        counts.refuse(found)
        if writer:
            writer.refuse(found)


@contextmanager
def _writer(target: ImportedSet, is_dry: bool) -> Iterator[SetWriter | None]:
    if is_dry:
        yield None
        return
    with target.writing() as writer:
        yield writer
