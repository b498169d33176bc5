"""A report's tables."""

import io

import pandas
import pytest

from nlu.evaluation import tables
from tests.nlu.evaluation.test_report import a_report

REPORT = a_report()


def test_slices_are_rows_and_what_was_not_measured_is_empty() -> None:
    table = tables.slices(REPORT)
    assert list(table.index) == ["all", "new", "seen"]
    assert table.loc["all", "utterances"] == 7
    assert table.loc["new", "caught"] == 0.5
    assert pandas.isna(table.loc["seen", "caught"])


def test_confusion_counts_every_decision() -> None:
    table = tables.confusion(REPORT)
    assert list(table.index) == list(table.columns)
    assert table.to_numpy().sum() == sum(sum(row.values()) for row in REPORT.confusion.values())
    assert all(table.loc[was, said] == n for was, row in REPORT.confusion.items() for said, n in row.items())


def test_errors_show_what_was_said_and_what_was_understood() -> None:
    table = tables.errors(REPORT)
    assert list(table["text"]) == [error["text"] for error in REPORT.errors]
    assert set(table["intent_prediction"]) == {error["intent_prediction"]["name"] for error in REPORT.errors}


def test_files_open_in_a_spreadsheet() -> None:
    files = tables.to_csv(REPORT)
    assert all(text.startswith("\ufeff") for text in files.values())
    read = pandas.read_csv(io.StringIO(files["intent_report.csv"].removeprefix("\ufeff")), index_col="intent")
    assert read.loc[:, "f1-score"].to_dict() == pytest.approx(
        {name: row["f1-score"] for name, row in REPORT.intents.items()}
    )
