"""Apportionment: a number split into whole shares by weight, each within its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def share_out(
    total: int, weights: Sequence[float], most: Sequence[int], least: Sequence[int] | None = None
) -> list[int]:
    """Share `total` by weight, each share between its least and its most; what one can't take, others get.

    Args:
        total: what there is to share, at least 0.
        weights: positive; exact as the floats they are, so that every machine shares alike.
        most: the most each takes.
        least: the least each gets, 0 by default; where there is not enough for that, the heaviest get theirs first.

    Returns:
        The shares; their sum is `total`, or the sum of `most` where that is less.

    Example:
        >>> share_out(10, [1, 1, 2], [100, 2, 100])
        [3, 2, 5]
    """
    most = [min(each, total) for each in most]
    if sum(most) <= total:
        return most
    floors = [min(low, high) for low, high in zip(least or [0] * len(most), most, strict=True)]
    if sum(floors) >= total:
        return _first_served(total, weights, floors)
    exact = _water_level(total, [Fraction(weight) for weight in weights], most, floors)
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in [i for i in by_rest if shares[i] < most[i]][: total - sum(shares)]:
        shares[i] += 1
    return shares


def _first_served(total: int, weights: Sequence[float], wanted: Sequence[int]) -> list[int]:
    shares = [0] * len(wanted)
    for i in sorted(range(len(wanted)), key=lambda i: (-weights[i], i)):
        shares[i] = min(wanted[i], total)
        total -= shares[i]
    return shares


def _water_level(total: int, weights: list[Fraction], most: list[int], least: list[int]) -> list[Fraction]:
    """Fix shares at a bound until the rest fit in proportion, as CSS resolves the lengths of flexible boxes."""
    shares = [Fraction(0)] * len(weights)
    free = list(range(len(weights)))
    left = Fraction(total)
    while free:
        level = left / sum(weights[i] for i in free)
        for i in free:
            shares[i] = min(max(level * weights[i], Fraction(least[i])), Fraction(most[i]))
        excess = sum(shares[i] for i in free) - left
        if excess == 0:
            break
        bound = least if excess > 0 else most
        fixed = [i for i in free if shares[i] == bound[i]]
        left -= sum(shares[i] for i in fixed)
        free = [i for i in free if shares[i] != bound[i]]
    return shares
