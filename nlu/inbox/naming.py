"""Names of groups: the words that are said in one and seldom in the others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

MOST_WORDS = 4
"""Words of a name at most."""
_NO_NOUN = 0.5
"""What a verb tells beside a noun: 하다, 주다 and 되다 are said of everything."""


class Word(NamedTuple):
    """A word as it is written, and whether it names something: a noun, a foreign word, the type of an entity."""

    text: str
    is_noun: bool = True


def names(words: Sequence[Sequence[Sequence[Word]]], most: int = MOST_WORDS) -> list[tuple[str, ...]]:
    """Name each group by its words of the highest tf-idf over groups, the entities' types among them.

    Args:
        words: of each group, of each of its utterances.
        most: how many words a name has.

    Returns:
        The words of each group's name, the most telling first; equally telling ones as they are sorted.

    Example:
        >>> names([[[Word("환불"), Word("받", False)], [Word("환불")]], [[Word("날씨"), Word("받", False)]]], most=1)
        [('환불',), ('날씨',)]
    """
    counts = [Counter(word for of_one in group for word in set(of_one)) for group in words]
    groups_with = Counter(word.text for count in counts for word in count)
    return [_best(count, groups_with, len(words), most) for count in counts]


def _best(count: Counter[Word], groups_with: Counter[str], groups: int, most: int) -> tuple[str, ...]:
    def telling(word: Word) -> float:
        rarity = math.log((1 + groups) / (1 + groups_with[word.text])) + 1
        return count[word] * rarity * (1.0 if word.is_noun else _NO_NOUN)

    # A verb of one syllable (하, 주, 되) names nothing beside a noun.
    named = [word for word in count if word.is_noun or len(word.text) > 1] or list(count)
    ranked = sorted(named, key=lambda word: (-telling(word), word))
    return tuple(dict.fromkeys(word.text for word in ranked))[:most]
