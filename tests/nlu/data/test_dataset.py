import csv
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.data import dataset
from nlu.data.dataset import Dataset
from nlu.data.rows import PARTS, DatasetRow, Slice
from nlu.errors import SourceErrors
from nlu.tokenizers import create
from nlu.types import LabelledUtterance, Span
from tests.strategies import utterances

ROWS = st.builds(
    DatasetRow,
    utterances(),
    st.sampled_from(PARTS),
    st.sampled_from(["", "random", "unseen_pattern/seen_value"]).map(Slice.parse),
)
SMALL = [
    DatasetRow(
        LabelledUtterance("판교에서 날씨", "weather", (Span(0, 2, "loc", "at", "판교"),)), "train", Slice("seen")
    ),
    DatasetRow(LabelledUtterance("콜라 두  잔", "order_food", (Span(0, 2, "menu"), Span(3, 7, "count"))), "dev"),
    DatasetRow(LabelledUtterance("안녕", None), "test"),
]


def write(folder, rows, tokenizer, facts=(), **settings):
    with dataset.writing(folder, create(tokenizer), **settings) as writer:
        for row in rows:
            writer.add(row)
        writer.facts.update(facts)  # what is known only after the last row


@pytest.fixture
def written(tmp_path):
    def written(rows, **settings):
        write(tmp_path / "data", rows, "whitespace", **settings)
        return tmp_path / "data"

    return written


@given(st.lists(ROWS, max_size=5))
def test_nothing_is_lost_on_the_way_through_a_folder(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("round") / "data"
    write(folder, rows, "syllable")
    assert dataset.read(folder).rows == Dataset.of(rows).rows


def test_plain_text_holds_one_utterance_a_line(written):
    rows = [*SMALL, DatasetRow(LabelledUtterance("두\n줄", None), "test")]
    assert (written(rows) / "plain.txt").read_text(encoding="utf-8") == "판교에서 날씨\n콜라 두  잔\n안녕\n두 줄\n"


def test_iob_text_cuts_tokens_at_the_edges_of_entities(written):
    assert (written(SMALL) / "iob.txt").read_text(encoding="utf-8") == (
        "판교 B-loc:at\n에서 O\n날씨 O\n\n콜라 B-menu\n두 B-count\n잔 I-count\n\n안녕 O\n\n"
    )


def test_the_table_has_a_row_for_each_token(written):
    with (written(SMALL) / "iob.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0].values()) == ["0", "weather", "판교", "0", "2", "", "B-loc:at", "train", "seen"]
    assert list(rows[0]) == ["utterance", "intent", "token", "start", "end", "pos", "tag", "part", "slice"]
    assert [(row["utterance"], row["token"]) for row in rows][1:4] == [("0", "에서"), ("0", "날씨"), ("1", "콜라")]


def test_the_table_begins_with_the_mark_that_excel_looks_for(written):
    assert (written(SMALL) / "iob.csv").read_bytes().startswith(b"\xef\xbb\xbfutterance,")


def test_the_manifest_counts_each_part(written):
    counts = json.loads((written(SMALL) / "manifest.json").read_text(encoding="utf-8"))["counts"]
    assert counts["train"] == {
        "utterances": 1,
        "tokens": 3,
        "intents": {"weather": 1},
        "entities": {"loc:at": 1},
        "slices": {"seen": 1},
    }
    assert counts["test"]["intents"] == {"": 1}


def test_the_manifest_names_inputs_seed_tokenizer_and_facts(written, tmp_path):
    (tmp_path / "pattern.txt").write_bytes(b"abc")
    folder = written(SMALL, seed=7, inputs=[tmp_path / "pattern.txt"], facts={"covered": {"patterns": 3}})
    manifest = dataset.read(folder).manifest
    assert manifest["seed"] == 7
    assert manifest["inputs"]["pattern.txt"].startswith("ba7816bf")
    assert manifest["tokenizer"] == {"name": "whitespace", "settings": {}}
    assert manifest["covered"] == {"patterns": 3}


def test_inputs_of_the_same_name_are_told_apart_without_the_folders_of_the_machine(written, tmp_path):
    paths = [tmp_path / folder / "train.jsonl" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_text(path.parent.name, encoding="utf-8")
    assert list(dataset.read(written(SMALL, inputs=paths)).manifest["inputs"]) == ["a/train.jsonl", "b/train.jsonl"]


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write(tmp_path / name, iter(SMALL), "mecab", seed=1)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_writing_again_replaces_the_data_set(written, tmp_path):
    written(SMALL)
    assert dataset.read(written(SMALL[:1])).rows == tuple(SMALL[:1])
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_failure_on_the_way_leaves_the_old_data_set(written, tmp_path):
    written(SMALL)

    def broken():
        yield SMALL[0]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        written(broken())
    assert dataset.read(tmp_path / "data").rows == tuple(SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("important", encoding="utf-8")
    with pytest.raises(FileExistsError, match="expected a free place or a data set"):
        write(tmp_path, SMALL, "whitespace")
    assert (tmp_path / "thesis.txt").exists()


def test_a_row_without_a_part_is_refused(written):
    with pytest.raises(ValueError, match="expected a part among train, dev, test, refit, got ''"):
        written([DatasetRow(LabelledUtterance("가", None))])


def test_an_altered_line_is_named(written):
    folder = written(SMALL)
    path = folder / "utterances.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"end": 2', '"end": 3', 1), encoding="utf-8")
    with pytest.raises(SourceErrors, match=r"utterances\.jsonl:1:55: value '판교'"):
        dataset.read(folder)


@given(st.lists(utterances(), max_size=30), st.integers(0, 5))
def test_a_split_by_meaning_shares_no_text_between_parts_and_loses_nothing(utterances, seed):
    parted = dataset.split_by_meaning(utterances, random.Random(seed))
    texts = [{row.utterance.text for row in parted.part(part)} for part in PARTS]
    assert sum(map(len, texts)) == len(set().union(*texts))
    assert sorted(repr(row.utterance) for row in parted.rows) == sorted(map(repr, utterances))


def test_a_split_by_meaning_has_the_shares_that_were_asked_for():
    parted = dataset.split_by_meaning([LabelledUtterance(str(i), "x") for i in range(100)], random.Random(3))
    assert [len(parted.part(part)) for part in PARTS] == [60, 20, 20, 0]
