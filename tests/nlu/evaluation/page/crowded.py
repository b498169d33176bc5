"""A report as large as a page must bear: many intents with hostile names, many errors, answers of every kind."""

from __future__ import annotations

import random
from functools import cache

from nlu.evaluation.about import About
from nlu.evaluation.report import Report, evaluate
from nlu.types import FALLBACK_INTENT, Entity, Fallback, IntentScore, LabelledUtterance, Parse, Span

ABOUT = About("unseen", "20261130-120000-ab12cd34", "2026-11-30T12:00:00+00:00", {"real.jsonl": "a" * 64},
              {"pattern.txt": "b" * 64}, 7, {"train": 9000, "test": 2000})  # fmt: skip
STRANGE = ("<b>굵게</b>", "a & b", '"따옴표"', "🍕", "매우_긴_의도_이름_" * 6, "\u202eabc", "half\ud800")
ENTITIES = ("loc", "menu", "<i>", "date")


@cache
def crowded_report(utterances: int = 2000, intents: int = 60) -> Report:
    """Measure a parser that is right two times in three."""
    rng = random.Random(1)
    names = [*STRANGE, *(f"intent_number_{number}" for number in range(intents - len(STRANGE)))][:intents]
    gold, answers = [], {}
    for number in range(utterances):
        wanted = FALLBACK_INTENT if number % 13 == 0 else names[number % intents]
        text = f"판교에서 피자 주문 {number} <script>alert('{number}')</script> & 🍕"
        spans = (Span(0, 2, "loc", "from"), Span(5, 7, rng.choice(ENTITIES)))
        one = LabelledUtterance(text, wanted, () if wanted == FALLBACK_INTENT else spans, f"pattern.txt:{number % 90}")
        gold.append(one)
        answers[text] = _answer(one, names, rng)
    parts = ("seen_pattern/seen_value", "unseen_pattern/unseen_value")
    return evaluate(answers.__getitem__, gold, [parts[number % 2] for number in range(utterances)])


def _answer(gold: LabelledUtterance, names: list[str], rng: random.Random) -> Parse:
    score = rng.random()
    best = gold.intent if gold.intent != FALLBACK_INTENT and rng.random() < 0.66 else rng.choice(names)
    ranking = (IntentScore(best, score), IntentScore(FALLBACK_INTENT, 1 - score))
    rejected = score < 0.2
    entities = tuple(
        Entity(rng.choice(ENTITIES) if rng.random() < 0.2 else span.entity, span.start, span.end - (rng.random() < 0.1),
               "값", "값", span.role)
        for span in gold.spans if rng.random() < 0.8
    )  # fmt: skip
    return Parse(
        gold.text, ranking[1] if rejected else ranking[0], ranking[::-1] if rejected else ranking, entities, (),
        Fallback("unsure" if rejected else None, score, 0.2, 1.0, score),
    )  # fmt: skip
