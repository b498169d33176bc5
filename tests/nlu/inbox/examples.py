"""What people said to a bot that does not know it, for the tests of the inbox."""

from __future__ import annotations

from typing import Any

from nlu.inbox.decisions import Author
from nlu.inbox.utterances import InboxUtterance
from nlu.journal.rows import to_row
from nlu.types import FALLBACK_INTENT, Fallback, IntentScore, Span
from tests.nlu.journal.examples import an_unmasked_record

REFUNDS = ("환불해 줘", "환불 해 주세요", "오늘 환불해 줘", "빨리 환불 좀 해 줘")
COUPONS = ("쿠폰 어디서 받아", "쿠폰 어디 있어", "할인 쿠폰 어디서 받아")


KIM = Author("kim", "nlu-inbox")


def waiting(text: str, number: int = 0, *spans: tuple[int, int, str], doubt: float = 1.0) -> InboxUtterance:
    return InboxUtterance(f"{number:032x}", text, tuple(Span(*span) for span in spans), doubt=doubt)


def all_waiting() -> list[InboxUtterance]:
    return [waiting(text, number) for number, text in enumerate((*REFUNDS, *COUPONS), 1)]


LEAST_ALIKE = 0.15
"""Of seven utterances hardly a word is rare."""


def failed(text: str, number: int, *, version: str = "v1", **more: Any) -> dict[str, Any]:
    """The record of an utterance that was not understood."""
    verdict = Fallback("unsure", 0.2, 0.5, confidence=0.2)
    intent = IntentScore(FALLBACK_INTENT, 0.6)
    return to_row(an_unmasked_record(number, text, intent=intent, fallback=verdict, version=version, **more))


def understood(text: str, number: int, *, margin: float = 0.8, **more: Any) -> dict[str, Any]:
    """The record of an utterance that was understood, more or less."""
    first, second = (1 + margin) / 2, (1 - margin) / 2
    ranking = (IntentScore("order_food", first), IntentScore("greet", second))
    return to_row(an_unmasked_record(number, text, intent=ranking[0], ranking=ranking, **more))
