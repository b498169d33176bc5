"""A template: columns of phrases, what several utterances have in common and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from nlu.induction.alignment import Pair, align
from nlu.induction.endings import macro_unit, with_ending
from nlu.induction.macros import Macros
from nlu.induction.units import Reading, Unit

MOST_PHRASES = 4
"""Alternatives of one column that no macro says."""
Phrase = tuple[Unit, ...]
"""Units that are said together; () where a column may be left out."""
MOST_UNITS = 3
"""Units of an alternative, particles left aside: longer ones are sentences of their own."""
LEAST_AGREED = 0.5
"""How much of the shorter template must agree with the other."""
_SLOT_WORTH, _CONTENT_WORTH, _OTHER_WORTH, _SHARED_WORTH = 5.0, 3.0, 1.0, 2.5
_GAP = -0.5
MOST_FORMS_EACH = 50
"""Texts that a line may stand for, for each utterance it was made from; a slot counts for one."""


@dataclass(frozen=True, slots=True)
class Column:
    """One place of a template.

    Attributes:
        phrases: what may be said there, in the order it was met.
        glued: how many utterances have no space before it.
        spaced: how many have one.
    """

    phrases: tuple[Phrase, ...]
    glued: int = 0
    spaced: int = 0

    @property
    def said(self) -> tuple[Phrase, ...]:
        """The phrases that say something."""
        return tuple(phrase for phrase in self.phrases if phrase)

    @property
    def is_optional(self) -> bool:
        """Whether it may be left out."""
        return () in self.phrases

    @property
    def unit(self) -> Unit | None:
        """The only unit it may say; None where it may say something else, or nothing."""
        return self.phrases[0][0] if len(self.phrases) == 1 and len(self.phrases[0]) == 1 else None

    @property
    def count(self) -> int:
        """How many texts it stands for, a slot counting for one."""
        return sum(prod(unit.texts for unit in phrase) for phrase in self.phrases)


@dataclass(frozen=True)
class Template:
    """What some utterances have in common.

    Attributes:
        columns: one after the other.
        members: the numbers of the utterances it was made from.
    """

    columns: tuple[Column, ...]
    members: frozenset[int]

    @property
    def key(self) -> tuple[tuple[Phrase, ...], ...]:
        """What it says, whoever it was made from."""
        return tuple(column.phrases for column in self.columns)

    @property
    def forms(self) -> int:
        """How many texts it stands for, a slot counting for one."""
        return prod(column.count for column in self.columns)

    @property
    def contents(self) -> frozenset[str]:
        """The units with meaning that every text of it has."""
        return frozenset(unit.written for column in self.columns if (unit := column.unit) and unit.is_content)


def template_of(reading: Reading, macros: Macros) -> Template:
    """The template of one utterance, its ending said by the smallest of the author's macros that has it."""
    units = with_ending(reading.units, macros, MOST_FORMS_EACH)
    columns = tuple(Column(((unit,),), int(unit.is_glued), int(not unit.is_glued)) for unit in units)
    return Template(columns, frozenset((reading.number,)))


def merged(one: Template, other: Template, macros: Macros) -> Template | None:
    """Say what both templates say, and what follows from it.

    Columns that agree are kept; what stands between them becomes alternatives, or optional where one has nothing.

    Returns:
        The template; None where nothing with meaning agrees, or where the alternatives are too many or of different
        kinds.
    """

    def worth(left: Column, right: Column) -> float | None:
        found = _worth(left, right)
        if found is None and left is one.columns[-1] and right is other.columns[-1]:
            return _SHARED_WORTH if _are_endings_of_one(left, right, macros) else None
        return found

    _, pairs = align(one.columns, other.columns, worth, lambda column: _GAP)
    agreed = [pair for pair in pairs if pair.one is not None and pair.other is not None]
    if len(agreed) < LEAST_AGREED * min(len(one.columns), len(other.columns)):
        return None
    columns: list[Column] = []
    has_content = False
    for left, right, both in _segments(one.columns, other.columns, pairs):
        if both:
            column = _union([phrase for side in both for phrase in side.phrases], both, macros)
            has_content = has_content or any(unit.is_content for side in both for unit in side.phrases[0])
        else:
            column = _alternatives(left, right, macros)
        if column is None:
            return None
        columns.append(column)
    return Template(tuple(columns), one.members | other.members) if has_content else None


