"""A comparison as files: every figure and utterance as JSON, and a page to read."""

from __future__ import annotations

import json
from pathlib import Path

from nlu.evaluation.comparison.compare import Comparison
from nlu.evaluation.comparison.page import comparison_page
from nlu.system.files import write_atomic

JSON_NAME, PAGE_NAME = "comparison.json", "comparison.html"


def write_comparison(comparison: Comparison, folder: Path) -> tuple[Path, ...]:
    """Write a comparison into a folder, which is made where it is not there; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        JSON_NAME: json.dumps(comparison.to_dict(), ensure_ascii=False, indent=2) + "\n",
        PAGE_NAME: comparison_page(comparison),
    }
    for name, content in files.items():
        write_atomic(folder / name, content)
    return tuple(folder / name for name in files)
