"""Description lengths in bits: what a line costs to write, and an utterance once its line is known."""

from __future__ import annotations

from collections.abc import Iterable
from math import log2

from nlu.induction.template import Column, Template
from nlu.induction.units import Unit

LETTER = 10.0
"""Bits of a letter: Hangul has about a thousand syllables in use."""
_NAMED = 7.0
"""Bits of a slot's or a macro's name: a bot has about a hundred."""
_PARTICLE, _SIGN = 4.0, 2.0


def bits_of_text(text: str) -> float:
    """What a text costs that is written letter by letter, spaces left out."""
    return LETTER * len("".join(text.split()))


def bits_of(template: Template) -> float:
    """What a line costs to write."""
    return sum(map(_column, template.columns))


def bits_of_members(template: Template) -> float:
    """What the utterances a template was made from cost, given the template; values of slots left out."""
    return len(template.members) * log2(template.forms)


def total_bits(templates: Iterable[Template]) -> float:
    """What lines and their utterances cost."""
    return sum(bits_of(template) + bits_of_members(template) for template in templates)


def _column(column: Column) -> float:
    signs = _SIGN * (len(column.said) - 1) + _SIGN * column.is_optional
    return signs + sum(_unit(unit) for phrase in column.phrases for unit in phrase)


def _unit(unit: Unit) -> float:
    if unit.word_class in ("slot", "macro"):
        return _NAMED
    return _PARTICLE if unit.word_class == "particle" else bits_of_text(unit.said)