def _segments(
    one: Sequence[Column], other: Sequence[Column], pairs: Sequence[Pair]
) -> Iterator[tuple[Sequence[Column], Sequence[Column], Sequence[Column]]]:
    """Cut an alignment into columns that agree, as the third of each, and what stands between on both sides."""
    left, right = list[Column](), list[Column]()
    for at, beside in pairs:
        if at is not None and beside is not None:
            if left or right:
                yield left, right, ()
            yield (), (), (one[at], other[beside])
            left, right = [], []
        elif at is not None:
            left.append(one[at])
        elif beside is not None:
            right.append(other[beside])
    if left or right:
        yield left, right, ()


def _worth(one: Column, other: Column) -> float | None:
    """What two columns are worth side by side; None where they have nothing in common."""
    shared = set(one.phrases) & set(other.phrases) - {()}
    if not shared:
        return None
    unit = one.unit
    if unit is None or one.phrases != other.phrases:
        return _SHARED_WORTH
    if unit.word_class == "slot":
        return _SLOT_WORTH
    return _CONTENT_WORTH if unit.is_content else _OTHER_WORTH


def _are_endings_of_one(one: Column, other: Column, macros: Macros) -> bool:
    """Whether one column is a macro and the other says something that the same macro, or a larger one, says too."""
    units = one.unit, other.unit
    if None in units or all(unit is None or unit.word_class != "macro" for unit in units):
        return False
    return _macro_of([*one.phrases, *other.phrases], macros) is not None


def _alternatives(left: Sequence[Column], right: Sequence[Column], macros: Macros) -> Column | None:
    """What stands between two columns that agree, on one side and on the other; None where that is too much."""
    sides = [_flat(side) for side in (left, right)]
    if any(side is None for side in sides):
        return None
    phrases = [phrase for side in sides for phrase in side or ()]
    firsts = [side[0] for side in (left, right) if side]
    return _union(phrases, firsts, macros)


def _flat(columns: Sequence[Column]) -> list[Phrase] | None:
    """All that columns say one after the other; None where that is too much."""
    if prod(len(column.phrases) for column in columns) > MOST_PHRASES:
        return None
    return [
        tuple(unit for phrase in phrases for unit in phrase)
        for phrases in product(*(column.phrases for column in columns))
    ]


def _union(phrases: Iterable[Phrase], columns: Sequence[Column], macros: Macros) -> Column | None:
    """A column that says all of some phrases, by a macro where one has them all."""
    distinct = tuple(dict.fromkeys(phrases))
    said = [phrase for phrase in distinct if phrase]
    glued, spaced = sum(column.glued for column in columns), sum(column.spaced for column in columns)
    if len(said) > 1:
        if (unit := _macro_of(said, macros)) is not None:
            rest = ((),) if () in distinct else ()
            return Column(((unit,), *rest), glued, spaced)
        if len(said) > MOST_PHRASES or len({_kind(phrase) for phrase in said}) > 1:
            return None
    if len(distinct) > 1 and any(_size(phrase) > MOST_UNITS for phrase in said):
        return None
    return Column(distinct, glued, spaced)


def _size(phrase: Phrase) -> int:
    return sum(unit.word_class != "particle" for unit in phrase)


def _kind(phrase: Phrase) -> str:
    """The part of speech that alternatives share: that of the head, which stands last."""
    contents = [unit.word_class for unit in phrase if unit.is_content or unit.word_class == "macro"]
    kind = contents[-1] if contents else phrase[-1].word_class
    return {"slot": "noun", "macro": "verb"}.get(kind, kind)


def _macro_of(phrases: Iterable[Phrase], macros: Macros) -> Unit | None:
    texts: set[str] = set()
    for phrase in phrases:
        said = {""}
        for unit in phrase:
            own = _texts_of(unit, macros)
            if own is None:
                return None
            said = {before + text for before in said for text in own}
        texts |= said
    macro = macros.saying(texts)
    return None if macro is None else macro_unit(macro)


def _texts_of(unit: Unit, macros: Macros) -> frozenset[str] | None:
    if unit.word_class == "macro":
        return macros.names[unit.written[1:-1]].texts
    return None if unit.word_class == "slot" else frozenset((unit.said,))
