import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data.importers import read_any
from nlu.data.json_lines import encode_row
from nlu.data.rows import DatasetRow
from nlu.errors import SourceErrors, UnknownChoiceError
from nlu.types import LabelledUtterance, Span
from tests.strategies import trimmed, utterances

LINE = '{"text": "방 불 꺼", "intent": "off", "entities": [{"start": 0, "end": 1, "entity": "room", "value": "방"}]}'


@pytest.fixture
def path(tmp_path):
    return tmp_path / "real.jsonl"


def test_utterances_get_their_line_and_the_weight_of_the_file(path):
    path.write_text(f"{LINE}\n\n{LINE}", encoding="utf-8")
    expected = [LabelledUtterance("방 불 꺼", "off", (Span(0, 1, "room"),), f"real.jsonl:{n}", 0.5) for n in (1, 3)]
    assert list(read_any(path, 0.5).utterances) == expected


@given(st.lists(utterances(), max_size=4))
def test_what_was_written_is_read(tmp_path_factory, several):
    path = tmp_path_factory.mktemp("lines") / "real.jsonl"
    path.write_text("\n".join(encode_row(DatasetRow(utterance)) for utterance in several), encoding="utf-8")
    again = read_any(path).utterances
    assert [(u.text, u.intent, u.spans, u.weight) for u in again] == [
        (u.text, u.intent, trimmed(u).spans, u.weight) for u in several
    ]


def test_all_mistakes_are_told_with_their_line(path):
    path.write_text(f"{LINE}\n{{}}\n{LINE.replace('1,', '2,')}\n[", encoding="utf-8")
    with pytest.raises(SourceErrors) as errors:
        read_any(path)
    assert [(error.line, error.column) for error in errors.value.errors] == [(2, 1), (3, 49), (4, 2)]


@pytest.mark.parametrize("weight", [0, -1, float("nan"), float("inf")])
def test_a_weight_that_training_cannot_use_is_refused(path, weight):
    with pytest.raises(ValueError, match="expected a weight above 0"):
        read_any(path, weight)


def test_the_suffix_names_the_format(tmp_path, path):
    path.write_text(LINE, encoding="utf-8")
    (tmp_path / "x.YML").write_text("nlu:\n- intent: off\n  examples: |\n    - [방](room) 불 꺼\n", encoding="utf-8")
    (tmp_path / "x.txt").write_text("# intent: off\n방 B-room\n불 O\n꺼 O\n", encoding="utf-8")
    (tmp_path / "x.csv").write_text(
        "utterance,intent,token,tag\n0,off,방,B-room\n0,off,불,O\n0,off,꺼,O\n", encoding="utf-8"
    )
    for name in ("real.jsonl", "x.YML", "x.txt", "x.csv"):
        (utterance,) = read_any(tmp_path / name).utterances
        assert (utterance.text, utterance.intent, utterance.spans) == ("방 불 꺼", "off", (Span(0, 1, "room"),))


def test_an_unknown_suffix_lists_the_known_ones(tmp_path):
    with pytest.raises(UnknownChoiceError, match=r"no importer for '\.docx'; there are: \.jsonl, \.yml, \.yaml"):
        read_any(tmp_path / "x.docx")
