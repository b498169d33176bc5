"""The features of a unit (a character that is no space), each named once."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.features.jamo_ids import JAMO_SIZES


@dataclass(frozen=True, slots=True)
class UnitFeature:
    """One thing that is looked up of a unit.

    Attributes:
        name: its own, and that of its row in `Features.ids`.
        table: what its ids are looked up in; features of one table share its vectors.
        width: the field of `UnitWidths` that says how wide the vectors are.
        ids: how many ids the table has, padding included; 0 where the vocabulary named like the table says so.
    """

    name: str
    table: str
    width: str
    ids: int = 0


OF_CHARACTER = (
    UnitFeature("syllable", "syllable", "syllable"),
    UnitFeature("initial", "initial", "jamo", JAMO_SIZES[0]),
    UnitFeature("medial", "medial", "jamo", JAMO_SIZES[1]),
    UnitFeature("final", "final", "jamo", JAMO_SIZES[2]),
)
"""What a character is, wherever it stands: the syllable, and its parts."""

IN_CONTEXT = (
    UnitFeature("left", "bigram", "bigram"),  # the pair with the character before it
    UnitFeature("right", "bigram", "bigram"),
    UnitFeature("word", "word", "word"),  # the morpheme that it is part of
    UnitFeature("pos", "pos", "pos"),  # the morpheme's part of speech, and what kind of thing it names
    UnitFeature("position", "position", "position", 5),  # in the morpheme: 1 first, 2 inside, 3 last, 4 alone
    UnitFeature("spacing", "spacing", "spacing", 5),  # spaces: 1 none, 2 before, 3 after, 4 both
)
"""What surrounds it."""

UNIT_FEATURES = (*OF_CHARACTER, *IN_CONTEXT)
"""All of them, in the order in which the networks lay their vectors side by side."""

ROWS = {feature.name: row for row, feature in enumerate((*IN_CONTEXT, *OF_CHARACTER))}
"""The row of each in `Features.ids`; exported networks rely on it."""
