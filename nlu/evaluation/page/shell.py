"""The page around the sections: one file that asks nothing of any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from nlu.evaluation.page.html import Content, Html, joined, json_script, tag

Tone = Literal["good", "warn", "bad", "plain"]
_LOADS_NOTHING = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
"""What the page may load: nothing; its own style and script lie in it."""


@dataclass(frozen=True)
class Section:
    """A part of the page.

    Attributes:
        id: where links to it lead; letters, digits and hyphens.
        title: its head, and its entry in the table of contents.
        body: what it shows.
        note: a line that says what is to be seen, and explains the terms.
    """

    id: str
    title: str
    body: Content
    note: Content = ""


def verdict(text: Content, tone: Tone = "plain", *more: Content) -> Html:
    """The line that says what came of it, and what else must be known.

    Args:
        text: one sentence.
        tone: "good", "warn" and "bad" colour it; the words must say so, too.
        more: sentences below.
    """
    return tag("div", tag("p", text, class_="said"), [tag("p", one) for one in more if one], class_=f"verdict {tone}")


def folded(summary: Content, *contents: Content, is_open: bool = False) -> Html:
    """What is shown when its summary is pressed, and in print."""
    return tag("details", tag("summary", summary), *contents, open=is_open)


def side_by_side(*contents: Content) -> Html:
    """Charts beside one another where there is room."""
    several = [one for one in contents if one is not None]
    return tag("div", several, class_="pair three" if len(several) == 3 else "pair")


def page(title: str, head: Content, sections: Sequence[Section], data: Any = None) -> str:
    """Put a page together.

    Args:
        title: of the page.
        head: what stands above the sections, the verdict first.
        sections: in order.
        data: a JSON value that the page keeps a copy of, under the id `figures`.

    Returns:
        The text of an HTML file in UTF-8.
    """
    links = [tag("li", tag("a", one.title, href=f"#{one.id}")) for one in sections]
    body = joined(
        tag("a", "본문으로 건너뛰기", href="#content", class_="skip"),
        tag("header", tag("h1", title), head),
        tag("nav", tag("ol", links), aria_label="차례") if len(links) > 1 else None,
        tag("main", [_laid_out(one) for one in sections], id="content"),
        None if data is None else json_script("figures", data),
        tag("script", Html(_own("page.js"))),
    )
    top = joined(
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_LOADS_NOTHING),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("link", rel="icon", href="data:,"),
        tag("title", title),
        tag("style", Html(_own("page.css"))),
    )
    return f"<!doctype html>\n{tag('html', tag('head', top), tag('body', body), lang='ko')}\n"


def _laid_out(one: Section) -> Html:
    note = tag("p", one.note, class_="note") if one.note else None
    return tag("section", tag("h2", one.title, id=one.id), note, one.body, aria_labelledby=one.id)


def _own(name: str) -> str:
    return resources.files("nlu.evaluation.page").joinpath(name).read_text(encoding="utf-8")
