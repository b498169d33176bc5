from __future__ import annotations

from benchmarks.asking import Counts
from nlu.types import FALLBACK_INTENT, Asked, Fallback, IntentScore, LabelledUtterance, Parse


def parse(name: str, *asked: str, code: str | None = None) -> Parse:
    score = IntentScore(name, 0.5)
    two = tuple(Asked(one, 0.2) for one in asked)
    return Parse("", score, (score,), (), (), Fallback(code, 0.5, 0.4), ask=two)  # type: ignore[arg-type]


def test_what_is_asked_about_is_neither_right_nor_wrong() -> None:
    said = [
        ("order", parse("order")),
        ("order", parse("price")),
        ("order", parse("price", "price", "order")),
        ("order", parse("price", "price", "help")),
        ("order", parse(FALLBACK_INTENT, code="unsure")),
        (FALLBACK_INTENT, parse("order")),
        (FALLBACK_INTENT, parse(FALLBACK_INTENT, "order", "price", code="unsure")),
    ]
    counts = Counts.of([LabelledUtterance("", intent) for intent, _ in said], [one for _, one in said])
    assert counts == Counts(7, asked=2, in_two=1, wrong=2, right=1, declined=1, declined_asked=1)
