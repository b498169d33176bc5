"""Nothing that an author wrote can become markup."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from nlu.evaluation.page import Cell, Column, Section, page, table, verdict
from nlu.evaluation.page.html import Html, joined, json_script, tag

ANY = st.text(st.characters(), max_size=40)
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&amp;\u2028\x00\ud800🍕‮"


class Reader(HTMLParser):
    """Reads a page as a browser does: elements, attributes and the texts between."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(ANY)
def test_text_and_attributes_are_read_back_as_they_were_written(text: str) -> None:
    read = Reader(tag("p", text, title=text))
    assert read.tags == ["p"]
    assert read.text == (read.attributes["title"] or "")
    assert len(read.text) == len(text)
    assert all(a == b or a == "\ufffd" for a, b in zip(read.text, text, strict=True))


@given(st.recursive(ANY, lambda inner: st.lists(inner) | st.dictionaries(ANY, inner), max_leaves=8))
def test_json_of_a_page_is_read_back_as_it_was_and_ends_no_element(value: object) -> None:
    read = json_script("figures", value)
    inside = read.removeprefix('<script type="application/json" id="figures">').removesuffix("</script>")
    assert json.loads(inside) == value
    assert not set(inside) & set("<>&")
    assert inside.isascii()


def test_markup_is_kept_and_text_is_escaped() -> None:
    assert joined(Html("<b>"), "<b>", None, [1, Html("</b>")]) == "<b>&lt;b&gt;1</b>"
    assert tag("input", value="a", disabled=True, hidden=False, title=None) == '<input value="a" disabled>'


def test_a_hostile_text_gets_nowhere() -> None:
    rows = [[HOSTILE, Cell(HOSTILE, HOSTILE, choice=HOSTILE)]]
    shown = table(HOSTILE, [Column(HOSTILE, "name", note=HOSTILE), Column(HOSTILE)], rows)
    text = page(HOSTILE, verdict(HOSTILE), [Section("one", HOSTILE, shown, HOSTILE)], {HOSTILE: HOSTILE})
    text.encode()
    read = Reader(text)
    assert "img" not in read.tags
    assert read.tags.count("script") == 2
    assert not any(name.startswith("on") for name in read.attributes)
