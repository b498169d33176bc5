"""What people said to a bot that does not know it, for the tests of the inbox."""

from __future__ import annotations

from nlu.inbox.utterances import InboxUtterance
from nlu.types import Span

REFUNDS = ("환불해 줘", "환불 해 주세요", "오늘 환불해 줘", "빨리 환불 좀 해 줘")
COUPONS = ("쿠폰 어디서 받아", "쿠폰 어디 있어", "할인 쿠폰 어디서 받아")


def waiting(text: str, number: int = 0, *spans: tuple[int, int, str], doubt: float = 1.0) -> InboxUtterance:
    return InboxUtterance(f"{number:032x}", text, tuple(Span(*span) for span in spans), doubt=doubt)


def all_waiting() -> list[InboxUtterance]:
    return [waiting(text, number) for number, text in enumerate((*REFUNDS, *COUPONS), 1)]
