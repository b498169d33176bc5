"""The page of a report: its sections in order, under the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from nlu.evaluation.page.html import Html
from nlu.evaluation.page.sections.about import about
from nlu.evaluation.page.sections.baselines import baselines, unbeaten
from nlu.evaluation.page.sections.behaviour import behaviour
from nlu.evaluation.page.sections.confidence import confidence, fallback
from nlu.evaluation.page.sections.confusion import confusion
from nlu.evaluation.page.sections.costs import costs, curves, parts
from nlu.evaluation.page.sections.errors import errors
from nlu.evaluation.page.sections.labels import entities, intents
from nlu.evaluation.page.sections.slices import learned, slices
from nlu.evaluation.page.sections.spans import spans
from nlu.evaluation.page.sections.sturdiness import sturdiness
from nlu.evaluation.page.sections.verdict import overall_verdict
from nlu.evaluation.page.shell import Section, page
from nlu.evaluation.page.view import View

HEAD: tuple[Callable[[View], Html | None], ...] = (overall_verdict, unbeaten)
"""What stands above the sections; each leaves itself out where there is nothing to say."""
SECTIONS: tuple[Callable[[View], Section | None], ...] = (
    *(slices, baselines, about, parts, intents, confusion, entities, spans, confidence, fallback, behaviour),
    *(sturdiness, curves, costs, learned, errors),
)
"""What the page shows, from above; each leaves itself out where there is nothing to show."""


_MOST_BYTES = 1_000_000
"""Of a page; where it would be more, fewer errors are shown."""


def report_page(view: View) -> str:
    """Write the report as one HTML file, of at most a megabyte where anything but errors leaves room for that."""
    text = _page(view)
    while len(text.encode()) > _MOST_BYTES and view.most_errors > 1:
        view = replace(view, most_errors=view.most_errors // 2)
        text = _page(view)
    return text


def _page(view: View) -> str:
    sections = [section for make in SECTIONS if (section := make(view)) is not None]
    head = [line for make in HEAD if (line := make(view)) is not None]
    return page("평가 보고서", head, sections, _figures(view))


def _figures(view: View) -> dict[str, Any]:
    """The figures that a page keeps a copy of; failing examples of a behavioural table, which it shows, are none."""
    figures = dict(view.figures)
    if "behaviour" in figures:
        figures["behaviour"] = {name: one for name, one in figures["behaviour"].items() if name != "failures"}
    return figures
