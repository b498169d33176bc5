"""The lines of a pattern file as its author counts them, also where there are mistakes in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_COMMENT = re.compile(r"(?:^|(?<=\s))#(?=\s|$)")
_HEADER = re.compile(r"\[([^\]]*)")
_COMMAND = re.compile(r"@(\S*)\s*(.*)")


@dataclass(frozen=True, slots=True)
class PatternLine:
    """One line.

    Attributes:
        kind: `pattern`, `macro`, `import`, or another word after `@`.
        intent: the intent that it stands under; "" above the first, and for what is no pattern.
        text: the pattern as it is written, without comment; the whole definition, or the file that is imported.
    """

    kind: str
    intent: str
    text: str


def read_lines(text: str) -> Iterator[PatternLine]:
    r"""Read what a pattern file says, line by line, as `nlu.pattern.reader` cuts it.

    Example:
        >>> for line in read_lines("@define 줘 = 줘|주세요\n[weather]\n{loc} 날씨 # 흔한 말"):
        ...     print(line)
        PatternLine(kind='macro', intent='', text='줘 = 줘|주세요')
        PatternLine(kind='pattern', intent='weather', text='{loc} 날씨')
    """
    intent = ""
    for raw in text.removeprefix("\ufeff").split("\n"):
        source = unicodedata.normalize("NFC", raw).strip()
        if source.startswith("#"):
            continue
        comment = _COMMENT.search(source)
        line = source[: comment.start()].rstrip() if comment else source
        if not line:
            continue
        if header := _HEADER.match(line):
            intent = header[1].strip()
        elif command := _COMMAND.match(line):
            kind = "macro" if command[1] == "define" else command[1]
            yield PatternLine(kind, "", command[2].strip())
        else:
            yield PatternLine("pattern", intent, line)
