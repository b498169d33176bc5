"""A report's tables as pandas frames, and as CSV files for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from nlu.evaluation.report import Report


def slices(report: Report) -> pd.DataFrame:
    """Return the scores, one row a slice; empty cells where there was nothing to measure."""
    return pd.DataFrame.from_dict({name: asdict(scores) for name, scores in report.slices.items()}, orient="index")


def labels(scores: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Return precision, recall, F1 and support, one row an intent or entity type: `report.intents` or `.entities`."""
    return pd.DataFrame.from_dict(dict(scores), orient="index", columns=["precision", "recall", "f1-score", "support"])


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


def errors(report: Report) -> pd.DataFrame:
    """Return the utterances that were not wholly understood, one row each; entities as `type:role=words`."""
    return pd.DataFrame(
        [
            {
                "text": error["text"],
                "intent": error["intent"],
                "intent_prediction": error["intent_prediction"]["name"],
                "confidence": error["intent_prediction"]["confidence"],
                "entities": _entities(error["text"], error["entities"]),
                "entities_prediction": _entities(error["text"], error["entities_prediction"]),
                "reason": error["reason"],
            }
            for error in report.errors
        ]
    )


def to_csv(report: Report) -> dict[str, str]:
    """Write the tables as CSV, by name of file; each begins with the mark by which Excel knows UTF-8."""
    frames = {
        "slices.csv": slices(report).rename_axis("slice").reset_index(),
        "intent_report.csv": labels(report.intents).rename_axis("intent").reset_index(),
        "entity_report.csv": labels(report.entities).rename_axis("entity").reset_index(),
        "intent_confusion_matrix.csv": confusion(report).rename_axis("intent").reset_index(),
        "intent_errors.csv": errors(report),
    }
    return {name: "\ufeff" + frame.to_csv(index=False, lineterminator="\n") for name, frame in frames.items()}


def _entities(text: str, spans: list[dict[str, Any]]) -> str:
    names = (span["entity"] + (f":{span['role']}" if span["role"] else "") for span in spans)
    return ", ".join(f"{name}={text[span['start'] : span['end']]}" for name, span in zip(names, spans, strict=True))
