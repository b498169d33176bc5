"""Money: 만오천원쯤, 3만 5천 원, $5, 13달러 45센트."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from nlu.values.amounts import Amount, amount_at
from nlu.values.currencies import AFTER_AMOUNT, BEFORE_AMOUNT, COIN_AFTER, SMALL_COINS, code_of
from nlu.values.found import Value
from nlu.values.vague import value_of

_WORDS_ONLY = re.compile("[이일오사]")
_SPACES = re.compile("[ ]*")


def find_money(text: str, amounts: Sequence[Amount]) -> Iterator[Value]:
    """Find amounts of money.

    Args:
        text: the text.
        amounts: all amounts in it.

    Example:
        >>> from nlu.values.amounts import amounts_in
        >>> for one in find_money(text := "3만 5천원이랑 13달러 45센트", amounts_in(text)):
        ...     print(text[one.start : one.end], one.value, one.unit)
        3만 5천원 35000 KRW
        13달러 45센트 13.45 USD
    """
    behind = 0
    for amount in amounts:
        if amount.start >= behind and (found := _money_at(text, amount)) is not None:
            behind = found.end
            yield found


def _money_at(text: str, amount: Amount) -> Value | None:
    if (sign := BEFORE_AMOUNT.search(text[: amount.start])) and text[amount.start].isdigit():
        return value_of("money", text, amount, amount.end, start=sign.start(), unit=code_of(sign[1]))
    if _WORDS_ONLY.fullmatch(text, amount.start, amount.end):  # 이 원, 오 원: a word before a word
        return None
    if name := AFTER_AMOUNT.match(text, amount.end):
        end, amount = _with_coins(text, name.end(), amount)
        return value_of("money", text, amount, end, unit=code_of(name[1]))
    if coin := COIN_AFTER.match(text, amount.end):
        code, places = SMALL_COINS[coin[1]]
        return value_of("money", text, replace(amount, value=amount.value.scaleb(-places)), coin.end(), unit=code)
    return None


def _with_coins(text: str, end: int, amount: Amount) -> tuple[int, Amount]:
    """Add the coins behind: 3달러 50센트."""
    coins = amount_at(text, _SPACES.match(text, end).end())  # type: ignore[union-attr]
    coin = COIN_AFTER.match(text, coins.end) if coins and coins.value < 100 else None
    if coins is None or coin is None:
        return end, amount
    return coin.end(), replace(amount, value=amount.value + coins.value.scaleb(-SMALL_COINS[coin[1]][1]) + Decimal(0))
