"""What all pages begin with: their head, and the bar, which says where one may go, the key, the language."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from server.page import INDEX


@dataclass(frozen=True, slots=True)
class View:
    """One place to go.

    Attributes:
        name: its text is `view_NAME` in `static/texts.js`.
        link: where it is, seen from any page.
        path: the route that shows it.
        file: the page's file.
    """

    name: str
    link: str
    path: str
    file: str


VIEWS = (
    View("try", "./#try", "/", INDEX),
    View("talk", "chat", "/chat", "talk.html"),
    View("inbox", "inbox", "/inbox", "inbox.html"),
    View("monitoring", "monitoring", "/monitoring", "monitoring.html"),
    View("jobs", "jobs", "/jobs", "jobs.html"),
    View("report", "./#report", "/", INDEX),
)
HEAD = """\
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'">
<title>korean-nlu</title>
<link rel="icon" href="page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page/style.css">"""
_BAR = """\
<a class="skip" href="#main" data-text="skip"></a>
<header class="bar">
  <div class="bar-inner">
    <p class="brand"><img src="page/icon.svg" alt="" width="28" height="28"><span>korean-nlu</span></p>
    <nav class="views" data-label="views">
{links}
    </nav>
    <button type="button" class="quiet key-switch" id="key-switch" aria-expanded="false"
      aria-controls="key-panel"></button>
    <div class="languages" role="group" data-label="language">
      <button type="button" data-language="ko" lang="ko">한국어</button>
      <button type="button" data-language="en" lang="en">English</button>
    </div>
  </div>
  <div class="key-panel" id="key-panel" hidden></div>
</header>
<noscript><p class="notice">이 페이지는 자바스크립트로 움직입니다. This page needs JavaScript.</p></noscript>"""


def bar(file: str, routes: Collection[str]) -> str:
    """Write the bar of a page; what this server has no route for is not offered.

    Args:
        file: the page's file.
        routes: the paths of all routes.
    """
    links = (_link(view, file) for view in VIEWS if view.path in routes)
    return _BAR.replace("{links}", "\n".join(links))


def _link(view: View, file: str) -> str:
    here = ' aria-current="page"' if view.file == file != INDEX else ""
    return f'      <a href="{view.link}" data-view="{view.name}" data-text="view_{view.name}"{here}></a>'
