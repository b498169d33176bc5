"""`token TAG` lines as they come: CoNLL's columns, tokens with spaces, a syllable a line, tags of other schemes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.data.importers.base import Imported, Tally
from nlu.data.importers.iob_tags import plain_tag
from nlu.data.importers.iob_tokens import TokenRow, add_tokens
from nlu.names import is_intent
from nlu.system.source import Source

_INTENT = "# intent:"
_DOCUMENT = "-DOCSTART-"
_COMMENT = re.compile(r"##? |##?$")
_KLUE = re.compile(r"## .*\t")
_WORD_CLASS = re.compile(r"[A-Z_$*,.:+/-][A-Z0-9_$*,.:+/-]*|[BIO]-\w+")
_SPACES = re.compile("[ \t]+")
_SYLLABLES = 10
"""Tokens of one character, and no others, that make a file one of syllables."""


def read(source: Source, weight: float) -> Imported:
    """Read `token TAG` lines with an empty line between utterances.

    The first column is the token and the last the tag. Columns are cut at tabs where a line has some, else at spaces;
    a token with spaces in it is told from columns between, as CoNLL files have them, by what those hold. A line
    `# intent: name` before an utterance names its intent; other lines that begin with `# ` and end in no tag are
    comments. A text is its tokens with one space between them, unless the file says where the spaces are by rows of
    their own. A tag that IOB2 forbids is read as conlleval reads it.
    """
    tally = Tally(source.path, weight)
    lines = [_cut(line) for line in source.lines]
    reader = _Reader(source, tally, _Layout.of(lines))
    reader.read(lines)
    return tally.finish()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was cut into columns; none for an empty one."""

    text: str
    columns: tuple[str, ...]
    has_tabs: bool = False

    @property
    def is_space(self) -> bool:
        """Whether it is the row of a space between words."""
        if len(self.columns) < 2 or plain_tag(self.columns[-1]) is None:
            return False
        return not self.columns[0].strip() or (len(self.columns) > 2 and {*self.columns[:-1]} == {"_"})

    @property
    def is_comment(self) -> bool:
        """Whether it says something of the file and not of a token."""
        if self.has_tabs and self.columns[0].startswith(("# ", "## ")):
            return True
        return bool(_COMMENT.match(self.text)) and (len(self.columns) < 2 or plain_tag(self.columns[-1]) is None)


def _cut(line: str) -> _Line:
    if not line.strip() or line.startswith((_INTENT, _DOCUMENT)):
        return _Line(line, ())
    if "\t" in line:
        columns = line.split("\t")
        while len(columns) > 2 and not columns[-1].strip():
            columns.pop()
        return _Line(line, tuple(column.strip() for column in columns), True)
    columns = _SPACES.split(line.strip(" "))
    if len(columns) == 1:
        columns = line.split()  # a no-break space may stand between token and tag
    if len(columns) == 1 and line.startswith(" ") and plain_tag(columns[0]) is not None:
        columns = ["", *columns]
    return _Line(line, tuple(columns))


@dataclass(frozen=True, slots=True)
class _Layout:
    """What the lines of a file have in common.

    Attributes:
        is_numbered: the first column counts the tokens, and the second is the token.
        has_columns: all lines have the same number of columns, more than two.
        has_spaces: rows of their own say where the spaces are.
        is_syllables: every token is one character.
    """

    is_numbered: bool
    has_columns: bool
    has_spaces: bool
    is_syllables: bool

    @classmethod
    def of(cls, lines: Sequence[_Line]) -> _Layout:
        rows = [line for line in lines if line.columns and not line.is_comment]
        counts = Counter(len(line.columns) for line in rows)
        numbered = bool(rows) and min(counts) > 2 and all(_follow(run) for run in _runs(lines))
        tokens = [line.columns[0] for line in rows if not line.is_space]
        return cls(
            numbered,
            len(counts) == 1 and min(counts) > 2 and len(rows) > 2,
            any(line.is_space for line in rows),
            (len(tokens) >= _SYLLABLES or any(_KLUE.match(line.text) for line in lines))
            and all(len(token) == 1 for token in tokens),
        )


def _runs(lines: Sequence[_Line]) -> Iterator[list[str]]:
    """The first columns of each utterance."""
    run: list[str] = []
    for line in lines:
        if not line.columns and run:
            yield run
            run = []
        elif line.columns and not line.is_comment:
            run.append(line.columns[0])
    if run:
        yield run


def _follow(run: list[str]) -> bool:
    return run[0] in ("0", "1") and run == [str(number) for number in range(int(run[0]), int(run[0]) + len(run))]


class _Reader:
    """Gathers the rows of an utterance until an empty line ends it."""

    def __init__(self, source: Source, tally: Tally, layout: _Layout) -> None:
        self._source, self._tally, self._layout = source, tally, layout
        self._rows: list[TokenRow] = []
        self._intent: str | None = None
        self._is_broken = False

    def read(self, lines: Sequence[_Line]) -> None:
        if self._layout.is_syllables and not self._layout.has_spaces:
            self._tally.tell("import.syllables_joined")
        if self._layout.is_numbered:
            self._tally.tell("import.numbered")
        for number, line in enumerate([*lines, _Line("", ())], 1):
            if line.text.startswith(_INTENT):
                self._head(line.text, number)
            elif line.columns and line.is_comment:
                continue
            elif line.columns:
                self._row(line, number)
            elif not line.text.startswith(_DOCUMENT):
                self._end()

    def _head(self, text: str, number: int) -> None:
        self._intent = text.removeprefix(_INTENT).strip() or None
        if not (self._intent is None or is_intent(self._intent)):
            self._source.complain("data.intent_name", number, text.index(self._intent) + 1)

    def _row(self, line: _Line, number: int) -> None:
        if len(line.columns) < 2:
            self._source.complain("data.iob_columns", number)
            self._is_broken = True
            return
        column = line.text.rindex(line.columns[-1]) + 1
        tag = plain_tag(line.columns[-1])
        if tag is None or not tag.is_named:
            code = "data.tag" if tag is None else "data.tag_name"
            self._source.complain(code, number, column, tag=line.columns[-1])
            self._is_broken = True
            return
        token = " " if line.is_space else self._token(line, column, number)
        self._rows.append(TokenRow(number, token, tag))

    def _token(self, line: _Line, column: int, number: int) -> str:
        columns = line.columns[self._layout.is_numbered :]
        between = columns[1:-1]
        if not between or line.has_tabs or self._layout.has_columns or all(map(_WORD_CLASS.fullmatch, between)):
            if between and not self._layout.is_numbered:
                self._tally.note("import.columns_unused", self._source.origin(number), most=len(between))
            return columns[0]
        return line.text[: column - 1].strip()

    def _end(self) -> None:
        if self._rows and not self._is_broken:
            is_joined = self._layout.has_spaces or self._layout.is_syllables
            add_tokens(self._rows, self._intent, self._source, self._tally, "" if is_joined else " ")
        if self._rows or self._is_broken:
            self._rows, self._intent, self._is_broken = [], None, False
