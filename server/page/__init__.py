"""`GET /` and the other pages: plain HTML, CSS and ES modules, from this server alone.

`pages` shows them, each a file of `static/` under the bar that all share.
"""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"
INDEX = "index.html"
