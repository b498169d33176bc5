from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from nlu.evaluation.files import write_report
from nlu.evaluation.report import evaluate
from tests.nlu.evaluation.test_report import GOLD, PARSES, a_report


def test_report_is_written_under_the_names_that_users_know(tmp_path: Path) -> None:
    written = write_report(a_report(), tmp_path / "reports")
    assert [path.name for path in written] == [
        "report.json",
        "intent_report.json",
        "entity_report.json",
        "intent_errors.json",
        "report.html",
        "slices.csv",
        "intent_report.csv",
        "entity_report.csv",
        "intent_confusion_matrix.csv",
        "intent_errors.csv",
        "intent_confusion_matrix.png",
        "intent_histogram.png",
        "intent_reliability.png",
    ]
    assert sorted(os.listdir(tmp_path / "reports")) == sorted(path.name for path in written)
    for path in written:
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    tables = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in written if path.suffix == ".json"}
    assert tables["report"]["slices"]["all"]["exact_match"] == pytest.approx(4 / 7)
    assert tables["intent_errors"][1]["text"] == "피자 줘"
    assert "라면" in (tmp_path / "reports" / "intent_errors.json").read_text(encoding="utf-8")


def test_report_without_intents_is_written_too(tmp_path: Path) -> None:
    written = write_report(evaluate(PARSES.__getitem__, [GOLD[6]]), tmp_path)
    assert all(path.stat().st_size for path in written)


def test_written_report_replaces_the_one_before(tmp_path: Path) -> None:
    first = write_report(a_report(), tmp_path)
    before = [path.read_bytes() for path in first]
    again = write_report(a_report(), tmp_path)
    assert [path.read_bytes() for path in again] == before
