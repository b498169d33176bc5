"""Offsets for analysers that give none: their morphemes, often normalised, are aligned with the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.korean.hangul import decompose, is_syllable
from nlu.tokenizers.base import cover, words
from nlu.types import Token

_BAND = 24
"""Jamo by which the two sides may drift apart; an eojeol rarely changes by more than a few."""

_WORST = 0.5
"""An eojeol of which less than this share of jamo is found again becomes one token."""

_MATCH, _CHANGE, _SKIP = 0, 3, 2
"""Costs of laying one jamo on an equal one, on another, and on nothing; a change is cheaper than two skips."""

_SILENT = "ㅇ"


@dataclass(frozen=True, slots=True)
class _Jamo:
    """One letter, and the place of the character or morpheme that it belongs to."""

    letter: str
    owner: int


def rebuild(text: str, morphemes: Sequence[tuple[str, str]]) -> tuple[Token, ...]:
    """Find where an analyser's morphemes stand in the text.

    Both sides are spelled as jamo, without the silent ㅇ, and aligned at the least cost: so 갔다 meets 가+았+다.
    Morphemes that share a character become one token with their parts of speech joined with "+", as MeCab does. What
    the analyser left out becomes a token without a part of speech. An eojeol that is hardly recognisable stays whole.

    Args:
        text: what was analysed.
        morphemes: surface and part of speech of each morpheme, in the text's order.

    Example:
        >>> morphemes = [("집", "N"), ("에", "J"), ("가", "V"), ("았", "P"), ("다", "E")]
        >>> [(token.text, token.pos) for token in rebuild("집에 갔다", morphemes)]
        [('집', 'N'), ('에', 'J'), ('갔', 'V+P'), ('다', 'E')]
    """
    source = [_Jamo(letter, place) for place, char in enumerate(text) for letter in _letters(char)]
    target = [
        _Jamo(letter, number)
        for number, (surface, _) in enumerate(morphemes)
        for char in surface
        for letter in _letters(char)
    ]
    owners: dict[int, set[int]] = {}
    equal: dict[int, int] = {}
    for at, on in _align([jamo.letter for jamo in source], [jamo.letter for jamo in target]):
        place = source[at].owner
        owners.setdefault(place, set()).add(target[on].owner)
        equal[place] = equal.get(place, 0) + (source[at].letter == target[on].letter)
    size: dict[int, int] = {}
    for jamo in source:
        size[jamo.owner] = size.get(jamo.owner, 0) + 1
    tokens: list[Token] = []
    for eojeol in words(text, 0, len(text)):
        places = range(eojeol.start, eojeol.end)
        if sum(equal.get(place, 0) for place in places) < _WORST * sum(size.get(place, 0) for place in places):
            numbers = sorted({number for place in places for number in owners.get(place, ())})
            pos = "+".join(morphemes[number][1] for number in numbers)
            tokens.append(Token(eojeol.text, eojeol.start, eojeol.end, pos))
        else:
            tokens += _cut(text, eojeol, owners, [pos for _, pos in morphemes])
    return cover(text, tokens)


def _letters(char: str) -> Iterator[str]:
    if is_syllable(char):
        initial, medial, final = decompose(char)
        if initial != _SILENT:
            yield initial
        yield medial
        if final:
            yield final
    elif not char.isspace():
        yield char.casefold()


def _cut(text: str, eojeol: Token, owners: dict[int, set[int]], pos: list[str]) -> Iterator[Token]:
    """Cut an eojeol between characters that no morpheme joins."""
    start = eojeol.start
    group = set(owners.get(start, ()))
    for place in range(start + 1, eojeol.end + 1):
        here = owners.get(place, set()) if place < eojeol.end else set()
        if place < eojeol.end and (group & here or (not group and not here)):
            group |= here
            continue
        yield Token(text[start:place], start, place, "+".join(pos[number] for number in sorted(group)))
        start, group = place, set(here)


def _align(source: Sequence[str], target: Sequence[str]) -> list[tuple[int, int]]:
    """Align two strings of jamo at the least cost, within a band around the diagonal.

    Returns:
        Pairs of positions; a target jamo that meets none is given to the source jamo before it.
    """
    if not source or not target:
        return []
    width = _BAND + abs(len(source) - len(target))
    infinite = _SKIP * (len(source) + len(target)) + 1
    costs: list[dict[int, int]] = [{j: _SKIP * j for j in range(min(width, len(target)) + 1)}]
    for i, letter in enumerate(source, 1):
        above = costs[-1]
        row: dict[int, int] = {}
        for j in range(max(0, i - width), min(len(target), i + width) + 1):
            best = above.get(j, infinite) + _SKIP
            if j:
                step = _MATCH if letter == target[j - 1] else _CHANGE
                best = min(best, above.get(j - 1, infinite) + step, row.get(j - 1, infinite) + _SKIP)
            row[j] = best
        costs.append(row)
    pairs: list[tuple[int, int]] = []
    i, j = len(source), len(target)
    while i and j:
        step = _MATCH if source[i - 1] == target[j - 1] else _CHANGE
        if costs[i][j] == costs[i - 1].get(j - 1, infinite) + step:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif costs[i][j] == costs[i].get(j - 1, infinite) + _SKIP:
            j -= 1
            pairs.append((i - 1, j))
        else:
            i -= 1
    return pairs[::-1]
