"""Slips of typing: spaces missing or too many, wrong keys, jamo taken for similar ones; each proposes edits at a rate.

Per syllable and per gap the number of edits in an utterance is the rate times the number of places, its fraction drawn
by lot, so that a rate of 5 % strikes close to 5 % of even a small corpus.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Iterator

from nlu.augmentation import tables
from nlu.augmentation.edits import Edit
from nlu.korean import hangul
from nlu.types import LabelledUtterance


def drop_all_spaces(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Write the utterance without any space."""
    return [Edit(*space.span(), "") for space in _SPACES.finditer(utterance.text)] if rng.random() < rate else []


def drop_spaces(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Leave out spaces here and there."""
    return [Edit(*space.span(), "") for space in _SPACES.finditer(utterance.text) if rng.random() < rate]


def add_spaces(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Put spaces between characters, inside words and entities too."""
    gaps = [match.end() for match in _GAP.finditer(utterance.text)]
    return [Edit(position, position, " ") for position in _draw(gaps, rate, rng)]


_SPACES = re.compile(r"\s+")
_GAP = re.compile(r"\S(?=\S)")


def _draw(places: list[int], rate: float, rng: random.Random) -> list[int]:
    """Draw `rate` of the places, in order; the fraction by lot."""
    count = int(len(places) * rate + rng.random())
    return sorted(rng.sample(places, count)) if count else []


# ------------------------------------------------------------------------------------------------- slips of the hand


def typos(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Hit keys of the two-set keyboard wrongly: a neighbour, twice, not at all, or after the next one."""
    chosen = _draw(_syllables(utterance.text), rate, rng)
    edits = []
    for start, end in _segments(utterance) if chosen else ():
        inside = [position - start for position in chosen if start <= position < end]
        if inside:
            edits.append(Edit(start, end, _mistyped(utterance.text[start:end], inside, rng)))
    return edits


def jamo_slips(utterance: LabelledUtterance, rate: float, rng: random.Random) -> list[Edit]:
    """Take a vowel or consonant for one that sounds alike (ㅐ ㅔ, ㄱ ㄲ, ㅆ ㅅ), or lose a final consonant."""
    chosen = _draw(_syllables(utterance.text), rate, rng)
    return [Edit(place, place + 1, rng.choice(_slips(utterance.text[place]))) for place in chosen]


_HANGUL_RUN = re.compile("[가-힣]+")
_SYLLABLE = re.compile("[가-힣]")


def _groups(table: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: tuple(row[1:]) for row in table.split()}


_MEDIALS = _groups(tables.SIMILAR_MEDIALS)
_INITIALS = _groups(tables.SIMILAR_INITIALS)
_FINALS = _groups(tables.SIMILAR_FINALS)
_UNSHIFTED = {key: plain[0] for key, plain in _groups(tables.SHIFTED_KEYS).items()}


def _neighbours() -> dict[str, tuple[str, ...]]:
    """The keys around each key; a key with Shift has the plain key and its neighbours."""
    table: dict[str, tuple[str, ...]] = {}
    rows = tables.KEYBOARD_ROWS
    for row, keys in enumerate(rows):
        for column, key in enumerate(keys):
            around = [(row, column - 1), (row, column + 1), (row - 1, column), (row - 1, column + 1)]
            around += [(row + 1, column - 1), (row + 1, column)]
            table[key] = tuple(rows[r][c] for r, c in around if 0 <= r < len(rows) and 0 <= c < len(rows[r]))
    table.update({key: (plain, *table[plain]) for key, plain in _UNSHIFTED.items()})
    return table


NEIGHBOURS = _neighbours()


def _syllables(text: str) -> list[int]:
    return [match.start() for match in _SYLLABLE.finditer(text)]


def _segments(utterance: LabelledUtterance) -> Iterator[tuple[int, int]]:
    """Runs of syllables, cut at the edges of spans, so that what is typed as one piece lies on one side of them."""
    edges = {edge for span in utterance.spans for edge in (span.start, span.end)}
    for run in _HANGUL_RUN.finditer(utterance.text):
        start = run.start()
        for position in range(start + 1, run.end() + 1):
            if position == run.end() or position in edges:
                yield start, position
                start = position


def _mistyped(word: str, places: list[int], rng: random.Random) -> str:
    """The word with one wrong keystroke in each of the places; never the word itself."""
    for _ in range(_TRIES):
        keys = [list(hangul.keystrokes(syllable)) for syllable in word]
        for place in places:
            _hit_wrongly(keys, place, rng)
        typed = hangul.from_keystrokes("".join("".join(syllable) for syllable in keys))
        if typed != word and typed:
            return typed
    return hangul.from_keystrokes(hangul.keystrokes(word) + hangul.keystrokes(word[-1])[-1])


_TRIES = 8


def _hit_wrongly(keys: list[list[str]], place: int, rng: random.Random) -> None:
    syllable = keys[place]
    index = rng.randrange(len(syllable))
    key = syllable[index]
    kind = rng.random()
    if kind < 0.45:
        syllable[index] = rng.choice(NEIGHBOURS[key])
    elif kind < 0.65:
        syllable.insert(index, key)
    elif kind < 0.85:
        del syllable[index]
    elif index + 1 < len(syllable):
        syllable[index], syllable[index + 1] = syllable[index + 1], key
    elif place + 1 < len(keys) and keys[place + 1]:
        syllable[index], keys[place + 1][0] = keys[place + 1][0], key
    else:
        syllable[index - 1], syllable[index] = key, syllable[index - 1]


@functools.cache
def _slips(syllable: str) -> tuple[str, ...]:
    """What a syllable is taken for."""
    initial, medial, final = hangul.decompose(syllable)
    slips = [hangul.compose(initial, other, final) for other in _MEDIALS.get(medial, ())]
    slips += [hangul.compose(other, medial, final) for other in _INITIALS.get(initial, ())]
    slips += [hangul.compose(initial, medial, other) for other in _FINALS.get(final, ())]
    if final:
        slips.append(hangul.compose(initial, medial))
    return tuple(slips)
