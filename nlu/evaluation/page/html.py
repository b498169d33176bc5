"""Markup that is safe by its type: what is not `Html` is escaped before it gets into a page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable
from typing import Any

_VOID = {"br", "col", "hr", "input", "link", "meta"}
# What no page may hold: half of a pair of surrogates, and control characters other than tab and line ends.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


class Html(str):
    """Text that is markup already; anything else that goes into a page is escaped."""

    __slots__ = ()


Content = str | int | float | None | Iterable["Content"]
"""What an element may hold: markup, text, numbers, nothing, and several of these."""


def escaped(text: str) -> Html:
    r"""Escape a text, so that a page shows it as it is; what can't be written in a page becomes U+FFFD.

    Example:
        >>> escaped('<b> & "c" \ud800')
        '&lt;b&gt; &amp; &quot;c&quot; �'
    """
    return Html(html.escape(_UNWRITABLE.sub("\ufffd", text)))


def joined(*contents: Content) -> Html:
    """Put markup and text one after the other.

    Example:
        >>> joined("1 < 2", None, [tag("br"), 3])
        '1 &lt; 2<br>3'
    """
    return Html("".join(_written(content) for content in contents))


def tag(name: str, /, *contents: Content, **attributes: str | int | float | bool | None) -> Html:
    """Make an element.

    Args:
        name: of the element.
        contents: what it holds.
        attributes: `class_` for `class`, `data_value` for `data-value`; None and False are left out, True is a name
            without a value.

    Example:
        >>> tag("td", "a < b", class_="text", data_value=0, hidden=False)
        '<td class="text" data-value="0">a &lt; b</td>'
    """
    written = "".join(
        _attribute(key, value) for key, value in attributes.items() if value is not None and value is not False
    )
    end = "" if name in _VOID else f"{joined(*contents)}</{name}>"
    return Html(f"<{name}{written}>{end}")


def json_script(name: str, value: Any) -> Html:
    r"""Keep a JSON value in a page, where no script runs it and no text of it ends the element.

    Args:
        name: id of the element.
        value: a JSON value.

    Example:
        >>> json_script("figures", {"text": "</script>"})
        '<script type="application/json" id="figures">{"text":"\\u003c/script\\u003e"}</script>'
    """
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    for sign, code in _IN_SCRIPT.items():
        text = text.replace(sign, code)
    return Html(f'<script type="application/json" id="{escaped(name)}">{text}</script>')


def _attribute(key: str, value: str | int | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'


def _written(content: Content) -> str:
    if content is None:
        return ""
    if isinstance(content, Html):
        return content
    if isinstance(content, str | int | float):
        return escaped(str(content))
    return joined(*content)
