"""The corpus of 2016 of KMOU and ETRI: `; sentence`, the same with `<marks:TYPE>` after a `$`, then its morphemes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.data.importers.base import Imported, Tally
from nlu.system.source import Source
from nlu.types import Span

_MARK = re.compile(r"<([^<>\n]*?):([A-Z][A-Z0-9_]*)>")


def looks_like(text: str) -> bool:
    """Tell whether a text is of this form."""
    return re.search(r"^; .*\n\$.*<", text, re.MULTILINE) is not None


def read(source: Source, weight: float) -> Imported:
    """Read the marked sentences; the morphemes say the same again."""
    tally = Tally(source.path, weight)
    plain = ""
    for number, line in enumerate(source.lines, 1):
        if line.startswith("; "):
            plain = line[2:]
        elif line.startswith("$"):
            _add(line[1:], plain, source.origin(number), tally)
            plain = ""
        elif line.strip() and not ("\t" in line and line[:1].isdigit()):
            tally.note("import.line_unused", source.origin(number))
    return tally.finish()


def _add(marked: str, plain: str, place: str, tally: Tally) -> None:
    text, spans = "", list[Span]()
    for part, label in _parts(marked):
        if label and part.strip():
            spans.append(Span(len(text), len(text) + len(part), label))
        text += part
    if plain and "".join(plain.split()) != "".join(text.split()):
        tally.note("kmou.differs", place)
    tally.add(text, None, spans, place)


def _parts(marked: str) -> Iterator[tuple[str, str]]:
    place = 0
    for match in _MARK.finditer(marked):
        yield marked[place : match.start()], ""
        yield match[1], match[2]
        place = match.end()
    yield marked[place:], ""
