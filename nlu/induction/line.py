"""A template as the line of the pattern language that an author would write."""

from __future__ import annotations

from nlu.induction.template import Column, Phrase, Template
from nlu.induction.units import Unit
from nlu.korean.particles import choose, notation_pattern


def line_of(template: Template) -> str:
    """Write a template as a line.

    A space that only some utterances have is `~`. A particle behind one fixed word is written out.
    """
    written, word = "", ""
    for at, column in enumerate(template.columns):
        if at:
            written += _space(column)
        said = _column(column, word)
        written += said
        unit = column.unit
        word = unit.written if unit is not None and unit.word_class not in ("slot", "macro", "particle") else ""
    return written


def _space(column: Column) -> str:
    if all(phrase[0].word_class == "particle" for phrase in column.said):
        return ""
    if column.glued and column.spaced and not column.is_optional:
        return "~"
    return "" if column.glued > column.spaced else " "


def _column(column: Column, before: str) -> str:
    texts = list(dict.fromkeys(_phrase(phrase, before) for phrase in column.said))
    bare = len(texts) == 1
    if not column.is_optional:
        return texts[0] if bare else f"({'|'.join(texts)})"
    unit = column.said[0][0]
    is_one = bare and len(column.said[0]) == 1 and (unit.word_class == "slot" or notation_pattern().fullmatch(texts[0]))
    return f"{texts[0]}?" if is_one else f"({'|'.join(texts)})?"


def _phrase(phrase: Phrase, before: str) -> str:
    written = ""
    for at, unit in enumerate(phrase):
        if at and not unit.is_glued:
            written += " "
        written += _unit(unit, before if not at else phrase[at - 1].written)
    return written


def _unit(unit: Unit, before: str) -> str:
    """A unit, and a particle in its form where one word can stand before it."""
    if unit.word_class != "particle" or not before or before[-1] in "}>)":
        return unit.written
    notation = notation_pattern().match(unit.written)
    return choose(before, notation[0]) + unit.written[notation.end() :] if notation else unit.written
