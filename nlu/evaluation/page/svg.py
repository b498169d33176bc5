"""Charts as inline SVG, drawn in the page's own colours and written in the viewer's own font."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.evaluation.page import words
from nlu.evaluation.page.html import Content, Html, joined, tag

Tone = Literal["first", "second", "third", "fourth", "good", "bad", "soft"]
_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 22, 32, 46
_PALETTE: tuple[Tone, ...] = ("first", "second", "third", "fourth")


@dataclass(frozen=True)
class Axis:
    """An axis of a chart.

    Attributes:
        title: what it measures.
        low: where it begins.
        high: where it ends.
        ticks: where it is labelled.
        shown: how a value is written.
    """

    title: str
    low: float = 0.0
    high: float = 1.0
    ticks: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0)
    shown: Callable[[float], str] = lambda value: words.percent(value, 0)

    def part(self, value: float) -> float:
        """Where a value lies between the ends, 0..1; what lies outside, at the end."""
        return min(max((value - self.low) / ((self.high - self.low) or 1.0), 0.0), 1.0)

    @classmethod
    def over(cls, title: str, values: Sequence[float], *, from_zero: bool = False, whole: bool = False) -> Axis:
        """An axis that has room for values, with about five round ticks.

        Args:
            title: what it measures.
            values: what is to be drawn.
            from_zero: whether 0 is on it in any case.
            whole: whether only whole numbers are labelled.

        Example:
            >>> Axis.over("seconds", [3.0, 18.0], from_zero=True).ticks
            (0.0, 5.0, 10.0, 15.0, 20.0)
        """
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        low = min(low, 0.0) if from_zero else low
        if high - low < 1e-6 * max(1.0, abs(high)):
            low, high = low - 0.5, high + 0.5
        step = _round_step(max((high - low) / 4, 1.0 if whole else 0.0))
        ticks = tuple(round(at * step, 10) for at in range(math.floor(low / step), math.ceil(high / step) + 1))
        return cls(title, ticks[0], ticks[-1], ticks, lambda value: f"{value:,g}")


@dataclass(frozen=True)
class Series:
    """Points of a chart, from left to right.

    Attributes:
        name: what they are.
        points: x and y of each.
        sizes: radius of each, 2..12; none for a line without points.
        hints: what is said of each point when it is pointed at.
        line: whether the points are joined.
        tone: the colour; "" for the next one.
    """

    name: str
    points: Sequence[tuple[float, float]]
    sizes: Sequence[float] = ()
    hints: Sequence[str] = ()
    line: bool = True
    tone: Tone | None = None
    dashed: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar of a chart, made of pieces that lie on one another.

    Attributes:
        name: what stands below it.
        pieces: how high each is, in the order of the chart's names.
        hint: what is said of it when it is pointed at.
    """

    name: str
    pieces: Sequence[float]
    hint: str = ""


def plot(title: str, x: Axis, y: Axis, series: Sequence[Series], marks: Sequence[tuple[float, str]] = ()) -> Html:
    """Draw lines and points.

    Args:
        title: says in words what is to be seen.
        x: the axis from left to right.
        y: the axis from below.
        series: what is drawn, the most important last.
        marks: upright lines, and what is written above each.
    """
    across, up = _across(x), _up(y)
    drawn = [_frame(x, y)]
    for at, (value, name) in enumerate(marks):
        place = across(value)
        middle = min(max(place, _LEFT + 30), _WIDTH - _RIGHT - 30)
        drawn += [
            tag("line", x1=_n(place), x2=_n(place), y1=_TOP, y2=_HEIGHT - _BOTTOM, class_="mark"),
            tag("text", name, x=_n(middle), y=_TOP - 6 - 13 * (at % 2), class_="mark-name", text_anchor="middle"),
        ]  # fmt: skip
    tones = [one.tone or _PALETTE[at % len(_PALETTE)] for at, one in enumerate(series)]
    drawn += [_series(one, tone, across, up) for one, tone in zip(series, tones, strict=True)]
    return _figure(title, drawn, [(one.name, tone) for one, tone in zip(series, tones, strict=True) if one.name])


