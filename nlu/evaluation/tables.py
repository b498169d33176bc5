"""A report's tables as pandas frames, and as CSV files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from nlu.evaluation.report import Report


def confusion(report: Report) -> pd.DataFrame:
    """Return how often which intent (row) was taken for which (column), all names on both sides, in order.

    Example:
        >>> counts = {"weather": {"weather": 3, "nlu_fallback": 1}}
        >>> print(confusion(Report({}, {}, {}, counts, ())))
                      nlu_fallback  weather
        nlu_fallback             0        0
        weather                  1        3
    """
    counts = pd.DataFrame.from_dict({name: dict(row) for name, row in report.confusion.items()}, orient="index")
    names = sorted({*counts.index, *counts.columns})
    return counts.reindex(index=names, columns=names).fillna(0).astype(int)


def to_csv(report: Report) -> dict[str, str]:
    """Write the tables as CSV, by name of file; each begins with the mark by which Excel knows UTF-8.

    There is a row for each slice, intent, entity type, gold intent and utterance that was not wholly understood; a cell
    is empty where there was nothing to measure.
    """
    scores = ["precision", "recall", "f1-score", "support"]
    frames = {
        "slices.csv": _frame("slice", {name: asdict(each) for name, each in report.slices.items()}),
        "intent_report.csv": _frame("intent", report.intents, scores),
        "entity_report.csv": _frame("entity", report.entities, scores),
        "intent_confusion_matrix.csv": confusion(report).rename_axis("intent").reset_index(),
        "intent_errors.csv": pd.DataFrame([_error(each) for each in report.errors]),
    }
    return {name: "\ufeff" + frame.to_csv(index=False, lineterminator="\n") for name, frame in frames.items()}


def _frame(name: str, rows: Mapping[str, Mapping[str, Any]], columns: list[str] | None = None) -> pd.DataFrame:
    return pd.DataFrame.from_dict(dict(rows), orient="index", columns=columns).rename_axis(name).reset_index()


def _error(error: Mapping[str, Any]) -> dict[str, object]:
    return {
        "text": error["text"],
        "intent": error["intent"],
        "intent_prediction": error["intent_prediction"]["name"],
        "confidence": error["intent_prediction"]["confidence"],
        "entities": _entities(error["text"], error["entities"]),
        "entities_prediction": _entities(error["text"], error["entities_prediction"]),
        "reason": error["reason"],
    }


def _entities(text: str, spans: list[dict[str, Any]]) -> str:
    names = (span["entity"] + (f":{span['role']}" if span["role"] else "") for span in spans)
    return ", ".join(f"{name}={text[span['start'] : span['end']]}" for name, span in zip(names, spans, strict=True))
