"""Accept a proposal into an author's files, and take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from nlu.errors import AcceptanceError, SourceErrors
from nlu.induction.acceptance.blocks import Block, blocks
from nlu.induction.acceptance.changes import Change, FileChange, one_at_a_time, write
from nlu.induction.acceptance.dictionary_edits import count_of, has_place, with_row, without_row
from nlu.induction.acceptance.pattern_edits import is_in, with_line, without_block
from nlu.induction.acceptance.text_files import TextFile
from nlu.induction.proposal import DictionaryRow, Proposal
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.bot import same_texts
from nlu.linter.findings import ERROR, INFO, Finding
from nlu.linter.patterns import check_pattern
from nlu.pattern import Inventory, Pattern, PatternFile, read_patterns
from nlu.snapshots.author_files import Places


def accept(places: Places, proposal: Proposal, number: int, day: date | None = None) -> Change:
    """Write a proposal into the author's files.

    Args:
        places: where they lie.
        proposal: what is accepted; its line may have been edited.
        number: of the decision, by which it is taken back.
        day: today by default.

    Returns:
        What was written.

    Raises:
        AcceptanceError: it can't be; says why, and nothing was written.
    """
    with one_at_a_time(places.project):
        change = plan(places, proposal, number, day)
        write(change)
    return change


def undo(places: Places, number: int) -> Change:
    """Take what a decision wrote out of the author's files, whatever else was changed in them.

    Raises:
        AcceptanceError: it is not there, or the author has changed it; nothing was written.
    """
    with one_at_a_time(places.project):
        change = plan_undo(places, number)
        write(change)
    return change


def plan(places: Places, proposal: Proposal, number: int, day: date | None = None) -> Change:
    """Say what `accept` would write.

    Raises:
        AcceptanceError: it would not.
    """
    work = _Work(places, number, datetime.now(UTC).astimezone().date() if day is None else day)
    if work.is_taken():
        raise AcceptanceError("accept.taken", number=number)
    work.add_rows(proposal.rows)
    if proposal.line:
        work.add_line(proposal)
    if not work.changed:
        raise AcceptanceError("accept.nothing")
    return work.checked(proposal)


def plan_undo(places: Places, number: int) -> Change:
    """Say what `undo` would write.

    Raises:
        AcceptanceError: it would not.
    """
    changes, found = list[FileChange](), False
    for path in dict.fromkeys((*places.dictionaries, *places.patterns)):
        before = after = TextFile.read(path)
        while block := _block(after, number):
            if block.last is None:
                raise AcceptanceError("accept.changed", path=path, line=block.first, number=number)
            found = True
            after = (without_block if path in places.patterns else without_row)(after, block)
        if after != before:
            changes.append(FileChange(before, after))
    if not found:
        raise AcceptanceError("accept.missing", number=number)
    return Change(tuple(changes))


def accepted_numbers(places: Places) -> frozenset[int]:
    """The decisions that have something in the author's files."""
    files = (TextFile.read(path) for path in (*places.dictionaries, *places.patterns) if path.exists())
    return frozenset(block.number for file in files for block in blocks([line for line, _ in file.lines]))


def _block(file: TextFile, number: int) -> Block | None:
    """The first block of a decision, the heading of an intent left aside: that goes when nothing is below it."""
    found = blocks([line for line, _ in file.lines])
    return next((block for block in found if block.number == number and block.kind != "intent"), None)


