"""A report as files: one page, JSON, and where pandas and matplotlib are installed, tables as CSV and plots as PNG."""

from __future__ import annotations

import json
from pathlib import Path

from nlu.evaluation.page.report import report_page
from nlu.evaluation.page.view import View
from nlu.evaluation.report import Report
from nlu.system.files import write_atomic


def write_report(report: Report, folder: Path) -> tuple[Path, ...]:
    """Write the report as files under the names that Rasa's users know.

    Where pandas and matplotlib are installed, its tables are written as CSV too, and its plots as PNG.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "report.json": report.to_dict(),
        "intent_report.json": report.intents,
        "entity_report.json": report.entities,
        "intent_errors.json": report.errors,
    }
    files: dict[str, str | bytes] = {
        name: json.dumps(value, ensure_ascii=False, indent=2) + "\n" for name, value in values.items()
    }
    files["report.html"] = report_page(View(report.to_dict(), report.errors))
    files |= _tables_and_pictures(report)
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
