"""Tables that can be read as they are; a script makes them sortable and filterable where it may run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nlu.evaluation.page import words
from nlu.evaluation.page.html import Content, Html, joined, tag

Kind = Literal["name", "text", "number"]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: its head.
        kind: `name` for what a row is about, `text` for utterances, `number` for figures (to the right).
        note: what the figures mean, in a line below the table.
        choose: whether a reader may choose rows by what stands here.
    """

    title: str
    kind: Kind = "number"
    note: str = ""
    choose: bool = False


@dataclass(frozen=True)
class Cell:
    """What stands in a cell.

    Attributes:
        shown: text or markup.
        value: what the column is sorted by; None for the text itself, and for nothing measured.
        tone: "good", "warn" or "bad" colours it; words must say so, too.
        choice: what the reader chooses the row by; "" for the text itself.
    """

    shown: Content
    value: float | str | None = None
    tone: Literal["", "good", "warn", "bad"] = ""
    choice: str = ""


def share(value: float | None, low: float | None = None, high: float | None = None) -> Cell:
    """A share of 1 with a bar, and its interval where there is one."""
    if value is None:
        return Cell(words.NOTHING, -1.0)
    bar = tag("span", tag("i", style=f"width:{100 * min(max(value, 0), 1):.0f}%"), class_="meter", aria_hidden="true")
    between = None if low is None else tag("small", words.interval(low, high))
    return Cell(joined(bar, tag("b", words.percent(value)), between), round(value, 6))


def number(value: int | None) -> Cell:
    """A count."""
    return Cell(words.count(value), -1 if value is None else value)


def table(
    caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell | Content]], *,
    sortable: bool = True, searchable: bool = False, stacked: bool = False,
) -> Html:  # fmt: skip
    """Lay out a table.

    Args:
        caption: what it shows; read aloud, and seen in print.
        columns: from left to right; the first holds the names of the rows.
        rows: a cell for each column; what is no `Cell` is shown as it is.
        sortable: whether its columns may be sorted.
        searchable: whether there is a field to search its rows by a piece of text.
        stacked: whether a phone shows the cells of a row below one another, with their titles.
    """
    heads = [
        tag("th", one.title, scope="col", class_=one.kind, data_choose=one.choose or None) for one in columns
    ]  # fmt: skip
    body = [tag("tr", [_cell(cell, column, at) for at, (cell, column) in enumerate(zip(row, columns, strict=True))])
            for row in rows]  # fmt: skip
    notes = [tag("li", tag("b", one.title), " ", one.note) for one in columns if one.note]
    inner = tag(
        "table", tag("caption", caption), tag("thead", tag("tr", heads)), tag("tbody", body),
        data_sort=sortable and len(rows) > 1, data_search=searchable, data_stack=stacked,
        style=";".join(f"--c{at}:'{one.title} '" for at, one in enumerate(columns, 1)) if stacked else None,
    )  # fmt: skip
    box = tag("div", inner, class_="scroll", role="region", aria_label=caption, tabindex=0)
    return joined(box, tag("ul", notes, class_="notes") if notes else None)


def facts(pairs: Sequence[tuple[str, Content]]) -> Html:
    """List what things are: names, and what stands for them."""
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs], class_="facts")


def _cell(cell: Cell | Content, column: Column, at: int) -> Html:
    one = cell if isinstance(cell, Cell) else Cell(cell)
    name, scope = ("th", "row") if at == 0 else ("td", None)
    classes = f"{column.kind} {one.tone}".strip()
    return tag(name, one.shown, scope=scope, class_=classes, data_v=one.value, data_c=one.choice or None)
