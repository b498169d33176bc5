from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from nlu.config import Config, build
from nlu.search.space import applied
from nlu.search.tuned_file import tuned_text
from tests.processes import ROOT
from tests.projects import SETTINGS

SHIPPED = (ROOT / "nlu.toml").read_text(encoding="utf-8")
VALUES = {
    "classifier.cnn.filters": st.integers(1, 300),
    "classifier.cnn.kernels": st.lists(st.integers(1, 9), min_size=1).map(tuple),
    "classifier.training.learning_rate": st.floats(1e-5, 1.0),
    "classifier.label_smoothing": st.floats(0, 1),
    "tagger.training.epochs": st.integers(1, 50),
    "tagger.lstm.hidden": st.integers(1, 300),
    "vectors.width": st.integers(1, 300),
    "augmentation.typos": st.floats(0, 1),
    "tokenizer.user_dictionary": st.booleans(),
}
TEXTS = (
    "",
    SHIPPED,
    SETTINGS,
    "classifier.cnn.filters = 3 # few\nvectors = {width = 7, window = 2}\n",
    '[classifier]\ncnn.kernels = [\n  1, # one\n  2,\n] # all\n["vectors"]\nwidth = 3\n',
    "[tagger.training] # loop\n\n[tagger]\nword_dropout = 0.5",
    "[ classifier . cnn ]\nfilters=3#x\n",
)


def read(text: str) -> Config:
    return build(Config(), tomllib.loads(text))


@given(st.sampled_from(TEXTS), st.fixed_dictionaries({}, optional=VALUES))
def test_the_file_says_just_what_it_said_and_the_new_values(text: str, values: dict[str, object]) -> None:
    assert read(tuned_text(text, values, "x")) == applied(read(text), values)


def test_comments_and_everything_else_stay_as_they_are() -> None:
    values = {"classifier.training.epochs": 7, "classifier.cnn.kernels": (1, 2), "vectors.width": 64}
    before, after = SHIPPED.split("\n"), tuned_text(SHIPPED, values, "found").split("\n")
    assert after[0] == "# nlu-tune: found"
    changed = [(old, new) for old, new in zip(before, after[1:], strict=True) if old != new]
    assert [new for _, new in changed] == [
        "width = 64",
        "kernels = [1, 2]",
        "epochs = 7                   # 발화 10,000개를 되풀이해 보는 횟수 (더 많으면 더 적게); 기본값 12 "
        "· passes over epochs_for utterances",
    ]


def test_a_tuned_file_can_be_tuned_again() -> None:
    once = tuned_text(SHIPPED, {"vectors.width": 64}, "found")
    assert tuned_text(once, {"vectors.width": 64}, "found") == once


def test_what_is_written_in_a_way_of_its_own_is_written_anew(tmp_path: Path) -> None:
    text = '"vectors"."width" = 7\n[classifier]\n"cnn" = {"filters" = 3}\n'
    assert read(tuned_text(text, {"vectors.width": 64, "classifier.cnn.filters": 5}, "x")) == applied(
        read(text), {"vectors.width": 64, "classifier.cnn.filters": 5}
    )
