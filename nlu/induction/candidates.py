"""Templates as lines that are proved: each is read as the author's file would be, and asked what it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlu.errors import SourceErrors
from nlu.induction.length import bits_of
from nlu.induction.line import line_of
from nlu.induction.template import Template
from nlu.induction.units import Reading
from nlu.lexicon.computed import SHAPE
from nlu.lexicon.lexicon import Lexicon
from nlu.pattern import Expansion, Inventory, Pattern, PatternFile, Recognizer, parse_patterns
from nlu.pattern.computed_slots import SHAPES
from nlu.pattern.table import PatternTable

_INTENT = "proposal"
_USED = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True)
class Candidate:
    """A line that may be proposed.

    Attributes:
        line: as it would stand in the file.
        pattern: what it is read as.
        bits: what it costs to write.
        size: how many utterances it says.
        covers: the numbers of the readings that it says, with the entities they have.
    """

    line: str
    pattern: Pattern
    bits: float
    size: int
    covers: frozenset[int]


def candidates(
    templates: Iterable[Template], readings: Sequence[Reading], file: PatternFile, lexicon: Lexicon
) -> list[Candidate]:
    """Write templates as lines, read them, and find what each says; those that say nothing are dropped."""
    by_line: dict[str, Template] = {}
    for template in templates:
        by_line.setdefault(line_of(template), template)
    patterns = read_lines(by_line, file, lexicon)
    covers = _covers(patterns, readings, lexicon)
    inventory = Inventory(lexicon)
    return [
        Candidate(line, patterns[line], bits_of(by_line[line]), Expansion(patterns[line], inventory).count, said)
        for line, said in covers.items()
        if said
    ]


def read_lines(lines: Iterable[str], file: PatternFile, lexicon: Lexicon) -> dict[str, Pattern]:
    """Read lines as if they stood in the author's files; those with a mistake are left out."""
    kept = list(lines)
    while kept:
        head = [*_shapes_of(file), *_macros_of(kept, file), f"[{_INTENT}]"]
        try:
            read = parse_patterns("\n".join([*head, *kept]), lexicon)
            return {kept[pattern.place.line - 1 - len(head)]: pattern for pattern in read.patterns}
        except SourceErrors as errors:
            wrong = {error.line - 1 - len(head) for error in errors.errors}
            fewer = [line for at, line in enumerate(kept) if at not in wrong]
            if len(fewer) == len(kept):
                return {}
            kept = fewer
    return {}


def _shapes_of(file: PatternFile) -> list[str]:
    """The shapes of free text that slots may name."""
    shapes = [(name, kind.removeprefix(SHAPE)) for name, kind in file.computed.items() if kind.startswith(SHAPE)]
    return [f"[{SHAPES}]", *(f"{name} = {shape}" for name, shape in shapes)] if shapes else []


def _macros_of(lines: Iterable[str], file: PatternFile) -> list[str]:
    """The definitions that lines need, as they were written."""
    known = {macro.name: macro for macro in file.macros}
    waiting = sorted({name for line in lines for name in _USED.findall(line) if name in known})
    needed = dict.fromkeys(waiting)
    for name in waiting:
        for inner in known[name].uses:
            if inner in known and inner not in needed:
                needed[inner] = None
                waiting.append(inner)
    return [known[name].source for name in needed]


def _covers(
    patterns: Mapping[str, Pattern], readings: Sequence[Reading], lexicon: Lexicon
) -> dict[str, frozenset[int]]:
    origins = {pattern.origin: line for line, pattern in patterns.items()}
    recognizer = Recognizer(PatternTable.of(patterns.values()))
    covers: dict[str, set[int]] = {line: set() for line in patterns}
    for reading in readings:
        entities = squeezed_entities(reading)
        for said in recognizer.lines(reading.text, lexicon):
            found = {(one.start, one.end, one.entity, one.role) for one in said.entities}
            if found == entities:
                covers[origins[said.line.origin]].add(reading.number)
    return {line: frozenset(numbers) for line, numbers in covers.items()}


def squeezed_entities(reading: Reading) -> set[tuple[int, int, str, str | None]]:
    """The entities of an utterance by their places in its text without spaces."""
    before = [0]
    for char in reading.text:
        before.append(before[-1] + (not char.isspace()))
    return {(before[span.start], before[span.end], span.entity, span.role) for span in reading.spans}
