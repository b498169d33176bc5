"""What one request may ask the parser for: code points, by what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.errors import NluError

TEXT_COSTS = 10
"""What an utterance costs beside its code points, in code points."""
EXPLAINING_COSTS = 4
"""How many times as much it costs to say why, too."""
LIGHT = 4096
"""The cost of what any number of threads may do at once, about 0.2 s on a core; the rest waits for one another."""


class OverBudget(NluError):
    """A request asks for more than one request may."""


def cost_of(texts: Sequence[str], *, is_explained: bool) -> int:
    """Tell what it takes to answer, in code points of a plain utterance.

    Example:
        >>> cost_of(["피자"], is_explained=False), cost_of(["피자", "판교"], is_explained=True)
        (12, 96)
    """
    plain = sum(map(len, texts)) + TEXT_COSTS * len(texts)
    return plain * EXPLAINING_COSTS if is_explained else plain


def check_cost(cost: int, most: int) -> None:
    """Refuse what costs more than a request may.

    Raises:
        OverBudget: it does; tells how it is counted.
    """
    if cost > most:
        raise OverBudget("request.budget", most=most, cost=cost, text=TEXT_COSTS, explaining=EXPLAINING_COSTS)
