"""How much of a part of the data is what a bot declines: never so much that what the bot does drowns in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import ceil

from nlu.types import FALLBACK_INTENT

_TIMES = 2
"""What is declined is at most so many times as much as any other intent, where that is more than its fair share."""
_SLACK = (11, 10)
"""How much of that there may be at most, a fraction: nothing is held back for the few utterances that others leave."""


class DeclinedShare:
    """Counts what a part has of each intent, and so how much more of the fallback intent it may have.

    Args:
        quota: how many utterances the part asks for.
        weights: how much each intent is to get, relative to the others.

    Example:
        >>> share = DeclinedShare(400, {"greet": 1.0, "nlu_fallback": 2.0, "order": 1.0})
        >>> share.most({"greet": 100, "nlu_fallback": 200, "order": 100})
        220
        >>> share.most({"greet": 140, "nlu_fallback": 250, "order": 10})
        308
    """

    def __init__(self, quota: int, weights: Mapping[str, float]) -> None:
        self._fair = quota * weights.get(FALLBACK_INTENT, 0.0) / sum(weights.values()) if weights else 0.0
        self._written: Counter[str] = Counter()

    def add(self, intent: str) -> None:
        """Count an utterance that was written."""
        self._written[intent] += 1

    def most(self, planned: Mapping[str, int]) -> int:
        """How many utterances of the fallback intent may be written when these are planned, by intent."""
        both = Counter(planned) + self._written
        others = max((count for intent, count in both.items() if intent != FALLBACK_INTENT), default=0)
        most = max(self._fair, _TIMES * others) * _SLACK[0] / _SLACK[1]
        return max(ceil(most) - self._written[FALLBACK_INTENT], 0)
