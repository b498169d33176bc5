"""A data set in pandas."""

import pytest

from nlu.data import dataset, frames
from nlu.data.rows import DatasetRow, Slice
from nlu.tokenizers import create
from nlu.types import LabelledUtterance, Span

AWKWARD = ['"', ",", "=1+1", "NA", "null", "#", "'", "\\", "nan", "-", "1.0", "007", "True"]
ROWS = [
    DatasetRow(
        LabelledUtterance("판교에서 날씨", "weather", (Span(0, 2, "loc", "at", "판교"),), "p.txt:3"),
        "dev",
        Slice.held_out(unseen_pattern=True, unseen_value=False),
    ),
    DatasetRow(LabelledUtterance(" ".join(AWKWARD), None, weight=2.0), "train"),
]


@pytest.fixture
def folder(tmp_path):
    dataset.write(tmp_path / "data", ROWS, create("whitespace"))
    return tmp_path / "data"


def test_an_utterance_is_a_row(folder):
    table = frames.read_utterances(folder)
    assert list(table["text"]) == [row.utterance.text for row in ROWS]
    assert table.loc[0].to_dict() == {
        "text": "판교에서 날씨",
        "intent": "weather",
        "entities": ["loc:at=판교"],
        "part": "dev",
        "slice": "unseen_pattern/seen_value",
        "unseen_pattern": True,
        "unseen_value": False,
        "origin": "p.txt:3",
        "weight": 1.0,
    }


def test_a_token_is_a_row_and_stays_the_text_it_is(folder):
    table = frames.read_tokens(folder)
    assert list(table["token"]) == ["판교", "에서", "날씨", *AWKWARD]
    assert list(table["start"])[3:] == [0, 2, 4, 9, 12, 17, 19, 21, 23, 27, 29, 33, 37]
    assert list(table["tag"])[:3] == ["B-loc:at", "O", "O"]
    assert set(table["intent"]) == {"weather", ""}
