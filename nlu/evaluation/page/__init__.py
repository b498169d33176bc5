"""Pages for people who read what was measured: one HTML file that loads nothing, in the viewer's font, light and dark.

A page is a list of sections between a head and a JSON copy of its figures:

>>> rows = [["weather", share(0.912, 0.88, 0.94), number(120)]]
>>> shown = table("의도마다", [Column("의도", "name"), Column("재현율"), Column("발화")], rows)
>>> text = page("평가", verdict("발화 120개 가운데 91.2 %를 맞혔습니다", "good"), [Section("intents", "의도", shown)])
>>> text.startswith("<!doctype html>")
True

What is no `Html` is escaped: give texts as they are, and make markup with `tag`, `table`, `plot`, `bars`, `intervals`.
Every chart stands beside a table or a list of the same figures; every table can be read where no script runs.

To add a section to the report of `nlu-evaluate`: put your figures, JSON values, under a key of `report.json`; write a
function `(View) -> Section | None` in a file of `nlu/evaluation/page/sections/`, None where the figures lack your key,
and add it to `SECTIONS` in `nlu/evaluation/page/report.py`.
"""

from nlu.evaluation.page.html import Content, Html, escaped, joined, tag
from nlu.evaluation.page.shell import Section, folded, page, side_by_side, verdict
from nlu.evaluation.page.svg import Axis, Bar, Interval, Series, bars, intervals, plot
from nlu.evaluation.page.table import Cell, Column, facts, number, share, table

__all__ = [
    "Axis", "Bar", "Cell", "Column", "Content", "Html", "Interval", "Section", "Series", "bars", "escaped", "facts",
    "folded", "intervals", "joined", "number", "page", "plot", "share", "side_by_side", "table", "tag", "verdict",
]  # fmt: skip
