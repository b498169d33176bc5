"""A cross-validation as files: every figure as JSON, and a page to read."""

from __future__ import annotations

import json
from pathlib import Path

from nlu.evaluation.folds.page import folds_page
from nlu.evaluation.folds.scores import CrossValidation
from nlu.system.files import write_atomic


def write_folds(found: CrossValidation, folder: Path) -> tuple[Path, ...]:
    """Write a cross-validation into a folder, which is made where it is not there; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "folds.json": json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n",
        "folds.html": folds_page(found),
    }
    for name, text in content.items():
        write_atomic(folder / name, text)
    return tuple(folder / name for name in content)
