"""Which lines of the built-in small talk a bot does not learn to decline, since they touch its own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlu.augmentation.smalltalk import LeftOut, smalltalk_for, smalltalk_lines
from nlu.lexicon.lexicon import Lexicon
from nlu.linter.findings import INFO, Finding
from nlu.messages import word
from nlu.pattern import Expansion, Inventory, PatternFile, Permutation
from nlu.types import FALLBACK_INTENT, LabelledUtterance

_SAMPLED = 30
"""Utterances of each pattern, which show the words that its author wrote."""
_SHOWN = 8


def left_out(file: PatternFile, lexicon: Lexicon) -> tuple[LeftOut, ...]:
    """Find the lines that touch the dictionary, or what the patterns in scope say."""
    return smalltalk_for(_samples(file, Inventory(lexicon)), lexicon).left_out


def as_findings(lines: Sequence[LeftOut]) -> tuple[Finding, ...]:
    """A note for each line."""
    return tuple(Finding("", 0, 0, INFO, "smalltalk-left-out", _why(line)) for line in lines)


def in_short(lines: Sequence[LeftOut]) -> str:
    """One line that says how many they are and shows some."""
    shown = ", ".join(f"'{line.line}'" for line in lines[:_SHOWN]) + (", …" if len(lines) > _SHOWN else "")
    values = {"count": len(lines), "of": len(smalltalk_lines()), "lines": shown}
    return word("finding.smalltalk-left-out", values, "ko")


def _why(line: LeftOut) -> str:
    code = "finding.smalltalk-word" if line.word else "finding.smalltalk-said"
    return word(code, {"line": line.line, "word": line.word}, "ko")


def _samples(file: PatternFile, inventory: Inventory) -> Iterator[LabelledUtterance]:
    for pattern in file.patterns:
        expansion = Expansion(pattern, inventory)
        if pattern.intent == FALLBACK_INTENT or not expansion.count:
            continue
        order = Permutation(expansion.count, pattern.source)
        yield from (expansion.utterance(order(at)) for at in range(min(expansion.count, _SAMPLED)))