def bars(title: str, x: str, y: Axis, names: Sequence[tuple[str, Tone]], values: Sequence[Bar], end: str = "") -> Html:
    """Draw upright bars, each of as many pieces as there are names.

    Args:
        title: says in words what is to be seen.
        x: what the bars stand for.
        y: the axis from below.
        names: what the pieces are, and their colours.
        values: the bars from left to right.
        end: where bars stand for stretches of an axis, where it ends: then a name stands where its stretch begins.
    """
    up, drawn = _up(y), [_frame(Axis(x, ticks=()), y)]
    width = (_WIDTH - _LEFT - _RIGHT) / max(len(values), 1)
    labelled = -(-len(values) // 6) if end else -(-len(values) // 11) or 1
    for at, bar in enumerate(values):
        left, below = _LEFT + at * width, 0.0
        pieces = []
        for piece, (_, tone) in zip(bar.pieces, names, strict=True):
            top, floor = up(below + piece), up(below)
            if piece:
                pieces.append(tag("rect", x=_n(left + width * 0.08), y=_n(top), width=_n(width * 0.84),
                                  height=_n(max(floor - top, 1.0)), class_=f"fill-{tone}"))  # fmt: skip
            below += piece
        drawn.append(tag("g", tag("title", bar.hint or bar.name), pieces))
        if at % labelled == 0:
            place = left if end else left + width / 2
            drawn.append(tag("text", bar.name, x=_n(place), y=_HEIGHT - _BOTTOM + 16, text_anchor="middle"))
    if end:
        drawn.append(tag("text", end, x=_WIDTH - _RIGHT, y=_HEIGHT - _BOTTOM + 16, text_anchor="middle"))
    return _figure(title, drawn, names)


@dataclass(frozen=True)
class Interval:
    """A value with its interval, on a line of its own.

    Attributes:
        name: what it is of.
        low: where the interval begins.
        value: the value itself.
        high: where the interval ends.
        tone: the colour.
    """

    name: str
    low: float
    value: float
    high: float
    tone: Tone = "first"


def intervals(title: str, x: Axis, values: Sequence[Interval], mark: float | None = None) -> Html:
    """Draw values with their intervals, one below the other.

    Args:
        title: says in words what is to be seen.
        x: the axis from left to right.
        values: from above.
        mark: where an upright line is drawn, such as no difference.
    """
    left, right, row = 150, 36, 26
    height = _TOP + row * len(values) + 44
    floor = height - 40

    def across(value: float) -> float:
        return left + x.part(value) * (_WIDTH - left - right)

    drawn = [_tick(across(value), floor, _TOP, x.shown(value)) for value in x.ticks]
    drawn.append(
        tag("text", x.title, x=_n((left + _WIDTH - right) / 2), y=height - 4, text_anchor="middle", class_="axis")
    )
    if mark is not None:
        drawn.append(tag("line", x1=_n(across(mark)), x2=_n(across(mark)), y1=_TOP, y2=floor, class_="mark"))
    for at, one in enumerate(values):
        middle = _TOP + row * (at + 0.5)
        hint = f"{one.name}: {x.shown(one.value)} ({x.shown(one.low)} – {x.shown(one.high)})"
        drawn.append(tag("g", tag("title", hint),
            tag("text", _short(one.name, 20), x=left - 8, y=_n(middle + 4), text_anchor="end"),
            tag("line", x1=_n(across(one.low)), x2=_n(across(one.high)), y1=_n(middle), y2=_n(middle),
                class_=f"whisker line-{one.tone}"),
            tag("circle", cx=_n(across(one.value)), cy=_n(middle), r=4.5, class_=f"fill-{one.tone}")))  # fmt: skip
    return _figure(title, drawn, (), height)


def _figure(title: str, drawn: Content, names: Sequence[tuple[str, Tone]], height: int = _HEIGHT) -> Html:
    picture = tag("svg", drawn, viewBox=f"0 0 {_WIDTH} {height}", role="img", aria_label=title, class_="chart")
    legend = [tag("li", tag("i", class_=f"key-{tone}"), name) for name, tone in names if name]
    return tag("figure", picture, tag("figcaption", title, tag("ul", legend, class_="legend") if legend else None))


def _frame(x: Axis, y: Axis) -> Html:
    floor = _HEIGHT - _BOTTOM
    across, up = _across(x), _up(y)
    drawn = [_tick(across(value), floor, _TOP, x.shown(value)) for value in x.ticks]
    for value in y.ticks:
        at = up(value)
        drawn += [
            tag("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=_n(at), y2=_n(at), class_="grid"),
            tag("text", y.shown(value), x=_LEFT - 7, y=_n(at + 4), text_anchor="end"),
        ]
    middle = (_TOP + floor) / 2
    drawn += [
        tag("text", x.title, x=_n((_LEFT + _WIDTH - _RIGHT) / 2), y=_HEIGHT - 8, text_anchor="middle", class_="axis"),
        tag("text", y.title, x=0, y=0, text_anchor="middle", transform=f"translate(12 {middle:g}) rotate(-90)",
            class_="axis"),
    ]  # fmt: skip
    return joined(drawn)


def _tick(place: float, floor: float, top: float, name: str) -> Html:
    return joined(
        tag("line", x1=_n(place), x2=_n(place), y1=top, y2=_n(floor), class_="grid"),
        tag("text", name, x=_n(place), y=_n(floor + 16), text_anchor="middle"),
    )


def _series(one: Series, tone: Tone, across: Callable[[float], float], up: Callable[[float], float]) -> Html:
    places = [(_n(across(x)), _n(up(y))) for x, y in one.points]
    drawn: list[Html] = []
    if one.line and len(places) > 1:
        path = "M" + "L".join(f"{x} {y}" for x, y in places)
        drawn.append(tag("path", d=path, class_=f"line line-{tone}" + (" dashed" if one.dashed else "")))
    sizes = one.sizes or [0.0 if one.line and len(places) > 1 else 4.0] * len(places)
    hints = one.hints or [""] * len(places)
    for (x, y), size, hint in zip(places, sizes, hints, strict=True):
        if size or hint:
            shown = f"fill-{tone}" if size else "ghost"
            drawn.append(tag("circle", tag("title", hint) if hint else None, cx=x, cy=y, r=_n(size or 6), class_=shown))
    return tag("g", drawn)


def _across(x: Axis) -> Callable[[float], float]:
    return lambda value: _LEFT + x.part(value) * (_WIDTH - _LEFT - _RIGHT)


def _up(y: Axis) -> Callable[[float], float]:
    return lambda value: _HEIGHT - _BOTTOM - y.part(value) * (_HEIGHT - _BOTTOM - _TOP)


def _round_step(least: float) -> float:
    """The least of 1, 2, 5, 10, 20 … and of their tenths that is no less."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-9))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _n(value: float) -> str:
    """A coordinate, to the tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
