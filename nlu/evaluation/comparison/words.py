"""What is said of a comparison, in Korean: names of scores, verdicts, sentences that claim no more than is known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nlu.evaluation.comparison.figures import Figure
from nlu.evaluation.page.words import FIGURES, percent, points
from nlu.evaluation.statistics import Verdict

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {"better": "나음", "no_worse": "나쁘지 않음", "worse": "나쁨", "cannot_tell": "알 수 없음"}
)
RIGHT = MappingProxyType({"old": "A만 맞힘", "new": "B만 맞힘", "neither": "둘 다 틀림"})


def between(low: float, high: float) -> str:
    """Write the interval of a difference.

    Example:
        >>> between(-0.0123, 0.004)
        '−1.2 … +0.4 %p'
    """
    return f"{points(low).removesuffix(' %p')} … {points(high)}"


def chance(p: float | None) -> str:
    """Write a p.

    Example:
        >>> chance(0.0312), chance(0.00002), chance(None)
        ('0.031', '<0.001', '–')
    """
    if p is None:
        return "–"
    return "<0.001" if p < 0.001 else f"{p:.3f}"


def said(name: str, figure: Figure, margin: float) -> str:
    """Say what is known of one score, in one sentence or two.

    Args:
        name: of the score.
        figure: both models' values.
        margin: the loss that would not matter.
    """
    one, bearable = figure.difference, f"{100 * margin:g} %p"
    scores = f"A {percent(one.old)}, B {percent(one.new)}"
    where = f"({scores}; 차이 {points(one.point)}, {100 * one.level:g} % 구간 {between(one.low, one.high)})"
    return f"{FIGURES.get(name, name)}: {_judged(figure, margin, bearable)} {where}"


def _judged(figure: Figure, margin: float, bearable: str) -> str:
    found = figure.verdict(margin)
    if found == "better":
        return "B가 A보다 낫습니다."
    if found == "worse":
        return "B가 A보다 나쁩니다."
    if found == "no_worse":
        return f"B가 A보다 {bearable} 넘게 나쁘지는 않습니다. 더 낫다고 할 만큼은 아닙니다."
    return f"알 수 없습니다. 괜찮다고 한 손실({bearable})이 구간 안에 있습니다.{_needed(figure, margin)}"


def _needed(figure: Figure, margin: float) -> str:
    """How many utterances would tell models that are alike from worse ones: the interval narrows with their root."""
    half = (figure.difference.high - figure.difference.low) / 2
    if not 0 < margin < half:
        return ""
    needed = figure.difference.utterances * (half / margin) ** 2
    digits = 10 ** max(len(str(int(needed))) - 2, 0)
    return f" 서로 비슷한 두 모델이라면 발화가 {-(-int(needed) // digits) * digits:,}개쯤 있어야 압니다."
