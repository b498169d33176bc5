"""The shipped bot's values, with every mark beside and between them, whatever of it the tagger swallows."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

import pytest

from nlu.evaluation.marks import FRAMES, Place
from nlu.features.reading import plain
from nlu.korean.normalization import normalize
from nlu.lexicon.lexicon import Lexicon
from nlu.tokenizers.mecab import MecabTokenizer
from nlu.types import LabelledUtterance, Span
from nlu.understanding.entities.edges import Ground
from nlu.understanding.entities.merge import DEFAULT_BOUNDS, Sources, merge

_MECAB = MecabTokenizer()


@cache
def shipped() -> Lexicon:
    return Lexicon.read(Path(__file__).parents[4] / "dictionaries" / "dict.csv")


def some_values() -> list[tuple[str, str]]:
    """Of each type six surfaces, and all that hold marks."""
    surfaces, rng = list(shipped().surfaces()), random.Random(0)
    marked = [one for one in surfaces if not one[1].replace(" ", "").isalnum()]
    of_type = {entity: [one for one in surfaces if one[0] == entity] for entity, _ in surfaces}
    return [*marked[::6], *(one for several in of_type.values() for one in rng.sample(several, 6))]


def found(text: str, entity: str, swallowed: int) -> list[tuple[str, str]]:
    """What is found where the tagger takes so many characters at the front for one unsure entity, as (type, raw)."""
    reading = plain(normalize(text), shipped())
    end = next((at for at, start in enumerate(reading.starts) if start >= swallowed), len(reading.text))
    tagged = Span(0, len(reading.text[:end].rstrip()), entity)
    matches = shipped().matches(reading.text)
    sources = Sources((tagged,), matches, shipped(), lambda span: 0.5 if span == tagged else 0.0)
    findings = merge(Ground(reading, _MECAB.tokenize), sources, DEFAULT_BOUNDS)
    stretches = (reading.to_original(one.span.start, one.span.end) for one in findings)
    return [(one.span.entity, text[slice(*stretch)]) for one, stretch in zip(findings, stretches, strict=True)]


@pytest.mark.parametrize("frame", [frame for frame in FRAMES if frame != "V(네)"])
def test_a_mark_beside_or_between_shipped_values_is_no_part_of_them(frame: str) -> None:
    for entity, surface in some_values():
        other = next(value for value in shipped().values(entity) if value != surface and not value[0].isdigit())
        place = Place(LabelledUtterance(surface, None), Span(0, len(surface), entity), None, other)
        text, stretches = place.with_mark(frame)
        wanted = [(entity, text[start:end]) for start, end in stretches]
        assert found(text, entity, len(text)) == wanted, text


@pytest.mark.parametrize(
    ("text", "entity", "swallowed", "wanted"),
    [
        ("내일, 판교 날씨", "date", 3, [("date", "내일")]),
        ("피자,콜라 주문해줘", "menu", 5, [("menu", "피자"), ("menu", "콜라")]),
        ("피자, 콜라 주문해줘", "menu", 6, [("menu", "피자"), ("menu", "콜라")]),
        ("어른 둘, 아이 하나", "people", 11, [("people", "어른 둘"), ("people", "아이 하나")]),
        ("'피자' 주문해줘", "menu", 4, [("menu", "피자")]),
        ("(내일) 판교 날씨", "date", 4, [("date", "내일")]),
        ("🍕내일", "date", 3, [("date", "내일")]),
        ("#피자", "menu", 3, [("menu", "피자")]),
        ("내일(토요일)", "date", 7, [("date", "내일"), ("date", "토요일")]),
        ("?!", "count", 2, []),
        ("12/26, 판교", "date", 6, [("date", "12/26")]),
        ("아모레퍼시픽 본사", "loc", 9, [("loc", "아모레퍼시픽 본사")]),
        ("아" * 30, "menu", 30, []),
    ],
)
def test_what_the_tagger_swallowed_is_given_back(
    text: str, entity: str, swallowed: int, wanted: list[tuple[str, str]]
) -> None:
    assert found(text, entity, swallowed) == wanted
