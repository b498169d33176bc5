"""A report as files: one page, JSON, and where pandas and matplotlib are installed, tables as CSV and plots as PNG."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlu.evaluation.about import About
from nlu.evaluation.page.report import report_page
from nlu.evaluation.page.view import View
from nlu.evaluation.report import Report
from nlu.system.files import write_atomic


def write_report(
    report: Report, folder: Path, about: About | None = None, more: Mapping[str, Any] | None = None
) -> tuple[Path, ...]:
    """Write the report as files under the names that Rasa's users know, and as one page.

    Where pandas and matplotlib are installed, its tables are written as CSV too, and its plots as PNG.

    Args:
        report: the scores.
        folder: where to.
        about: which model was measured on what.
        more: what was measured besides, by its key in `report.json`.

    Returns:
        The files written.
    """
    figures = report.to_dict() | ({"about": about.to_dict()} if about else {}) | dict(more or {})
    return _write(folder, _files(figures, report.errors) | _tables_and_pictures(report))


def write_figures(figures: Mapping[str, Any], folder: Path) -> tuple[Path, ...]:
    """Write figures that a bundle kept, in the same way, as far as they go: not which utterances went wrong.

    Returns:
        The files written.
    """
    return _write(folder, _files(figures, None))


def _files(figures: Mapping[str, Any], errors: Sequence[Mapping[str, Any]] | None) -> dict[str, str | bytes]:
    values = {
        "report.json": figures,
        "intent_report.json": figures.get("intents", {}),
        "entity_report.json": figures.get("entities", {}),
        "intent_errors.json": errors,
    }
    texts: dict[str, str | bytes] = {
        name: json.dumps(value, ensure_ascii=False, indent=2) + "\n" for name, value in values.items()
        if value is not None
    }  # fmt: skip
    return texts | {"report.html": report_page(View(figures, errors))}


def _write(folder: Path, files: Mapping[str, str | bytes]) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_atomic(folder / name, content)
    return tuple(folder / name for name in files)


def _tables_and_pictures(report: Report) -> dict[str, str | bytes]:
    try:
        from nlu.evaluation import plots, tables
    except ImportError:  # pandas and matplotlib are optional
        return {}
    files: dict[str, str | bytes] = {**tables.to_csv(report)}
    if report.confusion:
        files["intent_confusion_matrix.png"] = plots.confusion_matrix(tables.confusion(report))
    if report.confidences:
        files["intent_histogram.png"] = plots.confidence_histogram(report.confidences)
        files["intent_reliability.png"] = plots.reliability_diagram(report.confidences)
    return files