@dataclass
class _Work:
    """The files while a proposal is put into them."""

    places: Places
    number: int
    day: date
    before: dict[Path, TextFile] = field(default_factory=dict)
    after: dict[Path, TextFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in (*self.places.patterns, *self.places.dictionaries):
            self.before[path] = self.after[path] = TextFile.read(path)
        self.lexicon = Lexicon.read(*self.places.dictionaries)

    @property
    def changed(self) -> list[Path]:
        return [path for path, file in self.after.items() if file != self.before[path]]

    def is_taken(self) -> bool:
        return any(_block(file, self.number) for file in self.before.values())

    def add_rows(self, rows: Sequence[DictionaryRow]) -> None:
        for row in rows:
            if self.lexicon.canonical(row.entity, row.surface) is None:
                path = self._dictionary_for(row)
                self.after[path] = with_row(self.after[path], row, self.day, self.number)

    def add_line(self, proposal: Proposal) -> None:
        line = proposal.line.strip()
        if "\n" in line or "\r" in line or line.startswith(("[", "@", "#")):
            raise AcceptanceError("accept.line", line=line)
        patterns, _ = self._read()
        if any(_is_same(one, proposal.intent, line) for one in patterns.patterns):
            return
        own = [path for path in self.places.patterns if _has_intent(patterns, proposal.intent, path)]
        path = (own or self.places.patterns)[0]
        self.after[path] = with_line(self.after[path], patterns, proposal.intent, line, self.day, self.number)

    def checked(self, proposal: Proposal) -> Change:
        """The change, if the linter has nothing against it."""
        patterns, lexicon = self._read()
        new = self._new_patterns(patterns)
        is_new = any(path in self.places.patterns for path in self.changed)
        if is_new and [one.intent for one in new] != [proposal.intent]:
            raise AcceptanceError("accept.line", line=proposal.line)
        findings = list(self._findings(new, patterns, lexicon))
        if wrong := [finding for finding in findings if finding.severity == ERROR]:
            raise AcceptanceError("accept.refused", problem="\n".join(map(str, wrong)))
        files = tuple(FileChange(self.before[path], self.after[path]) for path in self.changed)
        for file in files:
            file.after.to_bytes()  # an encoding may lack a character
        return Change(files, tuple(finding for finding in findings if finding.severity != INFO))

    def _findings(self, new: Sequence[Pattern], patterns: PatternFile, lexicon: Lexicon) -> list[Finding]:
        inventory = Inventory(lexicon)
        found = [finding for one in new for finding in check_pattern(one, lexicon, inventory)]
        origins = {one.origin for one in new}
        return found + [
            finding
            for finding in same_texts(patterns.patterns, inventory, lexicon, origins)
            if f"{finding.path}:{finding.line}" in origins
        ]

    def _new_patterns(self, patterns: PatternFile) -> list[Pattern]:
        """The patterns that stand in this decision's block."""
        found = []
        for path in self.places.patterns:
            block = _block(self.after[path], self.number)
            if block is not None and block.last is not None:
                lines = range(block.first, block.last + 1)
                found += [one for one in patterns.patterns if is_in(one.place, path) and one.place.line in lines]
        return found

    def _read(self) -> tuple[PatternFile, Lexicon]:
        """Read the files as they would be.

        Raises:
            AcceptanceError: with every mistake in them.
        """
        texts: Mapping[Path, str] = {path.resolve(): self.after[path].text for path in self.changed}
        try:
            lexicon = Lexicon.read(*self.places.dictionaries, unsaved=texts)
            more = self.places.import_from
            file = read_patterns(*self.places.patterns, lexicon=lexicon, import_from=more, unsaved=texts)
            return file, lexicon.with_computed(file.computed)
        except SourceErrors as errors:
            raise AcceptanceError("accept.refused", problem=str(errors)) from None

    def _dictionary_for(self, row: DictionaryRow) -> Path:
        """The dictionary with the value that a synonym is one of, else with the most values of the type."""
        if row.synonym_of is not None:
            for entry in self.lexicon.entries:
                if (entry.entity, entry.value) == (row.entity, row.synonym_of):
                    return next(path for path in self.places.dictionaries if str(path) == entry.path)
        able = [path for path in self.places.dictionaries if has_place(self.after[path], row.entity)]
        if not able:
            raise AcceptanceError("accept.no_column", path=self.places.dictionaries[0], entity=row.entity)
        return max(able, key=lambda path: count_of(self.after[path], row.entity))


def _has_intent(patterns: PatternFile, intent: str, path: Path) -> bool:
    return any(one.intent == intent and is_in(one.place, path) for one in patterns.patterns)


def _is_same(pattern: Pattern, intent: str, line: str) -> bool:
    return pattern.intent == intent and pattern.source.split() == line.split()
