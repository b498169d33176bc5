"""Training markdown of Rasa 1: headings such as `## intent:greet`, and lines that begin with a dash."""

from __future__ import annotations

import re

from nlu.data.importers.base import Imported
from nlu.data.importers.rasa_training import KINDS, Example, Training
from nlu.system.source import Source

_HEADING = re.compile(r"\s*##\s*(?P<kind>\w+)\s*:\s*(?P<name>.*\S)?\s*")
_OTHER_HEADING = re.compile(r"\s*#")
_ITEM = re.compile(r"\s*[-*+]\s+(?=\S)")
_COMMENT_OPENS, _COMMENT_CLOSES = "<!--", "-->"


def read(source: Source, weight: float) -> Imported:
    """Read a training file; see `Training` for what becomes of it."""
    training = Training(source, weight)
    head: tuple[str, str] | None = None
    seen = False
    for number, line in _without_comments(source.lines):
        if heading := _HEADING.fullmatch(line):
            head, seen = _head(heading, number, training), True
        elif _OTHER_HEADING.match(line):
            head = None
        elif item := _ITEM.match(line):
            if head:
                training.add(*head, Example(line[item.end() :].strip(), number, item.end() + 1))
            elif not seen:
                training.tally.note("import.line_unused", source.origin(number))
        elif line.strip():
            is_file = head is not None and head[0] == "lookup"
            training.tally.note("import.lookup_file" if is_file else "import.line_unused", source.origin(number))
    if not seen:
        source.complain("rasa.no_headings", 1)
    return training.finish()


def looks_like(text: str) -> bool:
    """Tell whether a text has headings of this form."""
    return re.search(r"^\s*##\s*(?:intent|synonym|lookup|regex)\s*:", text, re.MULTILINE) is not None


def _head(heading: re.Match[str], number: int, training: Training) -> tuple[str, str] | None:
    kind, name = heading["kind"], heading["name"] or ""
    if kind not in KINDS:
        training.source.complain("rasa.kind", number, heading.start("kind") + 1, choices=KINDS)
        return None
    place = heading.start("name") + 1 if heading["name"] else len(heading[0])
    return (kind, name) if training.accepts(kind, name, number, max(place, 1)) else None


def _without_comments(lines: list[str]) -> list[tuple[int, str]]:
    """Number the lines, and leave `<!-- … -->` out, also over several lines."""
    kept: list[tuple[int, str]] = []
    is_open = False
    for number, line in enumerate(lines, 1):
        parts: list[str] = []
        while line:
            before, mark, line = line.partition(_COMMENT_CLOSES if is_open else _COMMENT_OPENS)
            parts += [] if is_open else [before]
            is_open = is_open != bool(mark)
        kept.append((number, "".join(parts)))
    return kept
