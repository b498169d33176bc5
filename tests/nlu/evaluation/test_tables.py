"""A report's tables."""

import io

import pandas
import pytest

from nlu.evaluation import tables
from tests.nlu.evaluation.test_report import a_report

REPORT = a_report()


@pytest.fixture(scope="module")
def read():
    files = tables.to_csv(REPORT)
    assert all(text.startswith("\ufeff") for text in files.values())
    return {
        name: pandas.read_csv(io.StringIO(text.removeprefix("\ufeff")), index_col=0) for name, text in files.items()
    }


def test_slices_are_rows_and_what_was_not_measured_is_empty(read):
    table = read["slices.csv"]
    assert list(table.index) == ["all", "new", "seen"]
    assert table.loc["all", "utterances"] == 7
    assert table.loc["new", "caught"] == 0.5
    assert pandas.isna(table.loc["seen", "caught"])


def test_confusion_counts_every_decision(read):
    table = read["intent_confusion_matrix.csv"]
    assert list(table.index) == list(table.columns)
    assert table.to_numpy().sum() == sum(sum(row.values()) for row in REPORT.confusion.values())
    assert all(table.loc[was, said] == n for was, row in REPORT.confusion.items() for said, n in row.items())


def test_errors_show_what_was_said_and_what_was_understood(read):
    table = read["intent_errors.csv"]
    assert list(table.index) == [error["text"] for error in REPORT.errors]
    assert list(table["intent_prediction"]) == [error["intent_prediction"]["name"] for error in REPORT.errors]
    assert table.loc["서울에서 부산", "entities"] == "loc:from=서울, loc:to=부산"


def test_intents_and_entities_have_a_row_each(read):
    for name, scores in (("intent_report.csv", REPORT.intents), ("entity_report.csv", REPORT.entities)):
        assert list(read[name].index) == list(scores)
        assert all(dict(read[name].loc[each]) == pytest.approx(row) for each, row in scores.items())
