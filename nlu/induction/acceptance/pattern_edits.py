"""A line under its intent's heading, and out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from nlu.induction.acceptance.blocks import Block, blocks, comment
from nlu.induction.acceptance.text_files import TextFile
from nlu.pattern import PatternFile
from nlu.pattern.nodes import Place


def with_line(file: TextFile, patterns: PatternFile, intent: str, line: str, day: date, number: int) -> TextFile:
    """Put a line behind the last of its intent, under a heading of its own where the file has none.

    Args:
        file: the pattern file.
        patterns: what it says.
        intent: the line's intent.
        line: the line.
        day: when it was accepted.
        number: of the decision.
    """
    path = file.path.as_posix()
    own = [
        pattern.place.line for pattern in patterns.patterns if pattern.intent == intent and pattern.place.path == path
    ]
    heads = [header.place.line for header in patterns.headers if header.intent == intent and header.place.path == path]
    block = [comment(day, number, [line]), line]
    if own or heads:
        return file.with_lines_after(max(own or heads), block)
    heading = f"[{intent}]"
    return file.with_lines_after(_last_said(file), ["", comment(day, number, [heading], "intent"), heading, *block])


def is_in(place: Place, path: Path) -> bool:
    """Whether a place is in a file."""
    return place.path == path.as_posix()


def without_block(file: TextFile, block: Block) -> TextFile:
    """Take a block out, and a heading that acceptance wrote and that has nothing below it any more."""
    assert block.last is not None
    file = file.without_lines(block.first, block.last)
    lines = [line for line, _ in file.lines]
    for heading in blocks(lines):
        if heading.kind == "intent" and heading.last is not None and _is_bare(lines[heading.last :]):
            has_blank = heading.first > 1 and not lines[heading.first - 2].strip()
            return file.without_lines(heading.first - has_blank, heading.last)
    return file


def _is_bare(lines: Sequence[str]) -> bool:
    """Whether nothing stands below a heading up to the next one."""
    for line in lines:
        if line.lstrip().startswith("["):
            return True
        if line.strip():
            return _is_heading(line)
    return True


def _is_heading(line: str) -> bool:
    """Tell whether a line is the comment of a heading that acceptance wrote."""
    return any(block.kind == "intent" for block in blocks([line]))


def _last_said(file: TextFile) -> int:
    """The last line that is not blank; the first of a file without any."""
    return max((number for number, (line, _) in enumerate(file.lines, 1) if line.strip()), default=1)
