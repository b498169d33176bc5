"""Lenient span scores against every way of pairing, and against the counting rules of nervaluate."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.metrics import precision_recall_f1
from nlu.evaluation.span_schemes import SCHEMES, SchemeScore, aligned, by_scheme, by_type_and_scheme
from nlu.types import Span


@st.composite
def utterances(draw: st.DrawFn) -> tuple[Span, ...]:
    """Sorted entities that don't overlap one another, of two types."""
    cuts = draw(st.lists(st.integers(0, 9), min_size=0, max_size=8, unique=True).map(sorted))
    places = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return tuple(Span(start, end, draw(st.sampled_from(["date", "loc"]))) for start, end in places)


def overlap(one: Span, other: Span) -> bool:
    return bool({*range(one.start, one.end)} & {*range(other.start, other.end)})


def best_pairing(gold: tuple[Span, ...], found: tuple[Span, ...]) -> tuple[int, int]:
    """Most pairs, and then most of one type, over every way of pairing what overlaps."""
    best = (0, 0)
    for size in range(1, min(len(gold), len(found)) + 1):
        for left in combinations(gold, size):
            for right in permutations(found, size):
                pairs = list(zip(left, right, strict=True))
                if all(overlap(*pair) for pair in pairs):
                    best = max(best, (size, sum(a.entity == b.entity for a, b in pairs)))
    return best


@given(utterances(), utterances())
def test_no_other_pairing_pairs_more(gold: tuple[Span, ...], found: tuple[Span, ...]) -> None:
    pairs = aligned(gold, found)
    both = [(a, b) for a, b in pairs if a and b]
    assert all(overlap(a, b) for a, b in both)
    assert (len(both), sum(a.entity == b.entity for a, b in both)) == best_pairing(gold, found)
    assert sorted(a for a, _ in pairs if a) == list(gold)
    assert sorted(b for _, b in pairs if b) == list(found)


def nervaluate(gold: tuple[Span, ...], found: tuple[Span, ...]) -> dict[str, Counter[str]]:
    """The counting loop of the `nervaluate` package: exact ones first, then the first gold entity that overlaps."""
    counts: dict[str, Counter[str]] = {scheme: Counter() for scheme in SCHEMES}
    seen = set()
    for one in found:
        if one in gold:
            seen.add(one)
            for scheme in SCHEMES:
                counts[scheme]["correct"] += 1
            continue
        for other in gold:
            if overlap(one, other):
                same_place = (one.start, one.end) == (other.start, other.end)
                same_type = one.entity == other.entity
                seen.add(other)
                counts["strict"]["incorrect"] += 1
                counts["exact"]["correct" if same_place else "incorrect"] += 1
                counts["partial"]["correct" if same_place else "partial"] += 1
                counts["type"]["correct" if same_type else "incorrect"] += 1
                break
        else:
            for scheme in SCHEMES:
                counts[scheme]["spurious"] += 1
    for scheme in SCHEMES:
        counts[scheme]["missed"] += len({*gold} - seen)
    return counts


@given(utterances(), utterances())
def test_counts_are_those_of_nervaluate_where_each_entity_overlaps_one_at_most(
    gold: tuple[Span, ...], found: tuple[Span, ...]
) -> None:
    crowded = any(sum(overlap(one, other) for other in found) > 1 for one in gold)
    crowded |= any(sum(overlap(one, other) for other in gold) > 1 for one in found)
    if not crowded:
        for scheme, score in by_scheme([gold], [found]).items():
            expected = nervaluate(gold, found)[scheme]
            assert score == SchemeScore(**{fate: expected[fate] for fate in SchemeScore.__slots__})


@given(st.lists(st.tuples(utterances(), utterances()), max_size=3))
def test_strict_scores_are_those_of_the_report(pairs: list[tuple[tuple[Span, ...], tuple[Span, ...]]]) -> None:
    gold, found = [list(one) for one, _ in pairs], [list(other) for _, other in pairs]
    strict, whole = by_scheme(gold, found)["strict"], precision_recall_f1(gold, found)
    assert (strict.precision, strict.recall) == pytest.approx((whole.precision, whole.recall))
    assert strict.f1 == pytest.approx(whole.f1)
    for score in by_scheme(gold, found).values():
        counted = score.correct + score.incorrect + score.partial
        assert counted + score.missed == sum(map(len, gold))
        assert counted + score.spurious == sum(map(len, found))


def test_each_type_has_its_own_row_and_a_wrong_type_counts_for_the_right_one() -> None:
    found = by_type_and_scheme([[Span(0, 4, "loc")], []], [[Span(0, 4, "date")], [Span(1, 2, "menu")]])
    assert list(found) == ["loc", "menu"]
    assert found["loc"]["strict"].incorrect == 1
    assert found["loc"]["exact"].f1 == 1.0
    assert found["menu"]["type"] == SchemeScore(spurious=1)


def test_unequal_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^expected 1 predictions, got 0$"):
        by_scheme([[]], [])
