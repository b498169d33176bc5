"""The page of a report: its sections in order, under the verdict."""

from __future__ import annotations

from collections.abc import Callable

from nlu.evaluation.page.sections.slices import slices
from nlu.evaluation.page.shell import Section, page, verdict
from nlu.evaluation.page.view import View
from nlu.evaluation.page.words import count, percent

SECTIONS: tuple[Callable[[View], Section | None], ...] = (slices,)
"""What the page shows, from above; each leaves itself out where there is nothing to show."""


def report_page(view: View) -> str:
    """Write the report as one HTML file."""
    sections = [section for make in SECTIONS if (section := make(view)) is not None]
    overall = view.figures["slices"]["all"]
    head = verdict(f"발화 {count(overall['utterances'])}개 가운데 {percent(overall['exact_match'])}를 모두 맞혔습니다")
    return page("평가 보고서", head, sections, dict(view.figures))
