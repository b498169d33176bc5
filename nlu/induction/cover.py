"""Which lines to propose: few that say all utterances in the fewest bits, chosen greedily."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

from nlu.induction.candidates import Candidate
from nlu.induction.length import LETTER, bits_of_text
from nlu.lexicon.dictionary import squeeze

_LEAST_SAVED = -2 * LETTER
"""A line may cost so many bits more than its utterances written letter by letter: it says them with slots."""


@dataclass(frozen=True)
class Chosen:
    """A line that was chosen, and the bits it saves beside those chosen before."""

    candidate: Candidate
    saved: float


def cover(
    lines: Sequence[Candidate], texts: Mapping[int, str], is_allowed: Callable[[Candidate], bool]
) -> list[Chosen]:
    """Choose lines until every utterance is said that some line says, each time the one that saves the most bits.

    What a line saves: the utterances it says first, written letter by letter, less the line and the choice of each
    of them among all it says. Of equal lines the one that says less is taken.

    Args:
        lines: what may be chosen.
        texts: the utterances by number; the same text counts once.
        is_allowed: asked before a line is taken.
    """
    keys = {number: squeeze(text) for number, text in texts.items()}
    worth = {key: bits_of_text(key) for key in keys.values()}
    said = [(line, frozenset(keys[number] for number in line.covers if number in keys)) for line in lines]
    left, chosen = set(worth), list[Chosen]()
    while left and said:
        scored = [(_saved(line, covers & left, worth), line, covers) for line, covers in said if covers & left]
        if not scored:
            break
        saved, line, covers = max(scored, key=lambda one: (one[0], -one[1].size, one[1].line))
        if saved < _LEAST_SAVED:
            break
        said = [one for one in said if one[0] is not line]
        if is_allowed(line):
            chosen.append(Chosen(line, saved))
            left -= covers
    return chosen


def _saved(line: Candidate, covers: frozenset[str] | set[str], worth: Mapping[str, float]) -> float:
    return sum(worth[key] - log2(max(line.size, 1)) for key in sorted(covers)) - line.bits
