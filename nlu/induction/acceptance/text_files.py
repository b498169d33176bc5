"""An author's file as text that goes back to the same bytes: its encoding, its line ends, its last line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.errors import AcceptanceError
from nlu.system.files import read_bytes, read_text

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8"))


@dataclass(frozen=True)
class TextFile:
    """A file of an author.

    Attributes:
        path: where it lies.
        encoding: in which it is written.
        mark: the bytes before its text.
        lines: each line and how it ends; the last ends with nothing.
    """

    path: Path
    encoding: str
    mark: bytes
    lines: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, path: Path) -> TextFile:
        """Read a file.

        Raises:
            OSError: it is not there.
            SourceError: it is no text.
            AcceptanceError: its text does not give its bytes again.
        """
        data = read_bytes(path)
        _, encoding = read_text(path)
        mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", encoding))
        text = data[len(mark) :].decode(encoding)
        ends = [match.groups() for match in _LINE.finditer(text)]
        while len(ends) > 1 and ends[-2][1] == "":
            ends.pop()
        file = cls(path, encoding, mark, tuple((line, end) for line, end in ends))
        if file.to_bytes() != data:
            raise AcceptanceError("accept.bytes", path=path)
        return file

    @property
    def text(self) -> str:
        r"""The text with `\n` for line ends."""
        return "\n".join(line for line, _ in self.lines)

    @property
    def line_end(self) -> str:
        """How its lines end, most of them."""
        ends = [end for _, end in self.lines if end]
        return max(dict.fromkeys(ends), key=ends.count, default="\n")

    def with_lines_after(self, number: int, added: Sequence[str]) -> TextFile:
        """Put lines behind a line, counted from 1; at the file's end the last one ends as the file did."""
        before, end = self.lines[number - 1]
        *inner, last = added
        new = [(before, self.line_end), *((line, self.line_end) for line in inner), (last, end)]
        return replace(self, lines=(*self.lines[: number - 1], *new, *self.lines[number:]))

    def without_lines(self, first: int, last: int) -> TextFile:
        """Take lines out, counted from 1; the line before them then ends as the last of them did."""
        before, after = list(self.lines[: first - 1]), self.lines[last:]
        if before:
            before[-1] = (before[-1][0], self.lines[last - 1][1])
        return replace(self, lines=(*before, *after) or (("", ""),))

    def with_line(self, number: int, line: str) -> TextFile:
        """Write a line, counted from 1, otherwise; it ends as it did."""
        new = (line, self.lines[number - 1][1])
        return replace(self, lines=(*self.lines[: number - 1], new, *self.lines[number:]))

    def to_bytes(self) -> bytes:
        """The file's bytes.

        Raises:
            AcceptanceError: its encoding lacks a character.
        """
        try:
            return self.mark + "".join(line + end for line, end in self.lines).encode(self.encoding)
        except UnicodeEncodeError as error:
            char = error.object[error.start]
            raise AcceptanceError("accept.encoding", path=self.path, char=char, encoding=self.encoding) from None
